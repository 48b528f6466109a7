import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import type { Database } from '../../db/index.ts'
import { listQuery, notFound, page, pageOf, readCursor, roles, type Routes } from '../../http/index.ts'
import { wishRoutes } from './routes-wishes.ts'
import { wordsOf } from './words.ts'

const NotificationView = z.object({
  id: z.uuid(),
  kind: z.string(),
  title: z.string(),
  text: z.string(),
  facts: z.record(z.string(), z.string()),
  createdAt: Instant,
  readAt: Instant.nullable()
})

type Row = {
  readonly id: string
  readonly kind: string
  readonly facts: Record<string, string>
  readonly created_at: string
  readonly read_at: string | null
}

const isUser = (id: string): boolean => z.uuid().safeParse(id).success

export const routes =
  ({ database }: { readonly database: Database }): Routes =>
  (app) => {
    listRoute(database)(app)
    readRoute(database)(app)
    wishRoutes({ database })(app)
  }

const listRoute =
  (database: Database): Routes =>
  (app) => {
    app.get(
      '/notifications',
      {
        config: { roles },
        schema: {
          querystring: listQuery.extend({
            lang: z.enum(['zh', 'en']).default('zh'),
            unread: z.stringbool().default(false)
          }),
          response: { 200: pageOf(NotificationView) }
        }
      },
      async ({ who, query }) => {
        if (!isUser(who.userId)) return { items: [], nextCursor: null } // API keys get no messages.
        const [createdAt = null, id = null] = readCursor(query.cursor, 2) ?? []
        const rows = await database.tenant(who.tenantId, async (tx) =>
          tx.query<Row>(
            `select id, kind, facts, created_at, read_at from notifications
             where user_id = $1 and (not $2::boolean or read_at is null)
               and ($3::timestamptz is null or (created_at, id) < ($3::timestamptz, $4::uuid))
             order by created_at desc, id desc limit $5`,
            [who.userId, query.unread, createdAt, id, query.limit + 1]
          )
        )
        return page(rows, query.limit, {
          keyOf: (row) => [row.created_at, row.id],
          itemOf: ({ created_at: at, read_at: readAt, ...row }) => ({
            ...row,
            ...wordsOf(query.lang, row.kind, row.facts),
            createdAt: at,
            readAt
          })
        })
      }
    )
  }

const readRoute =
  (database: Database): Routes =>
  (app) => {
    app.post(
      '/notifications/:id/read',
      {
        config: { roles },
        schema: { params: z.object({ id: z.uuid() }), response: { 200: z.object({ id: z.uuid() }) } }
      },
      async ({ who, params }) => {
        const found = await database.tenant(who.tenantId, async (tx) =>
          tx.query(
            `update notifications set read_at = coalesce(read_at, now()) where id = $1 and user_id::text = $2 returning id`,
            [params.id, who.userId]
          )
        )
        if (found.length === 0) throw notFound('notification')
        return { id: params.id }
      }
    )
  }
