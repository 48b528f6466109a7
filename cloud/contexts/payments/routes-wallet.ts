import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import {
  idOfCall,
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  type Routes
} from '../../http/index.ts'
import { safeText } from './card-numbers.ts'
import { invoiceName } from './invoice-later.ts'
import { listMethods } from './methods.ts'
import { readPolicy } from './policy.ts'
import { createPayment, lockPayment } from './store.ts'
import { standing, walletAccount, walletName, type Books } from './wallet.ts'

export type Needs = { readonly database: Database; readonly books: Books; wake(): void }

const Purse = z.object({ balance: Money, held: Money, available: Money })
const Movement = z.object({
  id: z.int(),
  kind: z.enum(['top-up', 'hold', 'capture', 'release', 'refund', 'pay-out']),
  amount: Money,
  available: Money,
  paymentId: z.uuid(),
  at: Instant
})
const TopUpView = z.object({
  paymentId: z.uuid(),
  amount: Money,
  confirmation: z.enum(['none', 'wanted', 'given'])
})

type MovementRow = {
  readonly id: number
  readonly kind: z.infer<typeof Movement>['kind']
  readonly currency: string
  readonly amount_minor: number
  readonly available_minor: number
  readonly payment_id: string
  readonly at: string
}

/** A driver's wallet: what is in it, what moved it, and how more comes in. */
export const walletRoutes =
  (needs: Needs): Routes =>
  (app) => {
    lookRoutes(needs)(app)
    topUpRoute(needs)(app)
    confirmRoute(needs)(app)
  }

const lookRoutes =
  ({ database, books }: Needs): Routes =>
  (app) => {
    app.get(
      '/wallet',
      { config: { roles: ['driver'] }, schema: { response: { 200: z.object({ items: z.array(Purse) }) } } },
      async ({ who }) => ({
        items: await database.tenant(who.tenantId, async (tx) => pursesOf(tx, books, who.driverId ?? ''))
      })
    )
    app.get(
      '/wallet/movements',
      {
        config: { roles: ['driver'] },
        schema: { querystring: listQuery, response: { 200: pageOf(Movement) } }
      },
      async ({ who, query }) => {
        const rows = await database.tenant(who.tenantId, async (tx) =>
          tx.query<MovementRow>(
            `select id, kind, currency, amount_minor, available_minor, payment_id, at from wallet_movements
             where driver_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
            [who.driverId ?? '', readCursor(query.cursor, 1)?.[0] ?? null, query.limit + 1]
          )
        )
        return page(rows, query.limit, { keyOf: (row) => [row.id], itemOf: movementOf })
      }
    )
  }

async function pursesOf(tx: Tx, books: Books, driverId: string): Promise<z.infer<typeof Purse>[]> {
  const used = await tx.query<{ currency: string }>(
    'select distinct currency from wallet_movements where driver_id = $1 order by currency',
    [driverId]
  )
  const purses: z.infer<typeof Purse>[] = []
  for (const { currency } of used) {
    const { balance, held, available } = await standing(tx, books, {
      account: walletAccount(driverId),
      currency
    })
    const money = (amountMinor: number): Money => ({ currency, amountMinor })
    purses.push({ balance: money(balance), held: money(held), available: money(available) })
  }
  return purses
}

const movementOf = (row: MovementRow): z.infer<typeof Movement> => ({
  id: row.id,
  kind: row.kind,
  amount: { currency: row.currency, amountMinor: row.amount_minor },
  available: { currency: row.currency, amountMinor: row.available_minor },
  paymentId: row.payment_id,
  at: row.at
})

const topUpRoute =
  ({ database, wake }: Needs): Routes =>
  (app) => {
    app.post(
      '/wallet/top-ups',
      {
        config: { roles: ['driver'], idempotent: true },
        schema: {
          body: z.strictObject({
            amount: z.strictObject({
              currency: z.string().regex(/^[A-Z]{3}$/),
              amountMinor: z.int().min(1).max(100_000_000)
            }),
            paymentMethodId: safeText(64)
          }),
          response: { 202: TopUpView }
        }
      },
      async (request, reply) => {
        const { who, body } = request
        if (who.driverId === undefined) throw problem(403, 'no-driver', 'This account belongs to no driver.')
        const wanted = { id: idOfCall(request) ?? randomUUID(), driverId: who.driverId, ...body }
        const made = await database.tenant(who.tenantId, async (tx) => {
          tx.afterCommit(wake)
          return askTopUp(tx, wanted)
        })
        return reply.code(202).send(made)
      }
    )
  }

type TopUpWanted = {
  readonly id: string
  readonly driverId: string
  readonly paymentMethodId: string
  readonly amount: Money
}

/** @throws Problem 422 `wallet-not-offered`, `payment-method-needed`, 409 `top-up-differs` */
async function askTopUp(
  tx: Tx,
  { id, driverId, paymentMethodId, amount }: TopUpWanted
): Promise<z.infer<typeof TopUpView>> {
  const methods = await listMethods(tx, driverId)
  if (!methods.some(({ provider }) => provider === walletName))
    throw problem(422, 'wallet-not-offered', 'There are no wallets here.')
  const method = methods.find((each) => each.id === paymentMethodId)
  if (method === undefined || method.provider === walletName || method.provider === invoiceName)
    throw problem(
      422,
      'payment-method-needed',
      'A wallet is topped up by a card or an account with a payment provider.'
    )
  const { confirmAboveMinor } = await readPolicy(tx)
  const wanted = {
    id,
    sessionId: id,
    driverId,
    methodId: paymentMethodId,
    ...amount,
    want: 'capture',
    confirmAboveMinor
  } as const
  await createPayment(tx, { ...wanted, purpose: 'top-up' })
  const row = await lockPayment(tx, id)
  if (
    row?.amount_minor !== amount.amountMinor ||
    row.driver_id !== driverId ||
    row.currency !== amount.currency
  )
    throw problem(409, 'top-up-differs', 'This Idempotency-Key was used for another top-up.')
  return { paymentId: id, amount, confirmation: row.confirmation }
}

const confirmRoute =
  ({ database, wake }: Needs): Routes =>
  (app) => {
    app.post(
      '/payments/:id/confirm',
      {
        config: { roles: ['driver'], idempotent: true },
        schema: {
          params: z.object({ id: z.uuid() }),
          body: z.strictObject({ amount: Money }),
          response: { 202: TopUpView }
        }
      },
      async ({ who, params, body }, reply) => {
        const said = await database.tenant(who.tenantId, async (tx) => {
          const row = await lockPayment(tx, params.id)
          if (!row || row.driver_id !== who.driverId) throw notFound('payment')
          const { currency, amountMinor } = body.amount
          if (row.currency !== currency || row.amount_minor !== amountMinor)
            throw problem(409, 'amount-differs', 'This is not the amount of the payment.')
          if (row.confirmation === 'none')
            throw problem(409, 'nothing-to-confirm', 'This payment needs no second confirmation.')
          await tx.query(
            `update payments set confirmation = 'given', next_at = now() where id = $1 and confirmation = 'wanted'`,
            [row.id]
          )
          tx.afterCommit(wake)
          return { paymentId: row.id, amount: body.amount, confirmation: 'given' as const }
        })
        return reply.code(202).send(said)
      }
    )
  }
