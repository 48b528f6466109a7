import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Money } from '@nova/shared-protocol/units'
import type { Database } from '../../db/index.ts'
import { idOfCall, problem, type Routes, type Who } from '../../http/index.ts'
import type { Provider } from './provider.ts'
import { walletRoutes } from './routes-wallet.ts'
import type { Books } from './wallet.ts'
import { askBack, planBack, type Part } from './wallet-refunds.ts'

export type Needs = {
  readonly database: Database
  readonly books: Books
  provider(name: string): Provider | undefined
  now(): number
  wake(): void
}

const Amount = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  amountMinor: z.int().min(1).max(1_000_000_000)
})
const Back = z.object({ paymentId: z.uuid(), provider: z.string(), amount: Money, fee: Money })
const Plan = z.object({ amount: Money, fee: Money, parts: z.array(Back) })
const Made = z.object({
  amount: Money,
  fee: Money,
  parts: z.array(Back.extend({ id: z.uuid(), status: z.string() }))
})

/** Everything about a driver's wallet. */
export const purseRoutes =
  (needs: Needs): Routes =>
  (app) => {
    walletRoutes(needs)(app)
    walletRefundRoutes(needs)(app)
  }

/** Unspent money of a wallet goes back to where its top-ups came from; what it costs is said before. */
const walletRefundRoutes =
  (needs: Needs): Routes =>
  (app) => {
    const { database, wake } = needs
    app.get(
      '/wallet/refunds/quote',
      {
        config: { roles: ['driver'] },
        schema: {
          querystring: z.object({
            currency: Amount.shape.currency,
            amountMinor: z.coerce.number().int().min(1)
          }),
          response: { 200: Plan }
        }
      },
      async ({ who, query }) => {
        const wish = { driverId: driverOf(who), amount: query }
        const parts = await database.tenant(who.tenantId, async (tx) => planBack(needs, tx, wish))
        return viewOf(query.currency, parts)
      }
    )
    app.post(
      '/wallet/refunds',
      {
        config: { roles: ['driver'], idempotent: true },
        schema: { body: z.strictObject({ amount: Amount }), response: { 202: Made } }
      },
      async (request, reply) => {
        const { who, body } = request
        const id = idOfCall(request) ?? randomUUID()
        const wish = { driverId: driverOf(who), amount: body.amount }
        const parts = await database.tenant(who.tenantId, async (tx) => {
          tx.afterCommit(wake)
          return askBack(needs, tx, id, wish)
        })
        return reply.code(202).send(viewOf(body.amount.currency, parts))
      }
    )
  }

/** @throws Problem 403 */
function driverOf({ driverId }: Who): string {
  if (driverId === undefined) throw problem(403, 'no-driver', 'This account belongs to no driver.')
  return driverId
}

/** `amount` reaches the payer, `fee` stays with us. */
function viewOf<Each extends Part>(currency: string, parts: readonly Each[]) {
  const money = (amountMinor: number): Money => ({ currency, amountMinor })
  const sum = (amounts: readonly number[]): Money => money(amounts.reduce((all, each) => all + each, 0))
  return {
    amount: sum(parts.map(({ amountMinor }) => amountMinor)),
    fee: sum(parts.map(({ feeMinor }) => feeMinor)),
    parts: parts.map((part) => ({ ...part, amount: money(part.amountMinor), fee: money(part.feeMinor) }))
  }
}
