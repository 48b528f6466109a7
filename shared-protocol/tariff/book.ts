import type { Compiled, Priced, Reduction, Slot } from './compile.ts'
import { fractionOf, isNought, nought, one, per, plus, showFraction, tidy, times, whole } from './fraction.ts'
import type { Fraction } from './fraction.ts'
import { mul } from './int.ts'
import type { Dimension } from './model.ts'
import type { Driver, Slice } from './slice.ts'

/** What one price brought: quantity in Wh or seconds (1 for a fee) and what discounts take off it. */
export type Entry = {
  readonly priced: Priced
  readonly slot: Slot
  readonly price: Fraction
  quantity: Fraction
  off: Map<Reduction, Fraction>
}

/** The open book of a session: entries in the order in which they first came. */
export type Book = {
  readonly entries: ReadonlyMap<string, Entry>
  /** By slot, the last entry and the discounts that held: a step is added there. */
  readonly last: ReadonlyMap<string, Last>
  readonly once: ReadonlySet<Reduction>
  readonly sessionSeen: boolean
  readonly priceMissingAt: readonly number[]
}
type Last = { readonly entry: Entry; readonly reductions: readonly Reduction[] }

const perUnit: Readonly<Record<Dimension, number>> = {
  energy: 1000,
  time: 3600,
  parking: 3600,
  session: 3600,
  idle: 3600,
  reservation: 3600,
  flat: 1
}

/** Currency for a quantity in Wh, seconds or times, at a price per kWh, hour or time. */
export const amountOf = (dimension: Dimension, quantity: Fraction, price: Fraction): Fraction =>
  inUnit(dimension, times(quantity, price))

/** The quantity in the unit of the price: kWh, hours, times. */
export const inUnit = (dimension: Dimension, { top, bottom }: Fraction): Fraction =>
  tidy({ top, bottom: mul(bottom, perUnit[dimension]) })

/** Most tariffs let nothing off: then there is nothing to make. */
const among = (reductions: readonly Reduction[], holds: (each: Reduction) => boolean): readonly Reduction[] =>
  reductions.length === 0 ? reductions : reductions.filter(holds)

/** Enters all slices, which are in order of time. */
export function enter({ slots, reductions }: Compiled, slices: readonly Slice[], driver: Driver): Book {
  const book = {
    entries: new Map<string, Entry>(),
    last: new Map<string, Last>(),
    once: new Set<Reduction>(),
    sessionSeen: false,
    priceMissingAt: [] as number[]
  }
  const feesTaken: FeesTaken = { session: [], reservation: [] }
  for (const slice of slices) {
    if (slice.reservation === null) book.sessionSeen = true
    const held = among(reductions, ({ test }) => test(slice, driver))
    for (const each of held) if (each.discount.once !== undefined) book.once.add(each)
    for (const slot of slots) {
      const quantity = quantityOf(slice, slot, feesTaken)
      if (quantity === undefined) continue
      const priced = slot.prices.find(({ test }) => test(slice, driver))
      if (!priced) continue
      if (slot.dimension === 'flat') feesOf(slice, feesTaken).push(slot)
      const price = priced.priceAt(slice.at)
      if (price === undefined) book.priceMissingAt.push(slice.at)
      else add(book, { slot, priced, price, quantity, held })
    }
  }
  return book
}

/** A fee is taken once for the session and once for its reservation. */
type FeesTaken = { readonly session: Slot[]; readonly reservation: Slot[] }

const feesOf = ({ reservation }: Slice, taken: FeesTaken): Slot[] =>
  reservation === null ? taken.session : taken.reservation

function quantityOf(slice: Slice, slot: Slot, feesTaken: FeesTaken): Fraction | undefined {
  if (slot.dimension === 'flat') return feesOf(slice, feesTaken).includes(slot) ? undefined : one
  const quantity = slice.quantities[slot.dimension]
  return quantity && !isNought(quantity) ? quantity : undefined
}

type Found = {
  readonly slot: Slot
  readonly priced: Priced
  readonly price: Fraction
  readonly quantity: Fraction
  readonly held: readonly Reduction[]
}
type Open = { readonly entries: Map<string, Entry>; readonly last: Map<string, Last> }

function add(book: Open, { slot, priced, price, quantity, held }: Found): void {
  const isFixed = typeof priced.component.price === 'string'
  const key = isFixed ? priced.key : `${priced.key} ${showFraction(price)}`
  let entry = book.entries.get(key)
  if (entry === undefined) {
    entry = { priced, slot, price, quantity: nought, off: new Map() }
    book.entries.set(key, entry)
  }
  const reductions = among(held, (each) => isFor(each, slot))
  book.last.set(slot.key, { entry, reductions })
  addTo(entry, quantity, reductions)
}

/** More (or, for a step that rounds down, less) of an entry, with what discounts take off it. */
export function addTo(entry: Entry, quantity: Fraction, reductions: readonly Reduction[]): void {
  const { dimension } = entry.slot
  entry.quantity = plus(entry.quantity, quantity)
  for (const each of reductions) {
    const { percent, perKwh } = each.discount
    const share = percent === undefined ? nought : per(fractionOf(percent), whole(100))
    const byPercent = times(amountOf(dimension, quantity, entry.price), share)
    const byEnergy = perKwh === undefined ? nought : amountOf('energy', quantity, fractionOf(perKwh))
    entry.off.set(each, plus(entry.off.get(each) ?? nought, plus(byPercent, byEnergy)))
  }
}

function isFor({ discount }: Reduction, { dimension, prices }: Slot): boolean {
  const { on, percent, perKwh } = discount
  const own = prices[0]?.component.part
  if (discount.part !== undefined && own !== discount.part) return false
  // Energy that is priced twice, as electricity and as service, is let off once.
  if (perKwh !== undefined)
    return dimension === 'energy' && (own !== 'service' || discount.part === 'service')
  return percent !== undefined && (on === undefined || on.includes(dimension))
}

/** Brings the amounts taken off down to the share that a cap left of an entry. */
export function scaleOff(entry: Entry, kept: Fraction): void {
  for (const [each, amount] of entry.off) entry.off.set(each, times(amount, kept))
}
