import { randomBytes } from 'node:crypto'
import { connectorKey, type Charger, type ConnectorAddress } from '@nova/shared-protocol/model'
import { tokenList, type TokenList } from '../core/authorisation/index.ts'
import type { Around } from '../core/sessions/index.ts'
import { openAlarmBook, type AlarmBook } from './alarms.ts'
import { openBook, type SessionBook } from './book.ts'
import type { IntakeConfig, Needs } from './contract.ts'
import { openDoor, type Doorkeeper } from './door.ts'
import { openHot, type Hot } from './hot.ts'
import { watchesLeaving } from './leaving.ts'
import { openSignals, type SignalBook } from './signal-book.ts'
import { openUnclaimed, type UnclaimedList } from './unclaimed.ts'

/** What the parts of this room share: one of each, made once in `openRoom`. */
export type Room = {
  readonly needs: Needs
  readonly config: { now: Configured }
  readonly book: SessionBook
  readonly hot: Hot
  readonly alarms: AlarmBook
  readonly door: Doorkeeper
  readonly unclaimed: UnclaimedList
  readonly around: Around
  readonly signals: SignalBook
  readonly counts: Map<string, number>
  readonly logged: Set<string>
}

/** The configuration, with what is looked up in it all the time at hand. */
export type Configured = IntakeConfig & {
  readonly list: TokenList
  readonly byId: ReadonlyMap<string, Charger>
  readonly ratings: ReadonlyMap<string, number>
}

export function openRoom(needs: Needs, config: IntakeConfig): Room {
  const now = { now: configured(needs, config) }
  const alarms = openAlarmBook(needs)
  const book = openBook(needs.store)
  const hot = openHot(needs)
  const door = openDoor({
    now: needs.monotonic,
    key: randomBytes(32)
  })
  door.reload(config.chargers)
  const leaving = { tariffs: () => now.now.tariffs, hot, book }
  return {
    needs,
    config: now,
    book,
    hot,
    alarms,
    door,
    unclaimed: openUnclaimed(needs),
    around: {
      chance: needs.chance,
      ratingW: (place) => now.now.ratings.get(connectorKey(place)) ?? null,
      watchesLeaving: (session) => watchesLeaving(leaving, session)
    },
    signals: openSignals(needs.store),
    counts: new Map(),
    logged: new Set()
  }
}

export function configured(needs: Needs, config: IntakeConfig): Configured {
  const { file, desired } = config.tokens
  return {
    ...config,
    list: tokenList({ file, local: needs.store.tokens.list(), desired }),
    byId: new Map(config.chargers.map((charger) => [charger.id, charger])),
    ratings: new Map(
      config.chargers.flatMap(places).map(({ place, maxPowerW }) => [connectorKey(place), maxPowerW])
    )
  }
}

/** Every connector of a charger with its rating. */
export function places(charger: Charger): { place: ConnectorAddress; maxPowerW: number }[] {
  return charger.evses.flatMap((evse) =>
    evse.connectors.map(({ id, maxPowerW }) => ({
      place: { chargerId: charger.id, evseId: evse.id, connectorId: id },
      maxPowerW
    }))
  )
}

export const instant = (unixMs: number): string => new Date(unixMs).toISOString()

/** Names come from reasons and message types; beyond it they are counted together. */
const mostCounted = 500

export function count(room: Room, name: string, by = 1): void {
  const counted = room.counts.has(name) || room.counts.size < mostCounted ? name : 'other'
  room.counts.set(counted, (room.counts.get(counted) ?? 0) + by)
}

/** A log line that would come with every message of a broken charger comes once. */
const longestMemory = 5_000
export function logOnce(room: Room, what: string, fields: Readonly<Record<string, unknown>>): void {
  if (room.logged.has(what) || room.logged.size >= longestMemory) return
  room.logged.add(what)
  room.needs.log.warn(fields, what)
}
