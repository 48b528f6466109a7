import { z } from 'zod'
import { notFound, type Routes } from '../../http/index.ts'
import { safeText } from './card-numbers.ts'
import type { FleetNeeds } from './fleet-books.ts'
import { fleetId, ReceiptView, receiptView, ReceivedAmount } from './fleet-receipt.ts'
import { decideReceipt, listReceipts, noteReceipt } from './fleet-receipts.ts'
import { isFleet } from './invoice-later.ts'
import { reversalRoutes } from './routes-fleet-reversals.ts'
import { statementRoutes } from './routes-fleet-statements.ts'

export type Needs = FleetNeeds

/** What fleets pay of their invoices: each posting is one person's note and another one's word. */
export const receiptRoutes =
  (needs: Needs): Routes =>
  (app) => {
    listRoute(needs)(app)
    noteRoute(needs)(app)
    decideRoute(needs)(app)
    statementRoutes(needs)(app)
    reversalRoutes(needs)(app)
  }

const listRoute =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/fleet-accounts/:id/payments',
      {
        config: { roles: ['admin', 'operator'] },
        schema: {
          params: z.object({ id: fleetId }),
          response: { 200: z.object({ items: z.array(ReceiptView) }) }
        }
      },
      async ({ who, params }) => {
        const receipts = await database.tenant(who.tenantId, async (tx) => {
          const found = await listReceipts(tx, params.id)
          if (found.length === 0 && !(await isFleet(tx, params.id))) throw notFound('fleet account')
          return found
        })
        return { items: receipts.map(receiptView) }
      }
    )
  }

const Note = z.strictObject({
  amount: ReceivedAmount,
  invoiceNumber: safeText(60).nullable().default(null),
  reference: safeText(100),
  bookedOn: z.iso.date()
})

const noteRoute =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/fleet-accounts/:id/payments',
      {
        config: { roles: ['admin', 'operator'], idempotent: true },
        schema: {
          params: z.object({ id: fleetId }),
          body: Note,
          response: { 202: ReceiptView }
        }
      },
      async ({ who, params, body }, reply) => {
        const { amount, ...said } = body
        const noted = {
          ...said,
          ...amount,
          account: params.id,
          source: 'person',
          notedBy: who.userId
        } as const
        const receipt = await database.tenant(who.tenantId, async (tx) => {
          const made = await noteReceipt(tx, noted)
          await audit(tx, {
            actor: who.userId,
            act: 'fleet-payment.noted',
            subject: made.id,
            detail: made.reference
          })
          return made
        })
        return reply.code(202).send(receiptView(receipt))
      }
    )
  }

const decideRoute =
  ({ database, books, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/fleet-accounts/:id/payments/:paymentId/decide',
      {
        config: { roles: ['admin', 'operator'], idempotent: true },
        schema: {
          params: z.object({ id: fleetId, paymentId: z.uuid() }),
          body: z.strictObject({ approve: z.boolean() }),
          response: { 200: ReceiptView }
        }
      },
      async ({ who, params, body }) => {
        const receipt = await database.tenant(who.tenantId, async (tx) => {
          const decision = {
            account: params.id,
            id: params.paymentId,
            approve: body.approve,
            by: who.userId
          }
          const made = await decideReceipt(tx, { books, at: new Date(now()).toISOString() }, decision)
          await audit(tx, {
            actor: who.userId,
            act: `fleet-payment.${made.status}`,
            subject: made.id,
            detail: made.reference
          })
          return made
        })
        return receiptView(receipt)
      }
    )
  }
