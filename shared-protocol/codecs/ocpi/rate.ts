import { bill, type Bill } from '../../tariff/bill.ts'
import { compiled } from '../../tariff/compile.ts'
import { nobody } from '../../tariff/slice.ts'
import { instantOf, slicesOfPeriods, type Outcome, type PeriodSlices } from './periods.ts'
import type { Loss } from './loss.ts'
import { importTariff, type Imported } from './tariff-in.ts'
import type { TariffPrices } from '../../tariff/model.ts'
import type { OcpiPeriod, OcpiTariff } from './wire.ts'

/** What a reader of the result should know; none of it changes the price. */
export type OcpiNote = {
  readonly code: 'period-spans-border' | 'periods-out-of-order' | 'period-before-session' | 'not-understood'
  readonly detail: string
}

export type OcpiRated = Bill & { readonly notes: readonly OcpiNote[] }

export type OcpiSession = {
  readonly tariff: OcpiTariff
  readonly chargingPeriods: readonly OcpiPeriod[]
  readonly timeZone: string // Of the location; OCPI does not carry it with tariff or CDR.
  readonly startDateTime?: string | null | undefined
  readonly endDateTime?: string | null | undefined
  readonly reservationOutcome?: Outcome | null | undefined
}

/**
 * Prices charging periods by an OCPI tariff (2.1.1 to 2.3.0) with the one engine. Validity dates are not looked
 * at: a session keeps the tariff it began with.
 * @throws RangeError on a bad instant, number or zone
 */
export function rateOcpi(session: OcpiSession): OcpiRated {
  const { prices, losses } = imported(session.tariff)
  const made = slicesOfPeriods({
    periods: session.chargingPeriods,
    timeZone: session.timeZone,
    endDateTime: session.endDateTime,
    outcome: session.reservationOutcome
  })
  const billed = bill(
    prices,
    made.flatMap(({ slices }) => slices),
    nobody
  )
  return { ...billed, notes: [...orderNotes(session), ...borderNotes(prices, made), ...lossNotes(losses)] }
}

const known = new WeakMap<OcpiTariff, Imported>()

/** Kept per tariff object: a partner's CDRs of a day are priced by few tariffs. */
function imported(tariff: OcpiTariff): Imported {
  const found = known.get(tariff) ?? importTariff(tariff)
  known.set(tariff, found)
  return found
}

const when = (at: number): string => Temporal.Instant.fromEpochMilliseconds(at).toString()

function orderNotes({ chargingPeriods, startDateTime }: OcpiSession): OcpiNote[] {
  const starts = chargingPeriods.map(({ start_date_time }) => instantOf(start_date_time))
  const begin = startDateTime ? instantOf(startDateTime) : Number.NEGATIVE_INFINITY
  const early = starts.filter((each) => each < begin)
  const isMixed = starts.some((each, index) => each < (starts[index - 1] ?? each))
  return [
    ...(isMixed
      ? [{ code: 'periods-out-of-order' as const, detail: 'the periods are not in order of time' }]
      : []),
    ...early.map((each) => ({
      code: 'period-before-session' as const,
      detail: `a period begins at ${when(each)}, before the session`
    }))
  ]
}

/** A period in which another price would come to hold was not cut where it should have been. */
function borderNotes(prices: TariffPrices, made: readonly PeriodSlices[]): OcpiNote[] {
  const { slots } = compiled(prices)
  return made.flatMap(({ from, slices, atEnd }): OcpiNote[] => {
    const begin = slices.at(-1)
    if (!begin || !atEnd) return []
    const crossing = slots.filter(({ dimension, prices: all }) => {
      if (dimension === 'flat' || begin.quantities[dimension] === undefined) return false
      return all.find(({ test }) => test(begin, nobody)) !== all.find(({ test }) => test(atEnd, nobody))
    })
    return crossing.map(({ key }) => ({
      code: 'period-spans-border',
      detail: `the ${key} price changes inside the period from ${when(from)}; it is billed as it began`
    }))
  })
}

const lossNotes = (losses: readonly Loss[]): OcpiNote[] =>
  losses
    .filter(({ what }) => what !== 'not part of the prices')
    .map(({ at, what }) => ({ code: 'not-understood', detail: `${at}: ${what}` }))
