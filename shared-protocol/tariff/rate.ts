import { minorDigits, money, roundHalfUp } from '../units/index.ts'
import { showExact, showUnits, tenTo } from './decimal.ts'
import { attribute, perWattHour, type Attributed } from './energy.ts'
import type { Ratable, Rated, RatedLine } from './rated.ts'
import { ratedByRules } from './rate-rules.ts'
import { apportion } from './apportion.ts'
import { timelineOf } from './timeline.ts'
import { priceDigits, type Band } from './week.ts'

const wattHoursPerKwh = 1000n
const shownDigits = 6 // A quantity in kWh to the milliwatt-hour; finer registers show their own digits.

/**
 * The one rating function: running cost, estimate, CDR, receipt and preview. Energy between two readings is
 * spread evenly over the elapsed time and attributed, exactly, to the segments in force; the total is the
 * exact sum rounded once, half up; lines are its parts by largest remainder.
 * @throws RangeError on a register that goes backwards, a bad instant or zone, or a plan that does not hold
 */
export function rate(ratable: Ratable): Rated {
  const { readings, plan, timeZone, startedAt, endedAt } = ratable
  if (plan.rules) return ratedByRules(ratable, plan.rules)
  const timeline = timelineOf(plan, timeZone)
  const energy = attribute(readings, { startedAt, endedAt }, timeline)
  const items = itemsOf(energy, timeline.bands)
  // Exact amounts are fractions of the currency's minor unit with this one denominator.
  const denominator = perWattHour(energy) * wattHoursPerKwh * tenTo(priceDigits)
  const scale = tenTo(minorDigits(plan.currency))
  const exact = items.reduce((sum, item) => sum + item.amount, 0n)
  const total = roundHalfUp(exact * scale, denominator)
  const parts = apportion(
    total,
    items.map(({ amount }) => amount * scale),
    denominator
  )
  const lines = items.map((item, index) => lineOf(item, Number(parts[index])))
  // While no interval crosses a border the denominator is a power of ten: nothing to divide.
  const shown =
    energy.denominator === 1n
      ? showUnits(exact, energy.digits + 3 + priceDigits)
      : showExact(exact, denominator)
  const sum = (part: RatedLine['part']) =>
    money(
      plan.currency,
      lines.reduce((all, line) => all + (line.part === part ? line.amountMinor : 0), 0)
    )
  return {
    lines,
    total: money(plan.currency, Number(total)),
    exact: { excl: shown, incl: shown },
    electricity: sum('electricity'),
    service: sum('service'),
    energyWh: showUnits(energy.total, energy.digits)
  }
}

type Item = {
  readonly band: Band
  readonly part: RatedLine['part']
  readonly unitPrice: string
  readonly quantity: string
  readonly amount: bigint // In the denominator above.
}

/** Electricity of every band that took energy, and its service where there is a price for it. */
function itemsOf(energy: Attributed, bands: readonly Band[]): Item[] {
  const quantities = quantitiesOf(energy)
  const items: Item[] = []
  for (const [index, band] of bands.entries()) {
    const units = energy.byBand[index] ?? 0n
    const quantity = quantities[index] ?? '0'
    if (units === 0n) continue
    const { electricityPrice, servicePrice } = band
    items.push({
      band,
      part: 'electricity',
      unitPrice: electricityPrice,
      quantity,
      amount: units * band.electricity
    })
    if (band.service > 0n)
      items.push({ band, part: 'service', unitPrice: servicePrice, quantity, amount: units * band.service })
  }
  return items
}

/** kWh by band as people read them; where a share has no end they still add up to the register difference. */
function quantitiesOf(energy: Attributed): string[] {
  const digits = Math.max(shownDigits, energy.digits + 3)
  const factor = tenTo(digits - energy.digits - 3)
  if (energy.denominator === 1n)
    return energy.byBand.map((units) => (units === 0n ? '0' : showUnits(units, energy.digits + 3)))
  const shares = energy.byBand.map((units) => units * factor)
  return apportion(energy.total * factor, shares, energy.denominator).map((units) => showUnits(units, digits))
}

const lineOf = ({ band, part, unitPrice, quantity }: Item, amountMinor: number): RatedLine => ({
  name: band.name,
  part,
  quantity,
  unit: 'kWh',
  unitPrice,
  amountMinor,
  rule: band.rule
})
