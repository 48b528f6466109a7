import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import {
  idOfCall,
  listQuery,
  minorIn,
  notFound,
  page,
  pageOf,
  readCursor,
  stating,
  type Routes
} from '../../http/index.ts'
import { safeText } from './card-numbers.ts'
import { listRefunds, refundStates, rejectRefund, walletRefunds, type RefundRow } from './refund-looks.ts'
import { approveRefund, askRefund, type Refund } from './refunds.ts'
import { listPayments } from './store.ts'
import type { Books } from './wallet.ts'

export type Needs = {
  readonly database: Database
  readonly books: Books
  now(): number
  wake(): void
  audit(tx: Tx, note: { actor: string; act: string; subject: string }): Promise<void>
}

const state = z.enum(refundStates)
const RefundView = z.object({
  id: z.uuid(),
  paymentId: z.uuid(),
  sessionId: z.uuid().nullable().describe('none where it goes back out of a wallet'),
  driverId: z.string(),
  of: z.enum(['session', 'wallet']),
  provider: z.string(),
  amount: Money,
  fee: Money.describe('what stays here; only of a wallet'),
  reason: z.string(),
  status: state,
  error: z.string().nullable(),
  askedBy: z.string(),
  decidedBy: z.string().nullable(),
  createdAt: Instant
})
const Part = z.object({
  id: z.uuid(),
  to: z.string().describe('the way the top-up was paid'),
  amount: Money,
  fee: Money,
  status: state,
  error: z.string().nullable()
})
const WishView = z.object({ id: z.uuid(), askedAt: Instant, amount: Money, fee: Money, parts: z.array(Part) })

const AskedView = z.object({ id: z.uuid(), paymentId: z.uuid(), amount: Money, status: z.string() })

/** Refunds: asked, agreed to or not, as the desk and a wallet's owner see them. */
export const refundRoutes =
  (needs: Needs): Routes =>
  (app) => {
    askRoute(needs)(app)
    approveRoute(needs)(app)
    listRoute(needs)(app)
    walletRoute(needs)(app)
    rejectRoute(needs)(app)
  }

const staff = ['admin', 'operator'] as const

const askRoute =
  ({ database, wake }: Needs): Routes =>
  (app) => {
    app.post(
      '/payments/:id/refunds',
      {
        config: { roles: staff, idempotent: true },
        schema: {
          params: z.object({ id: z.uuid() }),
          body: stating({ reason: safeText(300) }),
          response: { 202: AskedView }
        }
      },
      async (request, reply) => {
        const { who, params, body } = request
        const id = idOfCall(request)
        const made = await database.tenant(who.tenantId, async (tx) => {
          tx.afterCommit(wake)
          const [payment] = await listPayments(tx, { limit: 1, id: params.id })
          if (!payment) return undefined
          const amountMinor = minorIn(payment.currency, body)
          const wanted = { amountMinor, reason: body.reason, id, askedBy: who.userId }
          const refund = await askRefund(tx, params.id, wanted)
          return refund ? { currency: payment.currency, refund } : undefined
        })
        if (!made) throw notFound('payment')
        return reply.code(202).send(askedView(made))
      }
    )
  }

const askedView = ({
  refund,
  currency
}: {
  refund: Refund
  currency: string
}): z.infer<typeof AskedView> => ({
  id: refund.id,
  paymentId: refund.payment_id,
  amount: { currency, amountMinor: refund.amount_minor },
  status: refund.status
})

const approveRoute =
  ({ database, wake }: Needs): Routes =>
  (app) => {
    app.post(
      '/payments/:id/refunds/:refundId/approve',
      {
        config: { roles: staff, idempotent: true },
        schema: { params: z.object({ id: z.uuid(), refundId: z.uuid() }), response: { 202: AskedView } }
      },
      async ({ who, params }, reply) => {
        const made = await database.tenant(who.tenantId, async (tx) => {
          tx.afterCommit(wake)
          const [payment] = await listPayments(tx, { limit: 1, id: params.id })
          const refund = await approveRefund(tx, params.id, { id: params.refundId, by: who.userId })
          return payment && refund ? { currency: payment.currency, refund } : undefined
        })
        if (!made) throw notFound('refund')
        return reply.code(202).send(askedView(made))
      }
    )
  }

const listRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/payments/refunds',
      {
        config: { roles: staff },
        schema: {
          summary: 'Refunds of sessions and wallets, newest first; `proposed` ones wait for a second person',
          querystring: listQuery.extend({ status: state.optional() }),
          response: { 200: pageOf(RefundView) }
        }
      },
      async ({ who, query: { status, cursor, limit } }) => {
        const asked = { status, after: readCursor(cursor, 2), limit: limit + 1 }
        const rows = await database.tenant(who.tenantId, async (tx) => listRefunds(tx, asked))
        return page(rows, limit, { keyOf: (row) => [row.createdAt, row.id], itemOf: viewOf })
      }
    )
  }

function viewOf(row: RefundRow): z.infer<typeof RefundView> {
  const isWallet = row.requestId !== null
  return {
    id: row.id,
    paymentId: row.paymentId,
    sessionId: row.purpose === 'top-up' ? null : row.sessionId,
    driverId: row.driverId,
    of: isWallet ? 'wallet' : 'session',
    provider: row.provider,
    amount: { currency: row.currency, amountMinor: row.amountMinor },
    fee: { currency: row.currency, amountMinor: row.feeMinor },
    reason: row.reason,
    status: row.status,
    error: row.error,
    askedBy: row.askedBy,
    decidedBy: row.decidedBy,
    createdAt: row.createdAt
  }
}

const walletRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/wallet/refunds',
      {
        config: { roles: ['driver'] },
        schema: {
          summary: 'What the driver has asked back, newest first, and how far each part is',
          response: { 200: z.object({ items: z.array(WishView) }) }
        }
      },
      async ({ who }) => {
        const rows = await database.tenant(who.tenantId, async (tx) => walletRefunds(tx, who.driverId ?? ''))
        return { items: [...Map.groupBy(rows, ({ requestId }) => requestId ?? '')].map(wishOf) }
      }
    )
  }

function wishOf([id, rows]: readonly [string, readonly RefundRow[]]): z.infer<typeof WishView> {
  const currency = rows[0]?.currency ?? ''
  const money = (amountMinor: number): Money => ({ currency, amountMinor })
  const sum = (pick: (row: RefundRow) => number): Money =>
    money(rows.reduce((all, row) => all + pick(row), 0))
  return {
    id,
    askedAt: rows[0]?.createdAt ?? '',
    amount: sum(({ amountMinor }) => amountMinor),
    fee: sum(({ feeMinor }) => feeMinor),
    parts: rows.map((row) => ({
      id: row.id,
      to: row.label ?? row.provider,
      amount: money(row.amountMinor),
      fee: money(row.feeMinor),
      status: row.status,
      error: row.error
    }))
  }
}

const rejectRoute =
  ({ database, books, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/payments/:id/refunds/:refundId/reject',
      {
        config: { roles: staff, idempotent: true },
        schema: {
          summary: 'Nothing is sent; what was set aside in a wallet is free again',
          params: z.object({ id: z.uuid(), refundId: z.uuid() }),
          response: { 200: AskedView }
        }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          const rejection = { paymentId: params.id, id: params.refundId, by: who.userId }
          const { refund, currency } = await rejectRefund({ books, now }, tx, rejection)
          await audit(tx, { actor: who.userId, act: 'refund.rejected', subject: refund.id })
          return askedView({ refund, currency })
        })
    )
  }
