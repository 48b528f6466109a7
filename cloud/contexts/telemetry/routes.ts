import { Identifier } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { notFound, problem, roles, type Routes, type Who } from '../../http/index.ts'
import {
  limitSteps,
  powerOf,
  resolutionFor,
  resolutions,
  sessionSamples,
  type Resolution
} from './queries.ts'

export type Needs = {
  readonly database: Database
  /** @throws Problem 404 */
  siteExists(tx: Tx, siteId: string): Promise<void>
  /** Whether the session is there and this caller may see it. */
  maySeeSession(tx: Tx, who: Who, sessionId: string): Promise<boolean>
}

const hourMs = 3_600_000
const longestMs = 400 * 24 * hourMs
const longestRawMs = 6 * hourMs
const mostSamples = 2_000
const earliestMs = Date.UTC(2000, 0)

const whole = z.int().nullable()
const Point = z.object({ at: z.string(), powerW: whole, lowestW: whole, highestW: whole, limitW: whole })
const Power = z.object({
  siteId: z.string(),
  from: z.string(),
  to: z.string(),
  resolution: z.string(),
  series: z.array(
    z.object({
      source: z.string(),
      kind: z.enum(['connector', 'meter', 'pv', 'battery', 'vehicle']),
      points: z.array(Point)
    })
  ),
  limits: z.array(
    z.object({ at: z.string(), limitW: z.int(), reason: z.string(), valid: z.array(z.unknown()) })
  )
})
const Samples = z.object({
  items: z.array(
    z.object({
      at: z.string(),
      registerWh: whole,
      powerW: whole,
      currentMilliA: z.array(z.int()).nullable(),
      offeredMilliA: whole,
      limitMilliA: whole,
      socPercent: z.number().nullable()
    })
  ),
  nextCursor: z.null()
})

const Query = z.object({
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  resolution: z.enum(['auto', 'raw', '1m', '15m', '1h']).default('auto')
})

/** Curves for the screens. */
export const routes =
  (needs: Needs): Routes =>
  (app) => {
    app.get(
      '/sites/:id/power',
      {
        config: { roles: ['admin', 'operator', 'utility', 'oem'] },
        schema: {
          summary: 'Power of a site by connector and meter, with the steps of its limit',
          params: z.object({ id: Identifier }),
          querystring: Query,
          response: { 200: Power }
        }
      },
      async ({ who, query, params: { id } }) => {
        const { from, to, resolution } = readSpan(query)
        return needs.database.tenant(who.tenantId, async (tx) => {
          await needs.siteExists(tx, id)
          const series = await powerOf(tx, id, { from, to }, resolution)
          return { siteId: id, from, to, resolution, series, limits: await limitSteps(tx, id, { from, to }) }
        })
      }
    )
    app.get(
      '/sessions/:id/readings',
      {
        config: { roles },
        schema: {
          summary: 'Samples of a session',
          params: z.object({ id: z.uuid() }),
          response: { 200: Samples }
        }
      },
      async ({ who, params: { id } }) =>
        needs.database.tenant(who.tenantId, async (tx) => {
          if (!(await needs.maySeeSession(tx, who, id))) throw notFound('session')
          return { items: await sessionSamples(tx, id, mostSamples), nextCursor: null }
        })
    )
  }

/** The last hour when nothing is said. */
function readSpan(query: z.infer<typeof Query>): { from: string; to: string; resolution: Resolution } {
  const to = query.to === undefined ? Date.now() : Date.parse(query.to)
  const from = query.from === undefined ? to - hourMs : Date.parse(query.from)
  const span = to - from
  if (span <= 0 || span > longestMs)
    throw problem(400, 'request-invalid', 'from: before to, and at most 400 days before it')
  if (query.resolution === 'raw' && span > longestRawMs)
    throw problem(400, 'request-invalid', 'resolution: raw is for at most six hours')
  if (from < earliestMs) throw problem(400, 'request-invalid', 'from: nothing was measured before 2000')
  const resolution = query.resolution === 'auto' ? resolutionFor(span / 1000) : query.resolution
  const start = resolution === 'raw' ? from : from - (from % (resolutions[resolution] * 1000))
  return { from: new Date(start).toISOString(), to: new Date(to).toISOString(), resolution }
}
