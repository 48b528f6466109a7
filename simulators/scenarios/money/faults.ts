import { setTimeout as wait } from 'node:timers/promises'
import { withCrowd } from '../crowd-at-work.ts'
import type { Verdict } from '../books.ts'
import { adjust } from './adjusting.ts'
import { auditMoney, type Found } from './audit.ts'
import { bankAt, entering } from './look.ts'
import { payAndCharge, type Promised } from './paying.ts'

const longestLifeMs = 4_000 // From one PostgreSQL to the next: an order takes a second, a session some more.
const shortestLifeMs = 1_500
const clients = 4

export type MoneyRun = { readonly seed: number; readonly kills: number; readonly chargers?: number }
export type MoneyVerdict = Found & {
  readonly sessions: Verdict
  readonly orders: number
  readonly adjustments: number
}

/** All that a bank can do to us short of stealing. */
const badDay = {
  answerLost: 0.1,
  requestLost: 0.05,
  unavailable: 0.1,
  hangMs: 300,
  webhookLost: 0.2,
  webhookDoubled: 0.4,
  webhookForged: 0.1,
  webhookDelayMs: [0, 1_500]
}

/**
 * Drivers order and pay, clients post to the ledger, the bank loses, doubles, delays and reorders, and PostgreSQL is
 * killed again and again. Then the bank is sound, and everything must come to its end and add up.
 */
export async function moneyUnderFire({ seed, kills, chargers = 6 }: MoneyRun): Promise<MoneyVerdict> {
  const promised: Promised = { orders: [], adjustments: new Map() }
  let found: Found | undefined
  const sessions = await withCrowd({ chargers, seed, durable: true }, async ({ stack, crowd, chance }) => {
    const begun = dayOf(Date.now())
    const life = { over: false }
    const bank = bankAt(stack.bankUrl)
    await bank.faults({ ...badDay, seed })
    const as = (who: string) => entering(stack.cloudUrl, `${who}@nova.test`)
    const [driver, admin, second] = [as('driver'), as('admin'), as('operator')]
    const paying = crowd.map(async (charger) =>
      payAndCharge({ charger, chance: chance.fork(charger.identity), enter: driver, promised, life })
    )
    const adjusting = Array.from({ length: clients }, async (_, index) =>
      adjust({
        name: `c${index}`,
        chance: chance.fork(`client ${index}`),
        as: { first: admin, second },
        promised,
        life
      })
    )
    await progress(promised)
    for (let kill = 0; kill < kills; kill++) {
      await wait(chance.between(shortestLifeMs, longestLifeMs))
      await stack.postgres.kill()
      await stack.postgres.start()
    }
    await progress(promised)
    life.over = true
    const delivered = (await Promise.all(paying)).flat()
    await Promise.all(adjusting)
    await bank.faults({})
    const days = [...new Set([begun, dayOf(Date.now())])]
    found = await auditMoney({ enter: admin, bank, days }, promised)
    return delivered
  })
  if (!found) throw new Error('nothing was audited')
  return { ...found, sessions, orders: promised.orders.length, adjustments: promised.adjustments.size }
}

const progressMs = 90_000

/** Until one more order and one more transfer were promised: on a busy machine time alone says nothing. */
async function progress({ orders, adjustments }: Promised): Promise<void> {
  const [ordersBefore, adjustmentsBefore] = [orders.length, adjustments.size]
  for (const until = performance.now() + progressMs; performance.now() < until; await wait(100))
    if (orders.length > ordersBefore && adjustments.size > adjustmentsBefore) return
  throw new Error(`no order and no transfer was acknowledged in ${progressMs} ms`)
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** How much is wrong in all. */
export function wrongIn({ faults, sessions }: MoneyVerdict): number {
  const { lost, doubled, wrongWh, inReview, ledgerOk } = sessions
  const own = Object.values(faults).reduce((sum, each) => sum + each, 0)
  return own + lost + doubled + wrongWh + inReview + (ledgerOk ? 0 : 1)
}
