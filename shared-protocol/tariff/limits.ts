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

const known = new WeakMap<Limit, Partial<Sides>>()

/** Kept per limit, as the tariff it stands in never changes. */
function boundsOf(limit: Limit): Partial<Sides> {
  const found = known.get(limit)
  if (found) return found
  const { excl, incl } = limit
  const made = { ...(excl && { excl: fractionOf(excl) }), ...(incl && { incl: fractionOf(incl) }) }
  known.set(limit, made)
  return made
}

function bounded(sum: Sides, limit: Limit | undefined, pick: Pick): Sides {
  if (!limit) return sum
  const bounds = boundsOf(limit)
  const excl = bounds.excl && pick(sum.excl, bounds.excl)
  const incl = bounds.incl && pick(sum.incl, bounds.incl)
  if (excl !== undefined && incl !== undefined) return { excl, incl }
  if (excl !== undefined) return { excl, incl: following(sum.incl, sum.excl, excl) }
  return incl === undefined ? sum : { excl: following(sum.excl, sum.incl, incl), incl }
}

/** `value` moved as the other side moved from → to. */
const following = (value: Fraction, from: Fraction, to: Fraction): Fraction =>
  isNought(from) ? to : compare(from, to) === 0 ? value : times(value, per(to, from))
