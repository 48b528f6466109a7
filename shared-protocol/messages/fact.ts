import { z } from 'zod'
import { AlarmCode, Severity } from '../model/alarm.ts'
import { Protocol, Registration } from '../model/charger.ts'
import { SiteLimit } from '../model/limit.ts'
import { RegisterReading } from '../model/reading.ts'
import { SignedValue } from '../model/signed.ts'
import { ReviewReason, StopReason } from '../model/session.ts'
import { Identifier, Instant } from '../model/words.ts'
import { CommandStatus } from './command.ts'

/**
 * Facts: what physically happened, lane `facts`, strict order, never lost. `kind` names the version; a
 * fact's business key (`key` of the edge event) makes its repetition harmless.
 */
const uid = z.string().min(1).max(36)
const place = {
  chargerId: Identifier,
  evseId: z.int().min(1).max(99),
  connectorId: z.int().min(1).max(99)
}

/** Tariff chosen by the edge at the start: id and version pinned for the session. */
export const TariffPin = z.strictObject({ tariffId: z.string().max(64), version: z.int().min(1) })
export type TariffPin = z.infer<typeof TariffPin>

export const SessionStarted = z.strictObject({
  kind: z.literal('session.started.v1'),
  sessionId: z.uuid(),
  ...place,
  transactionId: z.string().max(36),
  tokenUid: uid,
  startedAt: Instant,
  meterStartWh: z.int().nullable(),
  reservationId: z.string().max(64).nullable(),
  commandId: z.uuid().nullable(), // The remote start that this answers, when there was one.
  offline: z.boolean(), // Began before this connection: reported later from the charger's backlog.
  tariff: TariffPin.nullable(),
  // By which its cost runs; the bill goes by the same, whatever was given or taken while the site could not hear of it.
  priceGroups: z.array(z.string().min(1).max(60)).max(20).optional()
})

/** A register reading of a running session, for rating. */
export const SessionReading = z.strictObject({
  kind: z.literal('session.reading.v1'),
  sessionId: z.uuid(),
  reading: RegisterReading
})

/** A signed meter record of a session, as the charger sent it: proof for the driver and for the bill. */
export const SessionSigned = z.strictObject({
  kind: z.literal('session.signed.v1'),
  sessionId: z.uuid(),
  chargerId: Identifier,
  signed: SignedValue
})

export const SessionSuspended = z.strictObject({
  kind: z.literal('session.suspended.v1'),
  sessionId: z.uuid(),
  at: Instant,
  suspended: z.boolean(),
  by: z.enum(['ev', 'evse', 'unknown'])
})

export const SessionEnded = z.strictObject({
  kind: z.literal('session.ended.v1'),
  sessionId: z.uuid(),
  endedAt: Instant,
  meterStopWh: z.int().nullable(),
  energyWh: z.int().nullable(), // null: no trustworthy energy, see `review`.
  stopReason: StopReason,
  tokenUid: uid.nullable(), // The token that stopped it, when there was one.
  standing: z.literal(true).optional(), // The vehicle may stand there still and is priced: `session.left.v1` follows.
  review: z.array(z.strictObject({ reason: ReviewReason, detail: z.string().max(300) })).max(20)
})

/** The vehicle of a session that had ended `standing` is gone, as far as anybody watched. */
export const SessionLeft = z.strictObject({
  kind: z.literal('session.left.v1'),
  sessionId: z.uuid(),
  at: Instant, // Station time; of the last sign of it where the charger was not watched any longer.
  seen: z.boolean() // false: the charger was out of touch, or the watch was given up.
})

/** What became of a reservation at the charger. `at` is its beginning (`active`) or its end. */
export const ReservationChanged = z.strictObject({
  kind: z.literal('reservation.changed.v1'),
  ...place,
  reservationId: z.int().min(1),
  tokenUid: uid,
  status: z.enum(['active', 'used', 'cancelled', 'expired', 'refused']),
  at: Instant,
  expiresAt: Instant,
  sessionId: z.uuid().nullable() // Of the session that used it.
})

/** A value that prices may ask for, from now on: site load in percent, outside temperature, load of the grid. */
export const SignalNoted = z.strictObject({
  kind: z.literal('signal.noted.v1'),
  name: z.string().min(1).max(60),
  at: Instant,
  value: z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/, 'expected a decimal')
})

/** Something odd that belongs to no session the edge knows, or to one that has already ended. */
export const ReviewRaised = z.strictObject({
  kind: z.literal('review.raised.v1'),
  reviewId: z.uuid(),
  chargerId: Identifier,
  sessionId: z.uuid().nullable(),
  at: Instant,
  reason: ReviewReason,
  detail: z.string().max(300),
  raw: z.string().max(65_536).nullable()
})

/** The raw text of a transaction message, kept for disputes and replay. */
export const RawKept = z.strictObject({
  kind: z.literal('raw.kept.v1'),
  chargerId: Identifier,
  sessionId: z.uuid().nullable(),
  at: Instant,
  action: z.string().max(50),
  raw: z.string().max(65_536)
})

export const CommandEnded = z.strictObject({
  kind: z.literal('command.ended.v1'),
  commandId: z.uuid(),
  status: CommandStatus,
  at: Instant,
  result: z.unknown().optional(), // The charger's own answer as it stands.
  error: z.string().max(500).optional(),
  traceparent: z.string().max(60).optional() // As the command brought it.
})

export const ChargerBooted = z.strictObject({
  kind: z.literal('charger.booted.v1'),
  chargerId: Identifier,
  at: Instant,
  protocol: Protocol,
  registration: Registration,
  vendor: z.string().max(50),
  model: z.string().max(50),
  serial: z.string().max(50).nullable(),
  firmware: z.string().max(50).nullable()
})

/** A charger that nobody has configured here knocks: shown to the operator, nothing else. */
export const ChargerUnclaimed = z.strictObject({
  kind: z.literal('charger.unclaimed.v1'),
  identity: z.string().max(48),
  at: Instant,
  protocol: z.string().max(40),
  address: z.string().max(64),
  says: z.record(z.string().max(40), z.string().max(100)).nullable()
})

export const ChargerConnection = z.strictObject({
  kind: z.literal('charger.connection.v1'),
  chargerId: Identifier,
  at: Instant,
  online: z.boolean(),
  reason: z.string().max(200)
})

export const AlarmRaised = z.strictObject({
  kind: z.literal('alarm.raised.v1'),
  alarmId: z.uuid(),
  code: AlarmCode,
  severity: Severity,
  subject: z.string().max(100), // What it is about: a charger, a connector, the meter, the site.
  at: Instant,
  detail: z.string().max(500),
  advice: z.string().max(500)
})

export const AlarmCleared = z.strictObject({
  kind: z.literal('alarm.cleared.v1'),
  alarmId: z.uuid(),
  code: AlarmCode,
  subject: z.string().max(100),
  at: Instant
})

/** The effective site limit changed, with everything that was valid at that moment. */
export const LimitChanged = z.strictObject({
  kind: z.literal('limit.changed.v1'),
  at: Instant,
  limitW: z.int().min(0),
  limitMilliA: z.tuple([z.int(), z.int(), z.int()]),
  reason: z.string().max(300),
  valid: z.array(SiteLimit).max(50)
})

/** A security-relevant act at the edge: local API change, refused login, fenced gateway. */
export const AuditNoted = z.strictObject({
  kind: z.literal('audit.noted.v1'),
  at: Instant,
  actor: z.string().max(100),
  act: z.string().max(100),
  subject: z.string().max(100),
  detail: z.string().max(500)
})

export const Fact = z.discriminatedUnion('kind', [
  SessionStarted,
  SessionReading,
  SessionSigned,
  SessionSuspended,
  SessionEnded,
  SessionLeft,
  ReservationChanged,
  SignalNoted,
  ReviewRaised,
  RawKept,
  CommandEnded,
  ChargerBooted,
  ChargerUnclaimed,
  ChargerConnection,
  AlarmRaised,
  AlarmCleared,
  LimitChanged,
  AuditNoted
])
export type Fact = z.infer<typeof Fact>
export type FactKind = Fact['kind']
export type FactOf<Kind extends FactKind> = Extract<Fact, { kind: Kind }>
