import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { minorIn, stating, type Routes } from '../../http/index.ts'
import { safeText } from './card-numbers.ts'
import { fleetId } from './fleet-receipt.ts'
import { lockReceipt } from './fleet-receipts.ts'
import { askReversal, decideReversal, listReversals, type Reversal } from './fleet-reversals.ts'
import type { FleetNeeds as Needs } from './fleet-books.ts'

const Replacement = z.object({
  fleetId,
  amountMinor: z.int(),
  invoiceNumber: z.string().nullable()
})
const ReversalView = z.object({
  id: z.uuid(),
  receiptId: z.uuid(),
  reason: z.string(),
  replacement: Replacement.nullable(),
  status: z.enum(['proposed', 'posted', 'rejected']),
  askedBy: z.string(),
  askedAt: Instant,
  decidedBy: z.string().nullable()
})
const Wish = z.strictObject({
  reason: safeText(300).refine((text) => text.trim() !== ''),
  replacement: stating({ fleetId, invoiceNumber: safeText(60).nullable().default(null) })
    .nullable()
    .default(null)
})
const params = z.object({ id: fleetId, paymentId: z.uuid() })

/** A fleet's payment that was posted wrongly: one person asks for its reversal, another one decides. */
export const reversalRoutes =
  (needs: Needs): Routes =>
  (app) => {
    askRoute(needs)(app)
    decideRoute(needs)(app)
    app.get(
      '/fleet-accounts/:id/reversals',
      {
        config: { roles: ['admin', 'operator'] },
        schema: {
          params: params.pick({ id: true }),
          response: { 200: z.object({ items: z.array(ReversalView) }) }
        }
      },
      async ({ who, params: { id } }) => ({
        items: (await needs.database.tenant(who.tenantId, async (tx) => listReversals(tx, id))).map(viewOf)
      })
    )
  }

const askRoute =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/fleet-accounts/:id/payments/:paymentId/reversal',
      {
        config: { roles: ['admin', 'operator'], idempotent: true },
        schema: {
          summary:
            'Ask that a posted payment is taken back; with `replacement`: and that another stands in its place',
          params,
          body: Wish,
          response: { 202: ReversalView }
        }
      },
      async (
        { who, params: { id: account, paymentId: receiptId }, body: { reason, replacement } },
        reply
      ) => {
        const reversal = await database.tenant(who.tenantId, async (tx) => {
          const { currency } = await lockReceipt(tx, account, receiptId)
          const wish = {
            account,
            receiptId,
            reason,
            replacement: replacement && {
              amountMinor: minorIn(currency, replacement),
              invoiceNumber: replacement.invoiceNumber,
              account: replacement.fleetId
            },
            by: who.userId
          }
          const made = await askReversal(tx, wish)
          const detail = `of ${receiptId}: ${reason}`
          await audit(tx, { actor: who.userId, act: 'fleet-reversal.asked', subject: made.id, detail })
          return made
        })
        return reply.code(202).send(viewOf(reversal))
      }
    )
  }

const decideRoute =
  ({ database, books, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/fleet-accounts/:id/payments/:paymentId/reversal/decide',
      {
        config: { roles: ['admin', 'operator'], idempotent: true },
        schema: {
          params,
          body: z.strictObject({ approve: z.boolean() }),
          response: { 200: ReversalView }
        }
      },
      async ({ who, params: { id: account, paymentId: receiptId }, body: { approve } }) => {
        const reversal = await database.tenant(who.tenantId, async (tx) => {
          const posting = { books, at: new Date(now()).toISOString() }
          const made = await decideReversal(tx, posting, { account, receiptId, approve, by: who.userId })
          const detail = `of ${receiptId}`
          await audit(tx, {
            actor: who.userId,
            act: `fleet-reversal.${made.status}`,
            subject: made.id,
            detail
          })
          return made
        })
        return viewOf(reversal)
      }
    )
  }

const viewOf = ({
  newAccount,
  newAmountMinor,
  newInvoiceNumber,
  ...reversal
}: Reversal): z.infer<typeof ReversalView> => ({
  ...reversal,
  replacement:
    newAccount === null || newAmountMinor === null
      ? null
      : { fleetId: newAccount, amountMinor: newAmountMinor, invoiceNumber: newInvoiceNumber }
})
