import { z } from 'zod'
import { LimitSource } from './limit.ts'
import { Identifier, Instant } from './words.ts'

const milliAmps = z.int()
const perPhase = z.tuple([milliAmps, milliAmps, milliAmps])
const reason = z.string().max(300)

/** A node of the limit tree as it stands: its fuse, what flows through it, and what may at most flow. */
export const PowerNode = z.strictObject({
  id: Identifier,
  parent: Identifier.nullable(), // null: the grid connection.
  limitMilliA: perPhase,
  loadMilliA: perPhase.nullable(), // Measured or summed from meters; null: nobody knows.
  committedMilliA: perPhase, // Base load and everything that may be drawn: never above the limit.
  /** Where the sum of the phases is limited in watts too. */
  total: z
    .strictObject({ limitW: z.int().min(0), loadW: z.int().nullable(), committedW: z.int().min(0) })
    .optional(),
  because: reason
})
export type PowerNode = z.infer<typeof PowerNode>

/**
 * A limit with its source and state. `refused` ones are kept with the reason, so that a person sees why a limit
 * that he sent does nothing.
 */
export const LimitState = z.strictObject({
  source: LimitSource,
  state: z.enum(['planned', 'active', 'past', 'cancelled', 'refused']),
  binding: z.boolean(), // The smallest of all, now or when its time comes.
  limitW: z.int().min(0).nullable(),
  limitMilliA: perPhase.nullable(),
  exportLimitW: z.int().min(0).optional(), // The most that may be fed in; absent: it says nothing of that.
  from: Instant.nullable(),
  until: Instant.nullable(),
  version: z.int().min(0).nullable(),
  reason,
  detail: reason.nullable() // Why it was refused or cancelled, or in which state its source is.
})
export type LimitState = z.infer<typeof LimitState>

/** What a session will get from `at` on, as things stand: an estimate, said to be one. */
export const ForecastPoint = z.strictObject({
  at: Instant,
  limitMilliA: z.int().min(0),
  powerW: z.int(),
  reason
})
export type ForecastPoint = z.infer<typeof ForecastPoint>

export const ConnectorForecast = z.strictObject({
  chargerId: Identifier,
  evseId: z.int(),
  connectorId: z.int(),
  energyWh: z.int().min(0), // In the time looked at.
  fullAt: Instant.nullable(),
  points: z.array(ForecastPoint).max(200)
})
export type ConnectorForecast = z.infer<typeof ConnectorForecast>

/** What takes part beside the loads, as it says of itself. Import positive: PV and a discharging battery are below 0. */
export const PowerParticipant = z.strictObject({
  id: Identifier,
  kind: z.enum(['pv', 'battery', 'vehicle']),
  powerW: z.int().nullable(), // null: nobody knows, or its word is too old.
  socPercent: z.number().min(0).max(100).nullable(),
  state: z.enum(['running', 'standby', 'off', 'fault', 'silent']),
  because: z.string().max(300).optional() // Why it was told what it was told last; absent: it was told nothing.
})
export type PowerParticipant = z.infer<typeof PowerParticipant>

/** Everything a site power page shows: the tree with its loads, the limits by source over time, who will get what. */
export const PowerPicture = z.strictObject({
  at: Instant,
  nodes: z.array(PowerNode).max(2_000),
  limits: z.array(LimitState).max(1_000),
  forecast: z.array(ConnectorForecast).max(5_000),
  participants: z.array(PowerParticipant).max(100).optional() // Absent: a site without any.
})
export type PowerPicture = z.infer<typeof PowerPicture>
