import { compare, fractionOf, isNought, minus, per, times, type Fraction } from './fraction.ts'
import type { Limit, TariffPrices } from './model.ts'

export type Sides = { readonly excl: Fraction; readonly incl: Fraction }
export type LimitTaken = Sides & { readonly rule: string }

type Pick = (a: Fraction, b: Fraction) => Fraction
const larger: Pick = (a, b) => (compare(a, b) >= 0 ? a : b)
const smaller: Pick = (a, b) => (compare(a, b) <= 0 ? a : b)

/**
 * What the minimum and then the maximum price add to a sum, before and after tax each by itself (OCPI
 * 2.2.1 mod_tariffs, Tariff object). A side without a bound of its own follows the other in proportion. The
 * minimum is for a session, not for a reservation that nobody came for.
 */
export function limitOf(tariff: TariffPrices, sum: Sides, isSession: boolean): LimitTaken | undefined {
  const raised = isSession ? bounded(sum, tariff.minPrice, larger) : sum
  const kept = bounded(raised, tariff.maxPrice, smaller)
  const [excl, incl] = [minus(kept.excl, sum.excl), minus(kept.incl, sum.incl)]
  if (isNought(excl) && isNought(incl)) return undefined
  const isCap = excl.top < 0 || incl.top < 0
  return { excl, incl, rule: isCap ? 'maximum price of a session' : 'minimum price of a session' }
}

function bounded(sum: Sides, limit: Limit | undefined, pick: Pick): Sides {
  if (!limit) return sum
  const excl = limit.excl === undefined ? undefined : pick(sum.excl, fractionOf(limit.excl))
  const incl = limit.incl === undefined ? undefined : pick(sum.incl, fractionOf(limit.incl))
  if (excl !== undefined && incl !== undefined) return { excl, incl }
  if (excl !== undefined) return { excl, incl: following(sum.incl, sum.excl, excl) }
  return incl === undefined ? sum : { excl: following(sum.excl, sum.incl, incl), incl }
}

/** `value` moved as the other side moved from → to. */
const following = (value: Fraction, from: Fraction, to: Fraction): Fraction =>
  isNought(from) ? to : compare(from, to) === 0 ? value : times(value, per(to, from))
