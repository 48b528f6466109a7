import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { listQuery, notFound, page, pageOf, readCursor, type Routes } from '../../http/index.ts'
import { closeSettlement, runSettlement, type Books } from './commands.ts'
import { uncleanDays } from './days.ts'
import { periods } from './model.ts'
import { csvOf, paperOf, printPaper, type Paper } from './paper.ts'
import { payoutsOf } from './payout.ts'
import {
  disputesIn,
  entriesIn,
  listSettlements,
  readSettlement,
  readStatement,
  statementsIn
} from './store.ts'
import {
  disputeView,
  EntryView,
  entryView,
  FullView,
  settlementView,
  SettlementView,
  statementView
} from './views.ts'

export type Needs = {
  readonly database: Database
  readonly books: Books
  now(): number
  audit(tx: Tx, note: { actor: string; act: string; subject: string }): Promise<void>
}

export const readers = ['admin', 'operator'] as const
export const byId = z.object({ id: z.uuid() })

export const zone = z.string().refine(isZone, 'expected an IANA time zone such as Asia/Shanghai')

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const holdBack = z
  .string()
  .regex(/^\d{1,2}(\.\d{1,4})?$/)
  .default('0')
  .describe('kept back of what is owed to each party, until it is released')

const Run = z.strictObject({
  period: z.enum(periods),
  date: z.iso.date().describe('a day of the period'),
  timeZone: zone.default('UTC'),
  holdBackPercent: holdBack
})

/** A settlement with everything its page shows. @throws Problem 404 */
export async function fullView(tx: Tx, id: string): Promise<z.infer<typeof FullView>> {
  const settlement = await readSettlement(tx, id)
  if (!settlement) throw notFound('settlement')
  const payouts = await payoutsOf(tx, id)
  return {
    ...settlementView(settlement),
    statements: (await statementsIn(tx, id)).map(statementView),
    disputes: (await disputesIn(tx, id)).map(disputeView),
    payouts: payouts.map(({ currency, amountMinor, ...each }) => ({
      ...each,
      amount: { currency, amountMinor }
    })),
    uncleanDays: settlement.state === 'open' ? await uncleanDays(tx, id) : []
  }
}

/** Runs, their statements and their papers. */
export const settlementRoutes =
  (needs: Needs): Routes =>
  (app) => {
    runRoutes(needs)(app)
    readRoutes(needs)(app)
    paperRoutes(needs)(app)
  }

const runRoutes =
  ({ database, books, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/settlements',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'Computes the statements of a day, a week or a month that is over',
          body: Run,
          response: { 201: FullView }
        }
      },
      async ({ who, body }, reply) => {
        const at = new Date(now()).toISOString()
        const made = await database.tenant(who.tenantId, async (tx) => {
          const id = await runSettlement(tx, books, { ...body, by: who.userId }, at)
          await audit(tx, { actor: who.userId, act: 'settlement-run', subject: id })
          return fullView(tx, id)
        })
        return reply.code(201).send(made)
      }
    )
    app.post(
      '/settlements/:id/close',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'Posts it to the ledger; refused (409 `breaks-open`) while a day of it has open breaks',
          params: byId,
          response: { 200: FullView }
        }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          await closeSettlement(tx, books, params.id, new Date(now()).toISOString())
          await audit(tx, { actor: who.userId, act: 'settlement-closed', subject: params.id })
          return fullView(tx, params.id)
        })
    )
  }

const readRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/settlements',
      {
        config: { roles: readers },
        schema: { querystring: listQuery, response: { 200: pageOf(SettlementView) } }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 2)
        const rows = await database.tenant(who.tenantId, async (tx) =>
          listSettlements(tx, after, query.limit + 1)
        )
        return page(rows, query.limit, {
          keyOf: ({ lastDate, id }) => [lastDate, id],
          itemOf: settlementView
        })
      }
    )
    app.get(
      '/settlements/:id',
      { config: { roles: readers }, schema: { params: byId, response: { 200: FullView } } },
      async ({ who, params }) => database.tenant(who.tenantId, async (tx) => fullView(tx, params.id))
    )
    app.get(
      '/settlements/statements/:id/entries',
      {
        config: { roles: readers },
        schema: { params: byId, response: { 200: z.object({ items: z.array(EntryView) }) } }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          const statement = await readStatement(tx, params.id)
          if (!statement) throw notFound('statement')
          const rows = await entriesIn(tx, params.id)
          return { items: rows.map((row) => entryView(statement.currency, row)) }
        })
    )
  }

const paperRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    const find = async (tenantId: string, id: string): Promise<Paper> =>
      database.tenant(tenantId, async (tx) => {
        const settlement = await readSettlement(tx, id)
        if (!settlement) throw notFound('settlement')
        return paperOf(tx, settlement)
      })
    app.get(
      '/settlements/:id/csv',
      { config: { roles: readers, answers: 'text/csv' }, schema: { params: byId } },
      async ({ who, params }, reply) =>
        reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="settlement-${params.id}.csv"`)
          .send(csvOf(await find(who.tenantId, params.id)))
    )
    app.get(
      '/settlements/:id/pdf',
      { config: { roles: readers, answers: 'application/pdf' }, schema: { params: byId } },
      async ({ who, params }, reply) =>
        reply
          .type('application/pdf')
          .header('content-disposition', `inline; filename="settlement-${params.id}.pdf"`)
          .send(Buffer.from(await printPaper(await find(who.tenantId, params.id))))
    )
  }
