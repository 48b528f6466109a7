import { z } from 'zod'
import { Identifier, Instant } from '../model/words.ts'
import { DesiredVersions } from './desired.ts'
import { chainStart } from './frame.ts'

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .default(chainStart)

/**
 * First words of an edge process to the cloud, at every connect. `instance` names the database (made once),
 * `boot` this process (made at each start). A new boot gets a new epoch and fences the one before; the same
 * boot gets its epoch again. `newest` is the end of each lane at the edge.
 */
export const Hello = z.strictObject({
  v: z.literal(1),
  site: Identifier,
  instance: z.uuid(),
  boot: z.uuid(),
  version: z.string().max(40),
  at: Instant,
  newest: z.strictObject({
    facts: z.strictObject({ sequence: z.int().min(0), hash }),
    history: z.strictObject({ sequence: z.int().min(0), hash })
  }),
  desired: DesiredVersions // What it has, so that only newer sections are sent.
})
export type Hello = z.infer<typeof Hello>

/**
 * The cloud's answer. `durable` tells from where to send in each lane: for a known instance what the cloud
 * holds of it, for a new one 0. `fenced`: a younger process acts for this site, be silent and tell people.
 */
export const HelloAnswer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('welcome'),
    v: z.literal(1),
    site: Identifier,
    epoch: z.int().min(1),
    durable: z.strictObject({ facts: z.int().min(0), history: z.int().min(0) }),
    at: Instant // The cloud's clock, to see how far the edge's is off.
  }),
  z.strictObject({
    kind: z.literal('refused'),
    v: z.literal(1),
    code: z.enum(['unknown-site', 'fenced', 'malformed', 'busy']),
    detail: z.string().max(300)
  })
])
export type HelloAnswer = z.infer<typeof HelloAnswer>
