import { choosePlan, highestCost, rate, type Chosen, type Plan } from '@nova/shared-protocol/tariff'
import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { problem, type Problem } from '../../http/index.ts'
import type { Needs } from './needs.ts'

const usualEnergyWh = 60_000 // A large car battery from nearly empty; the hold covers it at the dearest hour.

export type Quoted = {
  readonly siteId: string
  readonly connectorId: string
  readonly tariffId?: string | undefined
  readonly maxEnergyWh?: number | undefined
}

const couponWords: Readonly<Record<string, string>> = {
  'coupon-unknown': 'There is no such coupon.',
  'coupon-not-valid': 'This coupon is not valid now.',
  'coupon-used': 'You have used this coupon before.',
  'coupon-used-up': 'This coupon has been used up.'
}

export const couponProblem = (fault: string): Problem => problem(422, fault, couponWords[fault] ?? fault)

/** `hold` covers `maxEnergyWh` at the plan's dearest hour. */
export type Quote = Chosen & { readonly maxEnergyWh: number; readonly hold: Money }

/**
 * What a start here and now would be billed by and what would be held for it. The start asks the same function.
 * @throws Problem 422 `tariff-unknown`, `no-tariff`
 */
export async function quoteFor(needs: Needs, tx: Tx, wanted: Quoted): Promise<Quote> {
  const { siteId, connectorId: connector, tariffId: named, maxEnergyWh = usualEnergyWh } = wanted
  const timeZone = (await needs.siteTimeZone(tx, siteId)) ?? 'UTC'
  const { plans, defaults } = await needs.tariffsFor(tx, siteId, timeZone)
  const at = new Date(needs.now()).toISOString()
  const chosen = choosePlan({ plans, defaults, connector, named, at })
  if (named !== undefined && chosen?.because !== 'named')
    throw problem(422, 'tariff-unknown', 'The named tariff is not in force at this site.')
  if (!chosen) throw problem(422, 'no-tariff', 'This site has no price; a session here could not be billed.')
  return { ...chosen, maxEnergyWh, hold: highestCost(chosen.plan, maxEnergyWh) }
}

const minuteMs = 60_000

/** What keeping a connector free from now on would cost by itself: for who comes at its very end, and for who does not. */
export function reservationCost(plan: Plan, nowMs: number, minutes: number) {
  const [from, until] = [nowMs, nowMs + minutes * minuteMs].map((ms) => new Date(ms).toISOString())
  const costIf = (outcome: 'used' | 'expired'): Money => {
    const reservation = { from: from ?? '', until: until ?? '', outcome }
    return rate({ plan, timeZone: plan.timeZone, readings: [], course: { reservation } }).total
  }
  return { ifUsed: costIf('used'), ifNobodyComes: costIf('expired') }
}
