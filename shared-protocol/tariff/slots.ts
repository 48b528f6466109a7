import type { PlanPrices } from './plan.ts'
import { clock, weekOf, type Band, type Piece } from './week.ts'

export type SlotRate = { readonly electricityPrice: string; readonly servicePrice: string }

/** A day as a pile of the YKC kind takes it: 48 half hours from 00:00, each pointing to one of a few rates. */
export type SlotTable =
  | { readonly ok: true; readonly rates: readonly SlotRate[]; readonly slots: readonly number[] }
  | {
      readonly ok: false
      readonly fault: 'border-inside-a-half-hour' | 'too-many-rates' | 'days-differ'
      readonly detail: string
    }

const slotMinutes = 30
const slotsADay = 1440 / slotMinutes

/**
 * A plan as 48 slots for every day, dearest rate first; refused where it would say something else than the plan.
 * `mostRates`: four (尖峰平谷) for most piles, five for those with a deep valley.
 * @throws RangeError on a plan that does not hold
 */
export function slotsOf(plan: PlanPrices, mostRates = 4): SlotTable {
  const week = weekOf(plan)
  const days = week.days.map((pieces) => slotKeys(pieces, week.bands))
  const cut = days.flat().findIndex((keys) => keys.length > 1)
  if (cut >= 0) {
    const from = clock((cut % slotsADay) * slotMinutes)
    return refused('border-inside-a-half-hour', `the price changes inside the half hour from ${from}`)
  }
  if (new Set(days.map((slots) => slots.join())).size > 1)
    return refused('days-differ', 'a pile keeps one day; this plan has other prices by weekday')
  const keys = days[0]?.flat() ?? []
  const bands = [...new Set(keys)].flatMap((key) => week.bands.find((band) => keyOf(band) === key) ?? [])
  const dearest = bands.toSorted((a, b) => (a.electricity + a.service > b.electricity + b.service ? -1 : 1))
  if (dearest.length > mostRates)
    return refused('too-many-rates', `${dearest.length} prices, and the pile has ${mostRates}`)
  const order = dearest.map(keyOf)
  return {
    ok: true,
    rates: dearest.map(({ electricityPrice, servicePrice }) => ({ electricityPrice, servicePrice })),
    slots: keys.map((key) => order.indexOf(key))
  }
}

const keyOf = ({ electricity, service }: Band): string => `${electricity} ${service}`

/** The prices in each half hour of a day: one, or several where a border lies inside. */
function slotKeys(pieces: readonly Piece[], bands: readonly Band[]): string[][] {
  return Array.from({ length: slotsADay }, (_, slot) => {
    const at = slot * slotMinutes
    const inside = pieces.filter(({ from, to }) => from < at + slotMinutes && to > at)
    return [...new Set(inside.flatMap(({ band }) => bands[band] ?? []).map(keyOf))]
  })
}

const refused = (fault: Extract<SlotTable, { ok: false }>['fault'], detail: string): SlotTable => ({
  ok: false,
  fault,
  detail
})
