import type { Money } from '../units/index.ts'
import type { MeterReading } from './energy.ts'
import type { TariffPrices } from './model.ts'
import type { PlanPrices } from './plan.ts'
import type { MeteredSession } from './session.ts'

export type Ratable = {
  readonly readings: readonly MeterReading[]
  readonly plan: PlanPrices & { readonly rules?: TariffPrices | undefined }
  readonly timeZone: string
  readonly startedAt?: string | null | undefined // Readings before it do not count.
  readonly endedAt?: string | null | undefined // Readings after it do not count.
  readonly course?: Course | undefined // What else rules may ask for; time of use asks for nothing.
}

/** What happened beside the readings: states, reservation, driver, signals, meter. */
export type Course = Omit<MeteredSession, 'readings' | 'startedAt' | 'endedAt'>

/** One line of the bill. `quantity` and `unitPrice` are exact decimal texts; lines add up to the total. */
export type RatedLine = {
  readonly name: string
  readonly part: 'electricity' | 'service' // Under rules all that is not energy is service.
  readonly quantity: string
  readonly unit: 'kWh' | 'h' | 'session'
  readonly unitPrice: string
  readonly amountMinor: number
  readonly rule: string
  readonly taxPercent?: string | null | undefined // Under rules: null where no tax is known.
  readonly excl?: string | undefined // Under rules: exact, before tax.
}

export type Rated = {
  readonly lines: readonly RatedLine[]
  readonly total: Money
  readonly exact: { readonly excl: string; readonly incl: string }
  readonly electricity: Money
  readonly service: Money
  readonly energyWh: string // Exact decimal text, the register's difference.
}
