import { ratedByTariff, slicesFor } from '../../tariff/rate-tariff.ts'
import { judgeSession, reviewed } from '../../tariff/review.ts'
import type { MeteredSession } from '../../tariff/session.ts'
import type { RatedSession } from '../../tariff/bill.ts'
import {
  fractionOf,
  minus,
  nought,
  per,
  plus,
  showFraction,
  whole,
  type Fraction
} from '../../tariff/fraction.ts'
import type { Dimension, TariffPrices } from '../../tariff/model.ts'
import type { Slice, Span } from '../../tariff/slice.ts'
import type { OcpiPeriod, Version } from './wire.ts'

const words = [
  ['energy', 'ENERGY', whole(1000)],
  ['time', 'TIME', whole(3600)],
  ['parking', 'PARKING_TIME', whole(3600)],
  ['reservation', 'RESERVATION_TIME', whole(3600)]
] as const

/**
 * A session as OCPI charging periods, cut where the tariff's price may change. Volumes are decimal texts (to
 * twelve places where they have no end): who sends JSON numbers turns them at the wire. Empty under review.
 */
export function chargingPeriodsOf(
  session: MeteredSession,
  tariff: TariffPrices,
  timeZone: string
): OcpiPeriod[] {
  return slicesFor(session, tariff, timeZone).flatMap((slice) => {
    const dimensions = words.flatMap(([dimension, type, unit]) => {
      const quantity = slice.quantities[dimension]
      return quantity ? [{ type, volume: showFraction(per(quantity, unit)) }] : []
    })
    const start_date_time = Temporal.Instant.fromEpochMilliseconds(slice.at).toString()
    return [{ start_date_time, dimensions: [...dimensions, ...bands(slice)] }]
  })
}

const bands = ({ powerW, currentMilliA }: Slice): { type: string; volume: string }[] => [
  ...band(powerW, 'POWER'),
  ...band(currentMilliA, 'CURRENT')
]

function band(span: Span | null, of: string): { type: string; volume: string }[] {
  if (!span) return []
  const show = (value: Fraction) => showFraction(per(value, whole(1000)))
  return [
    { type: `MIN_${of}`, volume: show(span.low) },
    { type: `MAX_${of}`, volume: show(span.high) }
  ]
}

/** Totals of a CDR, exact texts; costs are Price (2.1.1: a number; 2.2.1; 2.3.0 with its taxes). */
export type CdrTotals = Readonly<Record<string, unknown>>

/**
 * The money part of a CDR: periods, energy, hours and costs by dimension. Discounts and limits are in
 * `total_cost` alone, as OCPI has no field for them. Nothing to tell while the session is under review.
 */
export function cdrTotalsOf(
  session: MeteredSession,
  {
    tariff,
    timeZone,
    version
  }: { readonly tariff: TariffPrices; readonly timeZone: string; readonly version: Version }
): CdrTotals {
  const judged = judgeSession(session)
  const rated =
    judged.review.length > 0 ? reviewed(tariff, judged) : ratedByTariff(session, { tariff, timeZone, judged })
  const slices = slicesFor(session, tariff, timeZone)
  const hours = (dimension: Dimension) => {
    const seconds = slices.reduce((sum, { quantities }) => plus(sum, quantities[dimension] ?? nought), nought)
    return showFraction(per(seconds, whole(3600)))
  }
  const parking = hours('parking')
  return {
    currency: tariff.currency,
    charging_periods: chargingPeriodsOf(session, tariff, timeZone),
    total_cost: costOf(rated.exact, version),
    total_energy: showFraction(
      per(
        slices.reduce((sum, { quantities }) => plus(sum, quantities.energy ?? nought), nought),
        whole(1000)
      )
    ),
    total_time: hours('session'),
    total_parking_time: parking,
    ...(version === '2.1.1' ? {} : partCosts(rated, version))
  }
}

const parts = [
  ['total_fixed_cost', ['flat']],
  ['total_energy_cost', ['energy']],
  ['total_time_cost', ['time', 'session']],
  ['total_parking_cost', ['parking', 'idle']],
  ['total_reservation_cost', ['reservation']]
] as const satisfies readonly (readonly [string, readonly Dimension[]])[]

function partCosts({ lines }: RatedSession, version: Version): Record<string, unknown> {
  return Object.fromEntries(
    parts.flatMap(([field, kinds]) => {
      const own = lines.filter(({ kind }) => kinds.some((each) => each === kind))
      if (own.length === 0) return []
      const sum = (side: 'excl' | 'incl') =>
        showFraction(own.map((each) => fractionOf(each[side])).reduce(plus, nought))
      return [[field, costOf({ excl: sum('excl'), incl: sum('incl') }, version)]]
    })
  )
}

function costOf({ excl, incl }: { readonly excl: string; readonly incl: string }, version: Version): unknown {
  if (version === '2.1.1') return excl
  if (version !== '2.3.0') return { excl_vat: excl, incl_vat: incl }
  const tax = showFraction(minus(fractionOf(incl), fractionOf(excl)))
  return { before_taxes: excl, taxes: tax === '0' ? [] : [{ name: 'VAT', amount: tax }] }
}
