import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { listQuery, page, pageOf, readCursor, type Routes } from '../../http/index.ts'
import type { Inside } from './needs.ts'
import { resolveReview } from './reviews.ts'
import { reviewColumns, type ReviewRow } from './store.ts'

const ReviewView = z.object({
  id: z.uuid(),
  sessionId: z.uuid().nullable(),
  hasSession: z.boolean().describe('without one it is only closed'),
  siteId: z.string(),
  chargerId: z.string().nullable(),
  reason: z.string(),
  detail: z.string(),
  raisedAt: Instant,
  resolvedAt: Instant.nullable(),
  resolvedBy: z.string().nullable(),
  verdict: z.enum(['energy', 'waived', 'closed']).nullable(),
  energyWh: z.int().nullable(),
  note: z.string().nullable()
})

const Verdict = z
  .strictObject({
    energyWh: z.int().min(0).max(10_000_000).optional(),
    waive: z.literal(true).optional(),
    note: z.string().min(1).max(500)
  })
  .refine(
    (verdict) => verdict.energyWh === undefined || verdict.waive === undefined,
    'state the energy or waive, not both'
  )

const staff = ['admin', 'operator'] as const

export const reviewRoutes =
  (needs: Inside): Routes =>
  (app) => {
    listRoute(needs)(app)
    resolveRoute(needs)(app)
  }

const listRoute =
  ({ database }: Inside): Routes =>
  (app) => {
    app.get(
      '/reviews',
      {
        config: { roles: staff },
        schema: {
          querystring: listQuery.extend({
            state: z.enum(['open', 'resolved', 'all']).default('open'),
            sessionId: z.uuid().optional()
          }),
          response: { 200: pageOf(ReviewView) }
        }
      },
      async ({ who, query }) => {
        const [createdAt = null, id = null] = readCursor(query.cursor, 2) ?? []
        const rows = await database.tenant(who.tenantId, async (tx) =>
          tx.query<ReviewRow>(
            `select ${reviewColumns} from reviews
             where ($1 = 'all' or (resolved_at is null) = ($1 = 'open'))
               and ($2::timestamptz is null or (created_at, id) > ($2::timestamptz, $3::uuid))
             and ($5::uuid is null or session_id = $5)
             order by created_at, id limit $4`,
            [query.state, createdAt, id, query.limit + 1, query.sessionId ?? null]
          )
        )
        return page(rows, query.limit, { keyOf: (row) => [row.created_at, row.id], itemOf: viewOf })
      }
    )
  }

const resolveRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.post(
      '/reviews/:id/resolve',
      {
        config: { roles: staff, idempotent: true },
        schema: { params: z.object({ id: z.uuid() }), body: Verdict, response: { 200: ReviewView } }
      },
      async ({ who, params, body }) => {
        const verdict = { ...body, by: who.email ?? who.userId }
        return viewOf(
          await needs.database.tenant(who.tenantId, async (tx) =>
            resolveReview(needs, tx, { id: params.id, verdict })
          )
        )
      }
    )
  }

const viewOf = (row: ReviewRow): z.infer<typeof ReviewView> => ({
  id: row.id,
  sessionId: row.session_id,
  hasSession: row.has_session,
  siteId: row.site_id,
  chargerId: row.charger_id,
  reason: row.reason,
  detail: row.detail,
  raisedAt: row.raised_at,
  resolvedAt: row.resolved_at,
  resolvedBy: row.resolved_by,
  verdict: row.verdict,
  energyWh: row.energy_wh,
  note: row.note
})
