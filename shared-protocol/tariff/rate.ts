import type { Money } from '../units/index.ts'
import type { PlanPrices } from './plan.ts'

/** Cumulative register at an instant; decimals as text. Readings whose `trust` is not good are left out. */
export type MeterReading = {
  readonly at: string
  readonly registerWh: number | string
  readonly trust?: 'good' | 'clock' | 'implausible' | undefined
}

export type Ratable = {
  readonly readings: readonly MeterReading[]
  readonly plan: PlanPrices
  readonly timeZone: string
  readonly startedAt?: string | null | undefined // Readings before it do not count.
  readonly endedAt?: string | null | undefined // Readings after it do not count.
}

/** One line of the bill. `quantity` and `unitPrice` are exact decimal texts; lines add up to the total. */
export type RatedLine = {
  readonly name: string
  readonly part: 'electricity' | 'service'
  readonly quantity: string
  readonly unit: 'kWh'
  readonly unitPrice: string
  readonly amountMinor: number
  readonly rule: string
}

export type Rated = {
  readonly lines: readonly RatedLine[]
  readonly total: Money
  readonly exact: { readonly excl: string; readonly incl: string }
  readonly electricity: Money
  readonly service: Money
  readonly energyWh: string // Exact decimal text, the register's difference.
}

/**
 * The one rating function: running cost, estimate, CDR, receipt and preview. Energy between two readings is
 * spread evenly over the elapsed time and attributed, exactly, to the segments in force; the total is the
 * exact sum rounded once, half up; lines are its parts by largest remainder.
 * @throws RangeError on a register that goes backwards, a bad instant or zone, or a plan that does not hold
 */
export function rate(_ratable: Ratable): Rated {
  throw new RangeError('rating is being written')
}
