import { z } from 'zod'
import type { Database } from '../../db/index.ts'
import { listQuery, page, pageOf, readCursor, type Routes } from '../../http/index.ts'
import { verifyAudit, type Entry } from './audit.ts'
import type { Heads } from './heads.ts'

const AuditEntry = z.object({
  sequence: z.int(),
  at: z.string(),
  actor: z.string(),
  act: z.string(),
  subject: z.string(),
  detail: z.string(),
  hash: z.string()
})
const Verified = z.object({
  ok: z.boolean(),
  entries: z.int(),
  headHash: z.string(),
  firstBadEntry: z.int().nullable(),
  because: z.string().nullable()
})

/** The audit trail and its proof. */
export const auditRoutes =
  (needs: { readonly database: Database; readonly heads: Heads }): Routes =>
  (app) => {
    const admin = { roles: ['admin'] as const }
    app.get(
      '/audit',
      {
        config: admin,
        schema: {
          summary: 'Who did what, newest first',
          querystring: listQuery,
          response: { 200: pageOf(AuditEntry) }
        }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 1)
        const rows = await needs.database.tenant(who.tenantId, async (tx) =>
          tx.query<Entry>(
            'select * from audit_entries where $1::bigint is null or sequence < $1 order by sequence desc limit $2',
            [after?.[0] ?? null, query.limit + 1]
          )
        )
        return page(rows, query.limit, { keyOf: ({ sequence }) => [sequence], itemOf: (row) => row })
      }
    )
    app.get(
      '/audit/verify',
      { config: admin, schema: { summary: 'Go through the whole trail', response: { 200: Verified } } },
      async ({ who }) => verifyAudit(needs.database, who.tenantId, await needs.heads.read(who.tenantId))
    )
  }
