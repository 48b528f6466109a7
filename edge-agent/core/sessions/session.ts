import type { Fact, TariffPin } from '@nova/shared-protocol/messages'
import type {
  ConnectorAddress,
  Reading,
  RegisterReading,
  ReviewReason,
  SignedValue,
  StopReason
} from '@nova/shared-protocol/model'

export type Review = { readonly reason: ReviewReason; readonly detail: string }

/** Why a session may not go beyond `maxEnergyWh`: the offline policy, or the order that began it. */
export type EnergyCap = { readonly maxEnergyWh: number; readonly because: 'energy-cap' | 'order-energy' }

export type Refusal = 'blocked' | 'expired' | 'invalid' | 'concurrent'

/** One charging session, whole: what is stored is this as JSON. Registers are cumulative Wh, times station time. */
export type Session = ConnectorAddress & {
  readonly sessionId: string
  readonly transactionId: string
  readonly startKey: string
  readonly tokenUid: string
  readonly group: string | null
  readonly startedAt: string
  readonly heardAt: string // Edge time at which the start was heard.
  readonly meterStartWh: number | null
  readonly reservationId: string | null
  readonly commandId: string | null
  readonly offline: boolean
  readonly tariff: TariffPin | null
  readonly cap: EnergyCap | null
  readonly refused: Refusal | null // What the charger was answered: it should have stopped by itself.
  readonly status: 'started' | 'suspended' | 'ended'
  readonly suspendedBy: 'ev' | 'evse' | 'unknown' | null
  readonly first: RegisterReading | null // Earliest good one after the start; stands in for a missing meterStart.
  readonly last: RegisterReading | null // Highest good one: never goes back.
  readonly keptAt: string | null // Station time of the newest reading that became a fact.
  readonly kept: number
  readonly drawn?: Drawn | null // Absent in sessions that were stored before it was known.
  readonly still?: Still | null // Since its register moved last; not written with each reading.
  readonly review: readonly Review[]
  readonly rebootedAt: string | null // Edge time of a boot since the last sign of this session.
  readonly followed: { readonly heardAt: string; readonly by: string } | null // The next session has begun here.
  readonly priced?: Priced | null // Absent in sessions that were stored before prices asked for it.
  readonly left?: { readonly at: string; readonly seen: boolean } | null // After an end that was `standing`.
  readonly end: End | null
}

/** What prices may ask for beside registers, as it was when the session began. Instants in UTC. */
export type Priced = {
  readonly groups: readonly string[]
  readonly coupons: readonly string[]
  readonly reservedFrom: string | null // When the reservation was made that it came for.
}

/** Power read while the register stood still, in station time; `until` null: not yet for long enough. */
export type Drawn = { readonly since: string; readonly powerW: number; readonly until: string | null }

/** A register since it moved last, and what power readings say was drawn meanwhile. Station time. */
export type Still = {
  readonly since: string
  readonly registerWh: number
  readonly stepWh: number | null // The smallest that it has moved by in this session.
  readonly newestMs: number // Of the readings that were looked at, as Unix ms.
  readonly power: { readonly atMs: number; readonly watts: number } | null
  readonly wattMs: number // Between readings of this same register; whole numbers far below 2^53.
  readonly openWattMs: number // Since the last of them.
  readonly missed: string | null // What an earlier stand was not made up for by, in words.
}

export type End = {
  readonly endedAt: string
  readonly meterStopWh: number | null
  readonly energyWh: number | null
  readonly stopReason: StopReason
  readonly tokenUid: string | null
  readonly heardAt?: string // Edge time at which it was told; absent: nobody told it, or it was stored before that was kept.
  readonly byStop: string | null // Key of the stop message; null: closed by what was known.
  readonly standing?: true // The vehicle may stand there still, and that costs.
}

export type StartHeard = ConnectorAddress & {
  readonly heardAt: string
  readonly raw: string
  readonly tokenUid: string
  readonly at: string
  readonly meterStartWh: number | null
  readonly reservationId: number | null
  readonly transactionId: string | null
  readonly problems: readonly string[]
}

export type StopHeard = {
  readonly chargerId: string
  readonly heardAt: string
  readonly raw: string
  readonly transactionId: string
  readonly tokenUid: string | null
  readonly at: string
  readonly meterStopWh: number | null
  readonly reason: StopReason
  readonly readings: readonly Reading[]
  readonly signed?: readonly SignedValue[]
  readonly problems: readonly string[]
}

export type ReadingsHeard = ConnectorAddress & {
  readonly heardAt: string
  readonly raw: string
  readonly transactionId: string | null
  readonly readings: readonly Reading[]
  readonly signed?: readonly SignedValue[]
  readonly problems: readonly string[]
}

/** What is known before the event; a snapshot that does not change while one event is worked on. */
export type Book = {
  find(sessionId: string): Session | null
  byStartKey(startKey: string): Session | null
  byTransaction(chargerId: string, transactionId: string): Session | null
  openOf(chargerId: string): readonly Session[]
  /** A stop that came for this id before any start of it. */
  strayStop(chargerId: string, transactionId: string): StopHeard | null
}

export type Chance = { uuid(): string; int31(): number }

/** What sessions need to know of the world around them. */
export type Around = {
  readonly chance: Chance
  readonly ratingW: (place: ConnectorAddress) => number | null // null: no such connector configured.
  readonly watchesLeaving: (session: Session) => boolean // The time after its end costs, and the vehicle may be there.
}

export type KeyedFact = { readonly key: string; readonly fact: Fact }

/** What one event changes: written together or not at all. */
export type Effects = {
  readonly sessions: readonly Session[]
  readonly facts: readonly KeyedFact[]
  readonly keepStray: StopHeard | null
  readonly dropStray: { readonly chargerId: string; readonly transactionId: string } | null
}

export const nothing: Effects = { sessions: [], facts: [], keepStray: null, dropStray: null }

/** The later word on the same session counts. */
export function together(...parts: readonly Effects[]): Effects {
  const sessions = new Map(parts.flatMap((part) => part.sessions).map((each) => [each.sessionId, each]))
  return {
    sessions: [...sessions.values()],
    facts: parts.flatMap((part) => part.facts),
    keepStray: parts.findLast((part) => part.keepStray)?.keepStray ?? null,
    dropStray: parts.findLast((part) => part.dropStray)?.dropStray ?? null
  }
}

const longestDetail = 300

/** One item for each reason: the first detail says where to look. */
export function flagged(session: Session, reason: ReviewReason, detail: string): Session {
  if (session.review.some((each) => each.reason === reason)) return session
  return { ...session, review: [...session.review, { reason, detail: detail.slice(0, longestDetail) }] }
}

/** A connector number outside 1 … 99 names no place: such a session is only put to review, never billed. */
export const isPlaced = ({ evseId, connectorId }: ConnectorAddress): boolean =>
  inPlaces(evseId) && inPlaces(connectorId)

const inPlaces = (id: number): boolean => Number.isInteger(id) && id >= 1 && id <= 99

export const samePlace = (left: ConnectorAddress, right: ConnectorAddress): boolean =>
  left.chargerId === right.chargerId && left.evseId === right.evseId && left.connectorId === right.connectorId
