import { z } from 'zod'
import { ConnectorStatus } from '../model/connector.ts'
import { Allocation } from '../model/limit.ts'
import { PowerPicture } from '../model/power-picture.ts'
import { Identifier, Instant } from '../model/words.ts'
import { DesiredVersions } from './desired.ts'

/** Latest readings and states, core NATS, about once a second when something changed. May be lost. */
export const LiveConnector = z.strictObject({
  chargerId: Identifier,
  evseId: z.int(),
  connectorId: z.int(),
  status: ConnectorStatus,
  errorCode: z.string().max(50).nullable(),
  sessionId: z.uuid().nullable(),
  tokenUid: z.string().max(36).nullable(),
  powerW: z.int().nullable(),
  energyWh: z.int().nullable(), // Of the running session.
  costMinor: z.int().nullable(), // Provisional, by the edge's own rating.
  socPercent: z.number().nullable(),
  limitW: z.int().nullable(),
  limitReason: z.string().max(300).nullable(),
  updatedAt: Instant
})
export type LiveConnector = z.infer<typeof LiveConnector>

/** Topic `connectors`. */
export const LiveConnectors = z.strictObject({
  v: z.literal(1),
  site: Identifier,
  at: Instant,
  connectors: z.array(LiveConnector)
})
export type LiveConnectors = z.infer<typeof LiveConnectors>

/** Topic `power`: the last allocation, for the moving chart and the reasons. */
export const LivePower = z.strictObject({ v: z.literal(1), site: Identifier, allocation: Allocation })
export type LivePower = z.infer<typeof LivePower>

/** Topic `picture`: tree, limits by source, forecast; every few seconds at the most, when something changed. */
export const LivePicture = z.strictObject({ v: z.literal(1), site: Identifier, picture: PowerPicture })
export type LivePicture = z.infer<typeof LivePicture>

/** Topic `state`: every few seconds, also when nothing changed: the edge is alive. */
export const LiveState = z.strictObject({
  v: z.literal(1),
  site: Identifier,
  at: Instant,
  epoch: z.int(),
  version: z.string().max(40),
  startedAt: Instant,
  outbox: z.strictObject({
    facts: z.strictObject({ first: z.int(), last: z.int(), durable: z.int() }),
    history: z.strictObject({ first: z.int(), last: z.int(), durable: z.int() })
  }),
  desired: DesiredVersions,
  alarms: z.int(),
  storage: z.enum(['good', 'low', 'failing']).optional() // Of the edge's database; alarms cannot be stored when it fails.
})
export type LiveState = z.infer<typeof LiveState>
