import { z } from 'zod'
import { Identifier, Instant } from './words.ts'

/** Who says so. `wiring` and `failsafe` are the edge's own; the others come from people and partners. */
export const LimitSource = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)

const watts = z.int().min(0).max(100_000_000)
const amps = z.number().min(0).max(20_000)

/**
 * A limit on the site's sum from one source, valid in [from, until). Without `until` it never expires.
 * At least one of the two quantities; 0 is a limit, absence of a limit is the absence of the object.
 */
export const SiteLimit = z
  .strictObject({
    source: LimitSource,
    limitW: watts.optional(),
    limitA: z
      .union([
        amps.transform((each): [number, number, number] => [each, each, each]),
        z.tuple([amps, amps, amps])
      ])
      .optional(),
    from: Instant.optional(),
    until: Instant.optional(),
    reason: z.string().min(1).max(200)
  })
  .refine((limit) => limit.limitW !== undefined || limit.limitA !== undefined, 'limitW or limitA is needed')
  .refine(isOrdered, { message: 'until must be after from', when: ({ issues }) => issues.length === 0 })
export type SiteLimit = z.infer<typeof SiteLimit>

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
