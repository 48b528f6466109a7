import type { DesiredVersions, LiveConnector } from '@nova/shared-protocol/messages'
import { connectorKey, type Allocation } from '@nova/shared-protocol/model'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { UplinkNeeds } from '../uplink/index.ts'
import { pictureTeller } from './picture.ts'
import type { Rooms } from './rooms.ts'

const wholeEvery = 30 // Beats between two complete pictures, for who missed a change.

/** Connectors that changed since the last call, now and then all; the allocation when there is a new one. */
export function liveOf(rooms: Rooms): UplinkNeeds['live'] {
  const startedAt = rooms.clock.instant()
  const said = new Map<string, string>()
  let beats = 0
  let last: Allocation | null = null
  let picture = pictureTeller(rooms)
  return {
    anew: () => {
      beats = 0
      last = null
      picture = pictureTeller(rooms)
    },
    connectors: () => {
      if (beats++ % wholeEvery === 0) said.clear()
      const news = connectorsOf(rooms).filter((connector) => isNews(said, connector))
      return news.length > 0 ? news : null
    },
    allocation: () => {
      const allocation = rooms.loop?.allocation() ?? null
      if (allocation === last) return null
      last = allocation
      return allocation
    },
    picture: () => picture(),
    state: () => ({
      version: rooms.version,
      startedAt,
      outbox: { facts: laneOf(rooms, 'facts'), history: laneOf(rooms, 'history') },
      desired: versionsOf(rooms),
      alarms: rooms.intake.alarms.open().length,
      storage: rooms.store.health().state
    })
  }
}

/** Version 0: nothing was ever heard of this section. */
export const versionsOf = ({ store }: Pick<Rooms, 'store'>): DesiredVersions => ({
  chargers: 0,
  tokens: 0,
  limits: 0,
  tariffs: 0,
  ...store.desired.versions()
})

export const laneOf = ({ store: { outbox } }: Pick<Rooms, 'store'>, lane: 'facts' | 'history') => ({
  first: outbox.first(lane),
  last: outbox.newest(lane).sequence,
  durable: outbox.durable(lane)
})

function isNews(said: Map<string, string>, connector: LiveConnector): boolean {
  const key = connectorKey(connector)
  const text = JSON.stringify(connector)
  if (said.get(key) === text) return false
  said.set(key, text)
  return true
}

function connectorsOf({ intake, loop, clock }: Rooms): LiveConnector[] {
  const shares = new Map(loop?.allocation()?.connectors.map((share) => [connectorKey(share), share]))
  const now = clock.instant()
  return intake.views().map((view) => {
    const share = shares.get(connectorKey(view))
    return {
      ...stateOf(view, now),
      costMinor: view.session ? (intake.cost(view.session.sessionId)?.amountMinor ?? null) : null,
      limitW: share?.limitW ?? null,
      limitReason: share?.reason ?? null
    }
  })
}

type State = Omit<LiveConnector, 'costMinor' | 'limitW' | 'limitReason'>

function stateOf(view: ConnectorView, now: string): State {
  const { chargerId, evseId, connectorId, status, errorCode, reading, statusAt } = view
  const flows = isOfNow(view) ? reading : null
  return {
    chargerId,
    evseId,
    connectorId,
    status,
    errorCode,
    ...sessionOf(view),
    powerW: flows?.powerW ?? null,
    socPercent: flows?.socPercent ?? null,
    updatedAt: later(reading?.at ?? null, statusAt) ?? now
  }
}

/** What the last car drew, and how full it was, is not so of an empty connector; nor is it known of one out of touch. */
function isOfNow({ connected, session, reading, statusAt }: ConnectorView): boolean {
  if (!connected || reading === null) return false
  return session !== null || statusAt === null || Temporal.Instant.compare(reading.at, statusAt) >= 0
}

/** What is shown is as new as the newest of its parts: an old reading must not make a new state look old. */
function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return Temporal.Instant.compare(one, other) < 0 ? other : one
}

const sessionOf = ({ session }: ConnectorView) => ({
  sessionId: session?.sessionId ?? null,
  tokenUid: session?.tokenUid ?? null,
  energyWh: session?.energyWh ?? null
})
