import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { listQuery, notFound, page, pageOf, readCursor, type Routes, type Who } from '../../http/index.ts'
import { runDay } from './commands.ts'
import { decide } from './decisions.ts'
import { BreakClass, Remedy } from './events.ts'
import { remedies } from './model.ts'
import type { Needs } from './needs.ts'
import { breaksOf, daysOf, decisionsOf, lastRun, statementsOf, type BreakRow, type Said } from './queries.ts'
import { cleanliness } from './save.ts'

const staff = ['admin', 'operator'] as const

const Said = z.object({ remedy: Remedy.nullable(), by: z.string(), note: z.string(), at: Instant })
const BreakView = z.object({
  id: z.uuid(),
  date: z.iso.date(),
  class: BreakClass,
  status: z.enum(['open', 'proposed', 'repaired', 'accepted', 'gone']),
  provider: z.string().nullable(),
  reference: z.string().nullable(),
  paymentId: z.uuid().nullable(),
  sessionId: z.uuid().nullable(),
  siteId: z.string().nullable(),
  difference: Money.nullable(),
  detail: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  remedies: z.array(Remedy),
  remedy: Remedy.nullable(),
  repairedBy: z.string().nullable(),
  decisions: z.array(Said),
  foundAt: Instant,
  settledAt: Instant.nullable()
})

const DayView = z.object({
  date: z.iso.date(),
  runId: z.uuid(),
  at: Instant,
  isComplete: z.boolean(),
  openBreaks: z.int()
})

const Report = z.object({
  date: z.iso.date(),
  isClean: z.boolean(),
  isComplete: z.boolean(),
  missingStatements: z.array(z.string()),
  openBreaks: z.int(),
  acceptedBreaks: z.int(),
  repairedBreaks: z.int(),
  matched: z.int(),
  sessions: z.int(),
  askedBy: z.string(),
  at: Instant,
  totals: z.array(z.object({ provider: z.string(), ours: Money, theirs: Money })),
  statements: z.array(
    z.object({ provider: z.string(), digest: z.string(), lines: z.int(), fetchedAt: Instant })
  ),
  breaks: z.array(BreakView),
  nextCursor: z.string().nullable()
})

// PostgreSQL knows no year 0.
const byDate = z.object({ date: z.iso.date().refine((date) => date >= '0001') })

export const routes =
  (needs: Needs): Routes =>
  (app) => {
    daysRoute(needs)(app)
    dateRoutes(needs)(app)
    decisionRoute(needs)(app)
  }

const daysRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/reconciliation',
      {
        config: { roles: staff },
        schema: {
          summary: 'Days that were reconciled',
          querystring: listQuery,
          response: { 200: pageOf(DayView) }
        }
      },
      async ({ who, query }) => {
        const before = readCursor(query.cursor, 1)?.[0] ?? null
        const rows = await database.tenant(who.tenantId, async (tx) =>
          daysOf(tx, before === null ? null : String(before), query.limit + 1)
        )
        return page(rows, query.limit, { keyOf: ({ date }) => [date], itemOf: (row) => row })
      }
    )
  }

const dateRoutes =
  (needs: Needs): Routes =>
  (app) => {
    const show = async (who: Who, date: string, query: z.infer<typeof listQuery>) =>
      needs.database.tenant(who.tenantId, async (tx) => reportOf(tx, date, query), {
        isolation: 'repeatable read'
      })
    app.get(
      '/reconciliation/:date',
      {
        config: { roles: staff },
        schema: {
          summary: 'Orders, statements and meters of a day held against each other: totals and breaks',
          params: byDate,
          querystring: listQuery,
          response: { 200: Report }
        }
      },
      async ({ who, params, query }) => show(who, params.date, query)
    )
    app.post(
      '/reconciliation/:date',
      {
        config: { roles: staff, idempotent: true },
        schema: { summary: 'Reconciles a day now', params: byDate, response: { 200: Report } }
      },
      async ({ who, params }) => {
        const by = who.email ?? who.userId
        await runDay(needs, { tenantId: who.tenantId, date: params.date, by })
        return show(who, params.date, { limit: 100 })
      }
    )
  }

const decisionRoute =
  (needs: Needs): Routes =>
  (app) => {
    app.post(
      '/reconciliation/breaks/:id/decisions',
      {
        config: { roles: staff, idempotent: true },
        schema: {
          summary: 'Proposes what becomes of a break, agrees to a proposal of somebody else, or rejects it',
          params: z.object({ id: z.uuid() }),
          body: z.strictObject({ remedy: Remedy.nullable(), note: z.string().min(1).max(500) }),
          response: { 200: BreakView }
        }
      },
      async ({ who, params, body }) =>
        needs.database.tenant(who.tenantId, async (tx) => {
          const decision = { ...body, userId: who.userId, by: who.email ?? who.userId }
          const row = await decide(needs, tx, { id: params.id, decision })
          return viewOf(row, (await decisionsOf(tx, [row.id])).get(row.id) ?? [])
        })
    )
  }

type Report = z.infer<typeof Report>

async function reportOf(tx: Tx, date: string, { limit, cursor }: z.infer<typeof listQuery>): Promise<Report> {
  const [run, day] = [await lastRun(tx, date), await cleanliness(tx, date)]
  if (!run || !day) throw notFound('reconciliation')
  const rows = await breaksOf(tx, { date, after: readCursor(cursor, 2), limit: limit + 1 })
  const said = await decisionsOf(
    tx,
    rows.map(({ id }) => id)
  )
  const { items, nextCursor } = page(rows, limit, {
    keyOf: ({ foundAt, id }) => [foundAt, id],
    itemOf: (row) => viewOf(row, said.get(row.id) ?? [])
  })
  const { totals, missing, matched, sessions, isComplete, askedBy, at } = run
  const { runId: _run, ...standing } = day
  return {
    date,
    ...standing,
    isComplete,
    matched,
    sessions,
    askedBy,
    at,
    breaks: items,
    nextCursor,
    missingStatements: [...missing],
    totals: totals.map(({ provider, currency, oursMinor, theirsMinor }) => ({
      provider,
      ours: { currency, amountMinor: oursMinor },
      theirs: { currency, amountMinor: theirsMinor }
    })),
    statements: await statementsOf(tx, date)
  }
}

function viewOf(row: BreakRow, said: readonly Said[]): z.infer<typeof BreakView> {
  const { currency, differenceMinor, class: named, remedy, evidence, ...rest } = row
  const broken = BreakClass.parse(named)
  return {
    ...rest,
    class: broken,
    evidence: { ...evidence },
    difference: currency === null ? null : { currency, amountMinor: differenceMinor },
    remedies: [...remedies[broken]],
    remedy: Remedy.nullable().parse(remedy),
    decisions: said.map((one) => ({
      remedy: Remedy.nullable().parse(one.remedy),
      by: one.by,
      note: one.note,
      at: one.at
    }))
  }
}
