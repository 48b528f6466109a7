import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import type { Routes } from '../../http/index.ts'
import type { Needs } from './needs.ts'
import { numberingOf } from './numbers.ts'
import { askRun, listRuns } from './runs.ts'

const Scope = z.enum(['driver', 'fleet', 'tenant'])
const RunView = z.object({
  id: z.uuid(),
  month: z.string(),
  scope: Scope,
  status: z.enum(['open', 'done']),
  invoices: z.int(),
  askedBy: z.string(),
  askedAt: Instant,
  doneAt: Instant.nullable()
})
const SeriesView = z.object({
  series: z.string(),
  year: z.int(),
  last: z.int(),
  invoices: z.int(),
  gapless: z.boolean()
})

const staff = ['admin', 'operator'] as const
const mostRuns = 200

export const runRoutes =
  (needs: Needs): Routes =>
  (app) => {
    askRoute(needs)(app)
    lookRoutes(needs)(app)
  }

const askRoute =
  ({ database, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/invoices/runs',
      {
        config: { roles: staff, idempotent: true },
        schema: {
          summary: 'Make the collective invoices of a month that is over; a repetition makes what is missing',
          body: z.strictObject({
            month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'expected a month such as 2026-03'),
            scope: Scope
          }),
          response: { 202: RunView }
        }
      },
      async ({ who, body }, reply) => {
        const by = who.email ?? who.userId
        const run = await database.tenant(who.tenantId, async (tx) => {
          const asked = await askRun(tx, { ...body, by, nowMs: now() })
          await audit(tx, { actor: by, act: 'invoices.run-asked', subject: `${body.month} ${body.scope}` })
          return asked
        })
        return reply.code(202).send(run)
      }
    )
  }

const lookRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/invoices/runs',
      {
        config: { roles: staff },
        schema: {
          summary: 'Runs of collective invoices',
          response: { 200: z.object({ items: z.array(RunView) }) }
        }
      },
      async ({ who }) => ({
        items: await database.tenant(who.tenantId, async (tx) => listRuns(tx, mostRuns))
      })
    )
    app.get(
      '/invoices/numbering',
      {
        config: { roles: staff },
        schema: {
          summary: 'Each series of invoice numbers by year, and whether it is without gaps',
          response: { 200: z.object({ items: z.array(SeriesView) }) }
        }
      },
      async ({ who }) => ({ items: await database.tenant(who.tenantId, numberingOf) })
    )
  }
