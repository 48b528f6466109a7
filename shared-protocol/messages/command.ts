import { z } from 'zod'
import { ConnectorKey } from '../model/connector.ts'
import { Identifier, Instant } from '../model/words.ts'

/** queued → sent → accepted | rejected | expired | failed. The last four are final. */
export const CommandStatus = z.enum(['queued', 'sent', 'accepted', 'rejected', 'expired', 'failed'])
export type CommandStatus = z.infer<typeof CommandStatus>

export const isFinal = (status: CommandStatus): boolean => status !== 'queued' && status !== 'sent'

const uid = z.string().min(1).max(36)
const connector = { connector: ConnectorKey }

/** Canonical actions and their payloads: what the HTTP APIs take and the drivers carry out. */
export const orderPayloads = {
  start: z.strictObject({
    ...connector,
    tokenUid: uid,
    sessionId: z.uuid().optional(), // The cloud's order; the edge gives its session this id.
    tariffId: z.string().max(64).optional(), // Plan named in the call.
    maxEnergyWh: z.int().min(1).optional(),
    energyWh: z.int().min(1).max(1_000_000).optional(), // What the driver wants: power is shared by it, nothing ends at it.
    departAt: Instant.optional(), // When the driver wants to leave.
    priceGroups: z.array(z.string().min(1).max(60)).max(20).optional(), // The driver's, and the coupons brought:
    coupons: z.array(z.string().min(1).max(60)).max(5).optional(), // the edge shows the cost by them.
    authorised: z.boolean().default(false) // The cloud vouches for the token (payment hold stands).
  }),
  stop: z
    .strictObject({ sessionId: z.uuid().optional(), transactionId: z.string().max(36).optional() })
    .refine(
      (stop) => stop.sessionId !== undefined || stop.transactionId !== undefined,
      'sessionId or transactionId'
    ),
  unlock: z.strictObject(connector),
  reset: z.strictObject({ type: z.enum(['soft', 'hard']).default('soft') }),
  setLimit: z.strictObject({
    ...connector,
    limitA: z.number().min(0).max(1000).optional(),
    limitW: z.int().min(0).optional()
  }),
  clearLimit: z.strictObject(connector),
  setAvailability: z.strictObject({ connector: ConnectorKey.optional(), available: z.boolean() }),
  reserve: z.strictObject({
    ...connector,
    reservationId: z.int().min(1),
    tokenUid: uid,
    group: uid.optional(),
    expiresAt: Instant
  }),
  cancelReservation: z.strictObject({ reservationId: z.int().min(1) }),
  updateFirmware: z.strictObject({
    location: z.url().max(512),
    retrieveAt: Instant,
    retries: z.int().min(0).max(10).optional()
  }),
  getDiagnostics: z.strictObject({
    location: z.url().max(512),
    from: Instant.optional(),
    until: Instant.optional()
  }),
  getConfiguration: z.strictObject({ keys: z.array(z.string().max(50)).max(100).optional() }),
  setConfiguration: z.strictObject({ key: z.string().min(1).max(50), value: z.string().max(500) }),
  trigger: z.strictObject({ message: z.string().max(50), connector: ConnectorKey.optional() }),
  // A person has looked: the charger is trusted again; `gone` names one out of the plan that was taken off its wire.
  trust: z.strictObject({ gone: Identifier.optional() }),
  lockGround: z.strictObject(connector),
  unlockGround: z.strictObject(connector)
} as const
export type Action = keyof typeof orderPayloads
export type OrderPayload<Name extends Action> = z.infer<(typeof orderPayloads)[Name]>

/** An order in canonical words, or, for engineers, an OCPP request as it stands (`ocpp.{Action}`). */
export type Order =
  | { [Name in Action]: { readonly action: Name; readonly payload: OrderPayload<Name> } }[Action]
  | { readonly action: `ocpp.${string}`; readonly payload: Readonly<Record<string, unknown>> }

type Said = Readonly<Record<string, unknown>>

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value)

/** OCPP 1.6 numbers its transactions; here they are texts. */
const withTextId = (said: Said): Said =>
  isWhole(said['transactionId']) ? { ...said, transactionId: String(said['transactionId']) } : said

/** @returns the connector's key, or undefined when these two say none */
function keyOf(connectorId: unknown, evseId: unknown, chargerId: string | undefined): string | undefined {
  if (typeof connectorId === 'string' && evseId === undefined) return connectorId
  const evse = evseId ?? 1
  return chargerId !== undefined && isWhole(connectorId) && isWhole(evse)
    ? `${chargerId}:${evse}:${connectorId}`
    : undefined
}

/**
 * The HTTP APIs call a connector `connectorId` everywhere else: its whole id, or, where the charger is named beside it, the
 * number with `evseId` (1 when left out). Whoever says so here means the same.
 */
function inOurWords(payload: unknown, chargerId: string | undefined): unknown {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return payload
  const said = withTextId(payload as Said)
  const { connectorId, evseId, ...rest } = said
  const connector = keyOf(connectorId, evseId, chargerId)
  return connector === undefined || 'connector' in rest ? said : { connector, ...rest }
}

/**
 * @param chargerId whom the payload's numbers of connectors belong to; without it they are not understood
 * @returns the order, or the issues in words when the payload does not fit the action
 */
export function readOrder(
  action: string,
  payload: unknown,
  chargerId?: string
): { order: Order } | { problem: string } {
  if (/^ocpp\.[A-Za-z]{2,50}$/.test(action)) {
    const body = z.record(z.string(), z.unknown()).safeParse(payload)
    return body.success
      ? { order: { action: action as `ocpp.${string}`, payload: body.data } }
      : { problem: 'payload: expected an object' }
  }
  const schema: z.ZodType | undefined = Object.hasOwn(orderPayloads, action)
    ? orderPayloads[action as Action]
    : undefined
  if (!schema)
    return {
      problem: `action: unknown; known are ${Object.keys(orderPayloads).join(', ')} and ocpp.{Action}`
    }
  const body = schema.safeParse(inOurWords(payload, chargerId))
  return body.success
    ? { order: { action, payload: body.data } as Order }
    : {
        problem: body.error.issues
          .map((issue) => `payload.${issue.path.join('.')}: ${issue.message}`)
          .join('; ')
      }
}

/**
 * A command on its way down. `counter` grows by one for each command of a site and is remembered before the
 * act, so that a recorded command is refused (reliability N5); `signature` is Ed25519, base64, over
 * `commandText`. A start is never carried out after `expiresAt`.
 */
export const Command = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  site: Identifier,
  epoch: z.int().min(0),
  counter: z.int().min(1),
  issuer: z.string().min(1).max(100),
  issuedAt: Instant,
  expiresAt: Instant,
  chargerId: Identifier,
  action: z.string().max(60),
  payload: z.unknown(),
  traceparent: z.string().max(60).optional(),
  signature: z.string().max(120)
})
export type Command = z.infer<typeof Command>

/** The text that is signed: field order fixed here, payload as its JSON text. */
export function commandText(command: Omit<Command, 'signature'>): string {
  const { v, id, site, epoch, counter, issuer, issuedAt, expiresAt, chargerId, action, payload } = command
  return JSON.stringify([
    v,
    id,
    site,
    epoch,
    counter,
    issuer,
    issuedAt,
    expiresAt,
    chargerId,
    action,
    payload
  ])
}

/** Immediate answer to a command over NATS; the final state follows as fact `command.ended.v1`. */
export const CommandAnswer = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  status: CommandStatus,
  result: z.unknown().optional(),
  error: z.string().max(500).optional()
})
export type CommandAnswer = z.infer<typeof CommandAnswer>
