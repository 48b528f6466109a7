import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Database } from '../../db/index.ts'
import {
  idOfCall,
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  type Routes
} from '../../http/index.ts'
import { listDebts, listMethods, settleDebt } from './methods.ts'
import type { Provider } from './provider.ts'
import { askRefund } from './refunds.ts'
import { listPayments, type PaymentRow } from './store.ts'

export type Needs = {
  readonly database: Database
  provider(name: string): Provider | undefined
  now(): number
  wake(): void
}

const Method = z.object({ id: z.string(), provider: z.string(), label: z.string() })
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
  createdAt: Instant
})
const RefundView = z.object({ id: z.uuid(), paymentId: z.uuid(), amount: Money, status: z.string() })

export const routes =
  (needs: Needs): Routes =>
  (app) => {
    readRoutes(needs)(app)
    refundRoute(needs)(app)
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

const refundRoute =
  ({ database, wake }: Needs): Routes =>
  (app) => {
    app.post(
      '/payments/:id/refunds',
      {
        config: { roles: ['admin', 'operator'], idempotent: true },
        schema: {
          params: z.object({ id: z.uuid() }),
          body: z.strictObject({ amountMinor: z.int().min(1), reason: z.string().min(1).max(300) }),
          response: { 202: RefundView }
        }
      },
      async (request, reply) => {
        const { who, params, body } = request
        const id = idOfCall(request)
        const made = await database.tenant(who.tenantId, async (tx) => {
          tx.afterCommit(wake)
          const [payment] = await listPayments(tx, { limit: 1, id: params.id })
          const refund = await askRefund(tx, params.id, { ...body, id, askedBy: who.userId })
          return payment && refund ? { currency: payment.currency, refund } : undefined
        })
        if (!made) throw notFound('payment')
        const { refund, currency } = made
        const amount = { currency, amountMinor: refund.amount_minor }
        return reply.code(202).send({ id: refund.id, paymentId: params.id, amount, status: refund.status })
      }
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
          body: z.strictObject({ paymentMethodId: z.string().min(1).max(64) }),
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
    createdAt: row.created_at
  }
}

const referencePattern = /^([A-Za-z0-9_-]{1,48})\.([0-9a-f-]{36})$/

/** Webhooks, outside the API: the raw text is proven first; it only wakes a question to the provider. */
export const webhooks =
  (needs: Needs): Routes =>
  (app) => {
    app.post(
      '/gateways/payments/:provider/events',
      {
        config: { roles: 'anyone', rawBody: true },
        schema: { params: z.object({ provider: z.string().max(40) }) }
      },
      async ({ params, rawBody, headers }, reply) => {
        const provider = needs.provider(params.provider)
        if (!provider) throw notFound('provider')
        const hint = provider.parseEvent(rawBody ?? '', headers, needs.now())
        if (!hint)
          throw problem(401, 'signature-invalid', 'The event is not signed by this provider, or too old.')
        const [, tenantId, paymentId] = referencePattern.exec(hint.paymentReference) ?? []
        // Not ours, but genuine: taken, so that it is not sent again for days.
        if (tenantId === undefined || paymentId === undefined) return reply.code(204).send()
        const { eventId } = hint
        await heard(needs, { tenantId, paymentId, eventId, provider: params.provider, raw: rawBody ?? '' })
        return reply.code(204).send()
      }
    )
  }

type Heard = { tenantId: string; paymentId: string; eventId: string; provider: string; raw: string }

/** Kept once; the payment is asked about at once unless a call about it is out. */
async function heard({ database, wake }: Needs, event: Heard): Promise<void> {
  const { tenantId, paymentId, eventId, provider, raw } = event
  await database.tenant(tenantId, async (tx) => {
    const fresh = await tx.query(
      `insert into payment_events (tenant_id, provider, event_id, payment_id, raw)
       values (nova_tenant(), $1, $2, $3, $4) on conflict do nothing returning event_id`,
      [provider, eventId, paymentId, raw]
    )
    if (fresh.length === 0) return
    const woken = await tx.query(
      `update payments set next_at = now(), ask = true
       where id = $1 and provider = $2 and status in ('unknown', 'authorised', 'failed') returning id`,
      [paymentId, provider]
    )
    if (woken.length > 0) tx.afterCommit(wake)
  })
}
