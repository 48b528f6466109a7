import {
  judgeLimit,
  refusalStatus,
  SentLimit,
  type LimitRefusal,
  type SiteLimit as Limit
} from '@nova/shared-protocol/model'
import { z } from 'zod'
import { moment, problem, type Problem } from '../../http/index.ts'
import { contractSource, type Site } from './model.ts'

// What people and partners may set; the others are the edge's own or come from the site's grid.
const ownSources = new Set(['wiring', 'failsafe', contractSource])

// Of any size: what is negative or absurd is refused by its name, and recorded.
const amps = z.number()
const watts = z.int()
const time = z.string().max(5)
const window = { days: z.array(z.int()), from: time, until: time }

/** A limit as people and partners put it; its sense is looked at by `readLimit`. */
export const LimitBody = z.strictObject({
  limitW: watts.optional(),
  limitA: z.union([amps, z.tuple([amps, amps, amps])]).optional(),
  exportLimitW: watts.optional(),
  from: moment.optional(),
  until: moment.optional(),
  reason: z.string().min(1).max(200),
  siteId: z.string().max(48).optional(),
  eventId: z.string().min(1).max(100).optional(),
  version: z.int().min(0).optional(),
  cancelled: z.boolean().optional(),
  randomiseStartS: z.int().min(0).max(86_400).optional(),
  weekly: z.array(z.strictObject(window)).min(1).max(50).optional()
})

export const LimitShown = z.object({
  source: z.string(),
  limitW: z.int().optional(),
  limitA: z.tuple([z.number(), z.number(), z.number()]).optional(),
  exportLimitW: z.int().optional(),
  from: z.string().optional(),
  until: z.string().optional(),
  reason: z.string(),
  eventId: z.string().optional(),
  version: z.int().optional(),
  cancelled: z.boolean().optional(),
  randomiseStartS: z.int().optional(),
  weekly: z.array(z.object(window)).optional(),
  setBy: z.string(),
  changedAt: z.string()
})

export type Judged = { readonly limit: Limit; readonly refusal: LimitRefusal | null }

/**
 * The limit and what the edge will say to it: both judge by the same rules. @throws Problem 400 for what has not the
 * form of a limit, 403 for a source that is not set here
 */
export function judgedLimit(body: z.infer<typeof LimitBody> & { source: string }, site: Site): Judged {
  if (ownSources.has(body.source))
    throw problem(403, 'limit-source-reserved', `${body.source} is not set here.`)
  const sent = SentLimit.safeParse(body)
  if (!sent.success)
    throw problem(400, 'request-invalid', sent.error.issues.map(({ message }) => message).join('; '))
  const { limitA, voltageV } = site.grid
  const refusal = judgeLimit(sent.data, { siteId: site.id, limitA, voltageV }, Date.now())
  return { limit: sent.data, refusal }
}

/** @throws Problem with the code of the refusal */
export function readLimit(body: z.infer<typeof LimitBody> & { source: string }, site: Site): Limit {
  const { limit, refusal } = judgedLimit(body, site)
  if (refusal !== null) throw refused(refusal)
  return limit
}

export const refused = ({ name, detail }: LimitRefusal): Problem =>
  problem(refusalStatus(name), name, `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`)
