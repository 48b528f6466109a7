import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import {
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  readCursor,
  type Routes,
  type Who
} from '../../http/index.ts'
import { safeText } from './card-numbers.ts'
import { retryRefund } from './refunds.ts'

export type Needs = { readonly database: Database; wake(): void }

const GivenBack = z.object({
  id: z.uuid(),
  paymentId: z.uuid(),
  amount: Money,
  status: z.enum(['asked', 'done', 'failed']),
  error: z.string().nullable()
})
const CorrectionView = z.object({
  correctionId: z.uuid(),
  sessionId: z.uuid(),
  before: Money,
  after: Money,
  at: Instant,
  refunds: z.array(GivenBack),
  /** What the session's bill still asks, by its last correction. */
  owed: Money.nullable()
})

/** What corrections of bills did to payments; sending what was refused again; agreeing to later charges. */
export const correctionRoutes =
  (needs: Needs): Routes =>
  (app) => {
    listRoute(needs)(app)
    retryRoute(needs)(app)
    agreeRoute(needs)(app)
  }

const listRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/payments/corrections',
      {
        config: { roles: ['admin', 'operator', 'driver'] },
        schema: {
          querystring: listQuery.extend({ sessionId: z.uuid().optional() }),
          response: { 200: pageOf(CorrectionView) }
        }
      },
      async ({ who, query }) => {
        const rows = await database.tenant(who.tenantId, async (tx) => listCorrections(tx, who, query))
        return page(rows, query.limit, { keyOf: (row) => [row.at, row.id], itemOf: viewOf })
      }
    )
  }

type Row = {
  readonly id: string
  readonly session_id: string
  readonly currency: string
  readonly before_minor: number
  readonly after_minor: number
  readonly at: string
  readonly owed_minor: number | null
  readonly refunds: readonly {
    readonly id: string
    readonly paymentId: string
    readonly amountMinor: number
    readonly status: 'asked' | 'done' | 'failed'
    readonly error: string | null
  }[]
}

type Query = z.infer<typeof listQuery> & { readonly sessionId?: string | undefined }

/** Newest first; a driver sees those of the own sessions. */
async function listCorrections(tx: Tx, who: Who, query: Query): Promise<Row[]> {
  const after = readCursor(query.cursor, 2)
  return tx.query<Row>(
    `select c.id, c.session_id, c.currency, c.before_minor, c.after_minor, c.at, d.amount_minor as owed_minor,
       coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'paymentId', r.payment_id, 'amountMinor', r.amount_minor,
          'status', r.status, 'error', r.last_error) order by r.created_at, r.id)
        from payment_refunds r where r.tenant_id = c.tenant_id and r.correction_id = c.id), '[]') as refunds
     from payment_corrections c
     left join payment_debts d on d.tenant_id = c.tenant_id and d.session_id = c.session_id and d.settled_at is null
     where ($1::text is null or c.driver_id = $1) and ($2::uuid is null or c.session_id = $2)
       and ($3::timestamptz is null or (date_trunc('milliseconds', c.at), c.id) < ($3::timestamptz, $4::uuid))
     order by date_trunc('milliseconds', c.at) desc, c.id desc limit $5`,
    [
      isStaff(who) ? null : (who.driverId ?? ''),
      query.sessionId ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      query.limit + 1
    ]
  )
}

const viewOf = (row: Row): z.infer<typeof CorrectionView> => {
  const money = (amountMinor: number): Money => ({ currency: row.currency, amountMinor })
  return {
    correctionId: row.id,
    sessionId: row.session_id,
    before: money(row.before_minor),
    after: money(row.after_minor),
    at: row.at,
    refunds: row.refunds.map(({ amountMinor, ...each }) => ({ ...each, amount: money(amountMinor) })),
    owed: row.owed_minor === null ? null : money(row.owed_minor)
  }
}

const retryRoute =
  ({ database, wake }: Needs): Routes =>
  (app) => {
    app.post(
      '/payments/:id/refunds/:refundId/retry',
      {
        config: { roles: ['admin', 'operator'], idempotent: true },
        schema: {
          params: z.object({ id: z.uuid(), refundId: z.uuid() }),
          response: { 202: z.object({ id: z.uuid(), status: z.string() }) }
        }
      },
      async ({ who, params }, reply) => {
        const refund = await database.tenant(who.tenantId, async (tx) => {
          tx.afterCommit(wake)
          return retryRefund(tx, params.id, params.refundId)
        })
        if (!refund) throw notFound('refund')
        return reply.code(202).send({ id: refund.id, status: refund.status })
      }
    )
  }

const agreeRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.put(
      '/payment-methods/:id/later-charges',
      {
        config: { roles: ['driver'] },
        schema: {
          params: z.object({ id: safeText(64) }),
          body: z.strictObject({ agreed: z.boolean() }),
          response: { 200: z.object({ id: z.string(), laterCharges: z.boolean() }) }
        }
      },
      async ({ who, params, body }) => {
        const [method] = await database.tenant(who.tenantId, async (tx) =>
          tx.query<{ id: string; since: string | null }>(
            `update payment_methods set later_charges_since = case when $3 then coalesce(later_charges_since, now()) end
             where id = $1 and driver_id = $2 and active returning id, later_charges_since as since`,
            [params.id, who.driverId ?? '', body.agreed]
          )
        )
        if (!method) throw notFound('payment method')
        return { id: method.id, laterCharges: method.since !== null }
      }
    )
  }
