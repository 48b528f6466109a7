import { absolute, compare, fractionOf, minus } from '../../tariff/fraction.ts'
import { sidesOf } from './numbers.ts'
import { rateOcpi, type OcpiRated } from './rate.ts'
import type { OcpiCdr, OcpiTariff } from './wire.ts'

export type CdrRated = {
  readonly rated: OcpiRated
  readonly published: { readonly excl?: string; readonly incl?: string }
  /** Sides on which the CDR's own total is more than half a cent from ours, which is how a price too low is found. */
  readonly differs: readonly ('excl' | 'incl')[]
}

export type CdrTerms = {
  readonly timeZone: string // Of the location.
  readonly tariff?: OcpiTariff | undefined // Where the CDR carries none.
}

/**
 * A partner's CDR priced again: what he asks beside what his tariff says.
 * @returns undefined when neither the CDR nor the terms have a tariff
 * @throws RangeError on a bad instant, number or zone
 */
export function rateCdr(cdr: OcpiCdr, { timeZone, tariff }: CdrTerms): CdrRated | undefined {
  const wanted = cdr.charging_periods.find(({ tariff_id }) => tariff_id)?.tariff_id
  const own = cdr.tariffs?.find(({ id }) => id === wanted) ?? cdr.tariffs?.[0] ?? tariff
  if (!own) return undefined
  const rated = rateOcpi({
    tariff: own,
    chargingPeriods: cdr.charging_periods,
    timeZone,
    startDateTime: cdr.start_date_time,
    endDateTime: cdr.end_date_time
  })
  const published = cdr.total_cost === null || cdr.total_cost === undefined ? {} : sidesOf(cdr.total_cost)
  const differs = (['excl', 'incl'] as const).filter((side) => isFar(rated.exact[side], published[side]))
  return { rated, published, differs }
}

const halfCent = fractionOf('0.005')

function isFar(ours: string, theirs: string | undefined): boolean {
  if (theirs === undefined) return false
  const off = minus(fractionOf(ours), fractionOf(theirs))
  return compare(absolute(off), halfCent) > 0
}
