import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import { isStaff, listQuery, notFound, page, pageOf, readCursor, type Routes } from '../../http/index.ts'
import { safeText } from './card-numbers.ts'
import { listDebts, listMethods, settleDebt } from './methods.ts'
import { correctionRoutes } from './routes-corrections.ts'
import { deskRoutes, type Needs as DeskNeeds } from './routes-desk.ts'
import { receiptRoutes, type Needs as ReceiptNeeds } from './routes-fleet-receipts.ts'
import { refundRoutes } from './routes-refunds.ts'
import { purseRoutes, type Needs as WalletNeeds } from './routes-wallet-refunds.ts'
import { listPayments, type PaymentRow } from './store.ts'

const Method = z.object({
  id: z.string(),
  provider: z.string(),
  label: z.string(),
  laterCharges: z.boolean()
})
const Debt = z.object({ sessionId: z.uuid(), amount: Money, detail: z.string(), createdAt: Instant })
const PaymentView = z.object({
  id: z.uuid(),
  sessionId: z.uuid(),
  provider: z.string(),
  status: z.string(),
  held: Money,
  captured: Money,
  refunded: Money,
  error: z.string().nullable(),
  createdAt: Instant,
  purpose: z.enum(['session', 'debt', 'top-up']),
  confirmation: z.enum(['none', 'wanted', 'given']),
  /** What the payer has to do: a code to scan, a link to follow, a text for the provider's app. */
  action: z.object({ kind: z.enum(['qr', 'redirect', 'app']), value: z.string() }).nullable()
})

type Needs = WalletNeeds & ReceiptNeeds & DeskNeeds

export const routes = (needs: Needs): readonly Routes[] => [
  paymentRoutes(needs),
  purseRoutes(needs),
  deskRoutes(needs),
  correctionRoutes(needs),
  receiptRoutes(needs),
  refundRoutes(needs)
]

const paymentRoutes =
  (needs: Needs): Routes =>
  (app) => {
    readRoutes(needs)(app)
    debtRoute(needs)(app)
  }

const readRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/payment-methods',
      { config: { roles: ['driver'] }, schema: { response: { 200: z.object({ items: z.array(Method) }) } } },
      async ({ who }) => ({
        items: await database.tenant(who.tenantId, async (tx) => listMethods(tx, who.driverId ?? ''))
      })
    )
    app.get(
      '/payments',
      {
        config: { roles: ['admin', 'operator', 'driver'] },
        schema: {
          querystring: listQuery.extend({ sessionId: z.uuid().optional() }),
          response: { 200: pageOf(PaymentView) }
        }
      },
      async ({ who, query }) => {
        const driverId = isStaff(who) ? undefined : (who.driverId ?? '')
        const rows = await database.tenant(who.tenantId, async (tx) =>
          listPayments(tx, { ...query, driverId, after: readCursor(query.cursor, 2), limit: query.limit + 1 })
        )
        return page(rows, query.limit, { keyOf: (row) => [row.created_at, row.id], itemOf: viewOf })
      }
    )
    app.get(
      '/payments/debts',
      { config: { roles: ['driver'] }, schema: { response: { 200: z.object({ items: z.array(Debt) }) } } },
      async ({ who }) => ({
        items: await database.tenant(who.tenantId, async (tx) => listDebts(tx, who.driverId ?? ''))
      })
    )
  }

const debtRoute =
  ({ database, wake }: Needs): Routes =>
  (app) => {
    app.post(
      '/payments/debts/:sessionId/pay',
      {
        config: { roles: ['driver'], idempotent: true },
        schema: {
          params: z.object({ sessionId: z.uuid() }),
          body: z.strictObject({ paymentMethodId: safeText(64) }),
          response: { 202: z.object({ paymentId: z.uuid() }) }
        }
      },
      async ({ who, params, body }, reply) => {
        const paymentId = await database.tenant(who.tenantId, async (tx) => {
          tx.afterCommit(wake)
          return settleDebt(tx, { ...params, driverId: who.driverId ?? '', methodId: body.paymentMethodId })
        })
        if (!paymentId) throw notFound('debt, or payment method,')
        return reply.code(202).send({ paymentId })
      }
    )
  }

const viewOf = (row: PaymentRow): z.infer<typeof PaymentView> => {
  const money = (amountMinor: number): Money => ({ currency: row.currency, amountMinor })
  return {
    id: row.id,
    sessionId: row.session_id,
    provider: row.provider,
    status: row.status,
    held: money(row.amount_minor),
    captured: money(row.captured_minor),
    refunded: money(row.refunded_minor),
    error: row.last_error,
    createdAt: row.created_at,
    purpose: row.purpose,
    confirmation: row.confirmation,
    action: row.status === 'pending' ? row.action : null
  }
}
