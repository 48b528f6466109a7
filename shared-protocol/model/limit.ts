import { z } from 'zod'
import { Identifier, Instant, LocalTime } from './words.ts'

/** Who says so. `wiring` and `failsafe` are the edge's own; the others come from people and partners. */
export const LimitSource = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)

const watts = z.int().min(0).max(100_000_000)
const amps = z.number().min(0).max(20_000)

/** Wall-clock windows of a week in the site's zone; `until` at or before `from` is on the next day. */
const WeeklyWindow = z.strictObject({
  days: z.array(z.int().min(1).max(7)).min(1).max(7), // ISO 8601: 1 is Monday. The day on which it begins.
  from: LocalTime,
  until: LocalTime
})
export type WeeklyWindow = z.infer<typeof WeeklyWindow>

const fieldsOf = (aWatt: z.ZodNumber, anAmp: z.ZodNumber) =>
  z.strictObject({
    source: LimitSource,
    limitW: aWatt.optional(),
    limitA: z
      .union([
        anAmp.transform((each): [number, number, number] => [each, each, each]),
        z.tuple([anAmp, anAmp, anAmp])
      ])
      .optional(),
    exportLimitW: aWatt.optional(), // The most that may flow from the site into the grid.
    from: Instant.optional(),
    until: Instant.optional(),
    reason: z.string().min(1).max(200),
    siteId: Identifier.optional(), // For whom it is meant; another site refuses it.
    eventId: z.string().min(1).max(100).optional(), // Of a DR event: one limit for each, whatever its versions.
    version: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(), // Of the event; the highest ever heard rules.
    cancelled: z.boolean().optional(), // This version ends the event.
    randomiseStartS: z.int().min(0).max(86_400).optional(), // Begins up to so much later, each site by its own draw.
    weekly: z.array(WeeklyWindow).min(1).max(21).optional() // Absent: all the time from `from` to `until`.
  })

/**
 * A limit on the site's sum from one source, valid in [from, until). Without `until` it never expires.
 * At least one of the quantities; 0 is a limit, absence of a limit is the absence of the object.
 */
export const SiteLimit = fieldsOf(watts, amps)
  .refine(saysSomething, 'limitW or limitA is needed')
  .refine(isOrdered, { message: 'until must be after from', when: ({ issues }) => issues.length === 0 })
export type SiteLimit = z.infer<typeof SiteLimit>

/**
 * A limit as somebody sent it: of the right form, its sense not looked at yet. One senseless limit must not take
 * the others of its message with it: the edge judges each for itself, and keeps what it refused, with the reason.
 */
export const SentLimit = fieldsOf(z.number(), z.number())
export type SentLimit = z.infer<typeof SentLimit>

type Said = {
  readonly limitW?: unknown
  readonly limitA?: unknown
  readonly exportLimitW?: unknown
  readonly cancelled?: boolean | undefined
}

function saysSomething({ limitW, limitA, exportLimitW, cancelled }: Said): boolean {
  return cancelled === true || [limitW, limitA, exportLimitW].some((each) => each !== undefined)
}

/** By time, not by text: `…00.500Z` is after `…00Z`. */
function isOrdered({
  from,
  until
}: {
  readonly from?: string | undefined
  readonly until?: string | undefined
}): boolean {
  return from === undefined || until === undefined || Temporal.Instant.compare(from, until) < 0
}

/** One connector's share of a cycle, with the reason that binds it, in words for a driver. */
const ConnectorAllocation = z.strictObject({
  chargerId: Identifier,
  evseId: z.int(),
  connectorId: z.int(),
  limitMilliA: z.int().min(0),
  committedMilliA: z.int().min(0),
  powerW: z.int().nullable(),
  limitW: z.int().min(0),
  reason: z.string().max(300)
})
export type ConnectorAllocation = z.infer<typeof ConnectorAllocation>

/** What a cycle of the control loop decided: the site's effective limit and everyone's share. */
export const Allocation = z.strictObject({
  at: Instant,
  limitMilliA: z.tuple([z.int(), z.int(), z.int()]),
  limitW: z.int(),
  limitReason: z.string().max(300),
  limits: z.array(SiteLimit),
  baseLoadW: z.int(),
  siteW: z.int().nullable(),
  meter: z.enum(['good', 'silent', 'untrusted', 'none']),
  missingW: z.int().min(0),
  connectors: z.array(ConnectorAllocation)
})
export type Allocation = z.infer<typeof Allocation>
