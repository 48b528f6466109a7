import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import type { Routes, Who } from '../../http/index.ts'
import { ReceiptView, receiptView } from './fleet-receipt.ts'
import {
  decideStatement,
  listStatements,
  readStatement,
  uploadStatement,
  type Read
} from './fleet-statements.ts'
import type { FleetNeeds as Needs } from './fleet-books.ts'

const StatementView = z.object({
  id: z.uuid(),
  digest: z.string(),
  status: z.enum(['proposed', 'confirmed', 'rejected']),
  uploadedBy: z.string(),
  uploadedAt: Instant,
  decidedBy: z.string().nullable()
})
const ReadView = StatementView.extend({
  posted: z.array(ReceiptView),
  wouldPost: z.array(ReceiptView),
  proposed: z.array(ReceiptView),
  known: z.array(ReceiptView),
  unmatched: z.array(
    z.object({ reference: z.string(), amount: Money, bookedOn: z.iso.date(), text: z.string() })
  )
})
const params = z.object({ statementId: z.uuid() })

const longestFile = 5_000_000
/** In bytes: a character may take three of them, and a quotation mark two in JSON. */
const bodyLimit = 3 * longestFile + 1024

/** Bank statements: one person uploads, another one sees what would be posted and says yes or no. */
export const statementRoutes =
  (needs: Needs): Routes =>
  (app) => {
    uploadRoute(needs)(app)
    decideRoute(needs)(app)
    readRoutes(needs)(app)
  }

const uploadRoute =
  (needs: Needs): Routes =>
  (app) => {
    app.post(
      '/fleet-accounts/statements',
      {
        bodyLimit,
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'Upload a bank statement (ISO 20022 camt.053): posts nothing before a second person’s yes',
          body: z.strictObject({ camt053: z.string().max(longestFile) }),
          response: { 202: ReadView }
        }
      },
      async ({ who, body }, reply) => {
        const read = await needs.database.tenant(who.tenantId, async (tx) => {
          const made = await uploadStatement(tx, { file: body.camt053, by: who.userId })
          await noted(needs, tx, { who, act: 'fleet-statement.uploaded', read: made })
          return made
        })
        return reply.code(202).send(readView(read))
      }
    )
  }

const decideRoute =
  (needs: Needs): Routes =>
  (app) => {
    app.post(
      '/fleet-accounts/statements/:statementId/decide',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'The second person’s word: posts what pays an open invoice exactly, or rejects all lines',
          params,
          body: z.strictObject({ approve: z.boolean() }),
          response: { 200: ReadView }
        }
      },
      async ({ who, params: { statementId: id }, body: { approve } }) => {
        const read = await needs.database.tenant(who.tenantId, async (tx) => {
          const posting = { books: needs.books, at: new Date(needs.now()).toISOString() }
          const made = await decideStatement(tx, posting, { id, approve, by: who.userId })
          await noted(needs, tx, { who, act: `fleet-statement.${made.status}`, read: made })
          for (const receipt of made.posted)
            await needs.audit(tx, {
              actor: who.userId,
              act: 'fleet-payment.posted',
              subject: receipt.id,
              detail: receipt.reference
            })
          return made
        })
        return readView(read)
      }
    )
  }

const readRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    const roles = ['admin', 'operator'] as const
    app.get(
      '/fleet-accounts/statements',
      {
        config: { roles: [...roles] },
        schema: { response: { 200: z.object({ items: z.array(StatementView) }) } }
      },
      async ({ who }) => ({ items: await database.tenant(who.tenantId, listStatements) })
    )
    app.get(
      '/fleet-accounts/statements/:statementId',
      { config: { roles: [...roles] }, schema: { params, response: { 200: ReadView } } },
      async ({ who, params: { statementId } }) =>
        readView(await database.tenant(who.tenantId, async (tx) => readStatement(tx, statementId)))
    )
  }

type Noted = { readonly who: Who; readonly act: string; readonly read: Read }

const noted = async ({ audit }: Needs, tx: Tx, { who, act, read }: Noted): Promise<void> =>
  audit(tx, { actor: who.userId, act, subject: read.id, detail: `SHA-256 ${read.digest}` })

const readView = ({
  posted,
  wouldPost,
  proposed,
  known,
  unmatched,
  ...read
}: Read): z.infer<typeof ReadView> => ({
  ...read,
  posted: posted.map(receiptView),
  wouldPost: wouldPost.map(receiptView),
  proposed: proposed.map(receiptView),
  known: known.map(receiptView),
  unmatched: unmatched.map(({ currency, amountMinor, ...line }) => ({
    ...line,
    amount: { currency, amountMinor }
  }))
})
