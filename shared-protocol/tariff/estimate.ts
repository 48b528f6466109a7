import { minorDigits, money, type Money } from '../units/index.ts'
import { tenTo } from './decimal.ts'
import { highestByRules } from './estimate-rules.ts'
import type { TariffPrices } from './model.ts'
import type { PlanPrices } from './plan.ts'
import { priceDigits, weekOf } from './week.ts'

/**
 * The most that `energyWh` can cost at any time of the week, rounded up: what a hold has to cover.
 * @throws RangeError on a plan that does not hold
 */
export function highestCost(
  plan: PlanPrices & { readonly rules?: TariffPrices | undefined },
  energyWh: number
): Money {
  if (plan.rules) return highestByRules(plan.rules, energyWh)
  const prices = weekOf(plan).bands.map((band) => band.electricity + band.service)
  const highest = prices.reduce((most, price) => (price > most ? price : most), 0n)
  const numerator = BigInt(energyWh) * highest * tenTo(minorDigits(plan.currency))
  const denominator = 1000n * tenTo(priceDigits)
  return money(plan.currency, Number((numerator + denominator - 1n) / denominator))
}
