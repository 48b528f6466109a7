import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import { problem, type Routes } from '../../http/index.ts'
import { readCamt053, type CreditLine } from './camt053.ts'
import { safeText } from './card-numbers.ts'
import {
  decideReceipt,
  listReceipts,
  noteReceipt,
  readStatement,
  type Read,
  type Receipt
} from './fleet-receipts.ts'
import type { Books } from './wallet.ts'

export type Needs = {
  readonly database: Database
  readonly books: Books
  now(): number
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
}

const ReceiptView = z.object({
  id: z.uuid(),
  fleetId: z.string(),
  amount: Money,
  invoiceNumber: z.string().nullable(),
  reference: z.string(),
  bookedOn: z.iso.date(),
  source: z.enum(['person', 'statement']),
  status: z.enum(['proposed', 'posted', 'rejected']),
  notedBy: z.string(),
  decidedBy: z.string().nullable(),
  notedAt: Instant
})
const fleetId = z.string().regex(/^[A-Za-z0-9_-]{1,24}$/)
const Line = z.object({ reference: z.string(), amount: Money, bookedOn: z.iso.date(), text: z.string() })

const ReadView = z.object({
  posted: z.array(ReceiptView),
  proposed: z.array(ReceiptView),
  unmatched: z.array(Line)
})

/** What fleets pay of their invoices: noted and agreed to by two people, or read from the bank's statement. */
export const receiptRoutes =
  (needs: Needs): Routes =>
  (app) => {
    listRoute(needs)(app)
    noteRoute(needs)(app)
    decideRoute(needs)(app)
    statementRoute(needs)(app)
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
      async ({ who, params }) => ({
        items: (await database.tenant(who.tenantId, async (tx) => listReceipts(tx, params.id))).map(viewOf)
      })
    )
  }

const Note = z.strictObject({
  amount: z.strictObject({
    currency: z.string().regex(/^[A-Z]{3}$/),
    amountMinor: z.int().min(1).max(1_000_000_000_000)
  }),
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
        return reply.code(202).send(viewOf(receipt))
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
        return viewOf(receipt)
      }
    )
  }

const statementRoute =
  ({ database, books, now, audit }: Needs): Routes =>
  (app) => {
    app.post(
      '/fleet-accounts/statements',
      {
        config: { roles: ['admin'], idempotent: true },
        schema: {
          summary: 'A bank statement (ISO 20022 camt.053): what pays an open invoice exactly is posted',
          body: z.strictObject({ camt053: z.string().max(5_000_000) }),
          response: { 200: ReadView }
        }
      },
      async ({ who, body }) => {
        const lines = parsed(body.camt053)
        const read = await database.tenant(who.tenantId, async (tx) => {
          const posting = { books, at: new Date(now()).toISOString() }
          const found = await readStatement(tx, posting, { lines, by: who.userId })
          for (const { id, reference } of found.posted)
            await audit(tx, {
              actor: who.userId,
              act: 'fleet-payment.posted',
              subject: id,
              detail: reference
            })
          return found
        })
        return readView(read)
      }
    )
  }

const readView = ({ posted, proposed, unmatched }: Read): z.infer<typeof ReadView> => ({
  posted: posted.map(viewOf),
  proposed: proposed.map(viewOf),
  unmatched: unmatched.map(({ currency, amountMinor, ...line }) => ({
    ...line,
    amount: { currency, amountMinor }
  }))
})

function parsed(xml: string): CreditLine[] {
  try {
    return readCamt053(xml)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw problem(422, 'statement-invalid', cause.message)
  }
}

const viewOf = ({ account, currency, amountMinor, ...receipt }: Receipt): z.infer<typeof ReceiptView> => ({
  ...receipt,
  fleetId: account,
  amount: { currency, amountMinor }
})
