import { randomInt, randomUUID } from 'node:crypto'
import { connectorKey, type Allocation } from '@nova/shared-protocol/model'
import type { Order } from '@nova/shared-protocol/messages'
import type { Capabilities, ListAbility } from '../drivers/contract.ts'
import type { OcppNeeds } from '../drivers/ocpp/index.ts'
import type { Needs as IntakeNeeds } from '../intake/index.ts'
import type { Ground, Rooms } from './rooms.ts'

const stopPatienceMs = 30_000 // Asked again after that, for as long as the session runs.

/** @param rooms undefined until all are there; nothing is heard before */
export function intakeNeeds(ground: Ground, rooms: () => Rooms | undefined): IntakeNeeds {
  const { store, clock, log } = ground
  return {
    store,
    now: clock.now,
    monotonic: clock.monotonicMs,
    chance: { uuid: randomUUID, int31: () => randomInt(2 ** 31) },
    log,
    cloudOnline: () => rooms()?.uplink?.state().kind === 'online',
    askCloud: async (uid) => (await rooms()?.uplink?.askToken(uid)) ?? { kind: 'silent' },
    limitMilliA: shareFinder(() => rooms()?.loop?.allocation() ?? null),
    siteLoadPercent: () => siteLoadPercent(rooms()),
    askStop: ({ chargerId, transactionId, why }) =>
      ask(ground, rooms, { chargerId, why, order: { action: 'stop', payload: { transactionId } } }),
    askStatus: (place) => {
      const { chargerId } = place
      if (!isLed(rooms, chargerId)) return
      const connector = place.evseId === 0 ? {} : { connector: connectorKey(place) }
      const payload = { message: 'StatusNotification', ...connector } as const
      ask(ground, rooms, {
        chargerId,
        why: 'status is older than what is known',
        order: { action: 'trigger', payload }
      })
    }
  }
}

/** Whether we lead it: who is rejected or belongs to somebody else is asked nothing. */
function isLed(rooms: () => Rooms | undefined, chargerId: string): boolean {
  const charger = rooms()
    ?.intake.chargers()
    .find(({ id }) => id === chargerId)
  return charger !== undefined && charger.managed && charger.registration !== 'rejected'
}

type Question = { readonly chargerId: string; readonly why: string; readonly order: Order }

function ask({ log }: Ground, rooms: () => Rooms | undefined, { chargerId, why, order }: Question): void {
  const driver = rooms()?.driver
  if (!driver) return
  log.info({ chargerId, action: order.action, payload: order.payload, why }, 'asking a charger')
  driver
    .perform(chargerId, order, AbortSignal.timeout(stopPatienceMs))
    .catch((cause: unknown) =>
      log.error({ chargerId, action: order.action, cause: String(cause) }, 'a charger could not be asked')
    )
}

/** Of the fullest phase: what the grid's meter says against the connection's fuse. */
function siteLoadPercent(rooms: Rooms | undefined): number | null {
  if (!rooms || rooms.loop?.allocation()?.meter !== 'good') return null
  const { grid } = rooms.settings
  const currents = rooms.meters.find(({ id }) => id === grid.meter)?.driver.latest()?.reading.currentMilliA
  if (!currents) return null
  const shares = currents.map((milliA, phase) => Math.max(0, milliA) / (10 * (grid.limitA[phase] ?? 0)))
  return Math.max(...shares)
}

/** Asked for every sample of every connector: the shares are put in order once a cycle, not once a question. */
function shareFinder(latest: () => Allocation | null): (key: string) => number | null {
  let known: Allocation | null = null
  let shares: ReadonlyMap<string, number> = new Map()
  return (key) => {
    const allocation = latest()
    if (allocation !== known) {
      known = allocation
      shares = new Map(allocation?.connectors.map((share) => [connectorKey(share), share.limitMilliA]))
    }
    return shares.get(key) ?? null
  }
}

export function ocppNeeds({
  settings,
  store,
  intake,
  clock,
  log,
  metrics
}: Rooms): Omit<OcppNeeds, 'limits'> {
  const { host, port, tls } = settings.ocpp
  return {
    settings: { host, port, tls, voltageV: settings.grid.voltageV },
    intake: intake.intake,
    charger: (chargerId) => intake.chargers().find((charger) => charger.id === chargerId),
    capabilities: foundOf<Capabilities>({ store, log }, 'capabilities'),
    lists: foundOf<ListAbility>({ store, log }, 'list-abilities'),
    clock: { now: clock.now, monotonic: clock.monotonicMs },
    chance: { uuid: randomUUID },
    log,
    metrics: metrics.ocpp
  }
}

/** What was found of each charger. A finding that could not be kept is made again after the next restart. */
function foundOf<Found>({ store, log }: Pick<Rooms, 'store' | 'log'>, shelf: string) {
  const kept = new Map<string, Found>(
    JSON.parse(store.meta.get(shelf) ?? '[]') as (readonly [string, Found])[]
  )
  return {
    all: () => kept,
    remember: async (chargerId: string, found: Found): Promise<void> => {
      kept.set(chargerId, found)
      try {
        await store.commit(() => store.meta.put(shelf, JSON.stringify([...kept])))
      } catch (cause) {
        log.error({ chargerId, cause: String(cause) }, 'what a charger can could not be kept')
      }
    }
  }
}
