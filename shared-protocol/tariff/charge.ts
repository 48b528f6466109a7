import { amountOf, inUnit, scaleOff, type Book, type Entry } from './book.ts'
import type { Reduction } from './compile.ts'
import {
  ceiling,
  compare,
  floor,
  fractionOf,
  isNought,
  minus,
  nearest,
  nought,
  one,
  opposite,
  per,
  plus,
  ratio,
  showFraction
} from './fraction.ts'
import { sumOf, times, whole, type Fraction } from './fraction.ts'
import { tenTo } from './decimal.ts'
import { limitOf, type LimitTaken, type Sides } from './limits.ts'
import type { Component, Dimension, TariffPrices } from './model.ts'

/** One line before rounding: excl and incl are exact. Times are in hours. */
export type Charge = {
  readonly name: string
  readonly kind: Dimension | 'discount' | 'limit'
  readonly part?: 'electricity' | 'service' | undefined
  readonly quantity: Fraction
  readonly unitPrice: Fraction
  readonly taxPercent: Fraction | undefined
  readonly taxText: string | null
  readonly priceText?: string | undefined // Where it stands ready.
  readonly excl: Fraction
  readonly incl: Fraction
  readonly rule: string
}

const hundred = whole(100)

/** Entries, then what discounts take off, then what lifts or caps the sum. */
export function chargesOf(tariff: TariffPrices, book: Book): Charge[] {
  const entries = [...book.entries.values()]
  const charges = entries.map((entry) => chargeOf(tariff, entry))
  const discounts = tariff.discounts === undefined ? [] : discountsOf(tariff, entries, book.once)
  const all = discounts.length === 0 ? charges : [...charges, ...limited(charges, discounts)]
  if (tariff.minPrice === undefined && tariff.maxPrice === undefined) return all
  const sum = { excl: nought, incl: nought }
  for (const { excl, incl } of all) {
    sum.excl = plus(sum.excl, excl)
    sum.incl = plus(sum.incl, incl)
  }
  const limit = limitOf(tariff, sum, book.sessionSeen)
  return limit ? [...all, limitCharge(limit)] : all
}

const limitCharge = (limit: LimitTaken): Charge => ({
  name: limit.rule,
  kind: 'limit',
  quantity: one,
  unitPrice: limit.excl,
  taxPercent: undefined,
  taxText: null,
  ...limit
})

/** Price × quantity, under its cap and by its own rounding where it has one. */
function chargeOf(tariff: TariffPrices, entry: Entry): Charge {
  const { priced, slot, quantity, price } = entry
  const { component } = priced
  const exact = amountOf(slot.dimension, quantity, price)
  const amount = rounded(component, capped(entry, exact))
  const { excl, incl } = sidesOf(tariff, amount, priced.tax)
  return {
    name: priced.name,
    kind: slot.dimension,
    part: component.part,
    quantity: inUnit(slot.dimension, quantity),
    unitPrice: price,
    taxPercent: priced.tax,
    taxText: priced.taxText,
    priceText: priced.priceText,
    excl,
    incl,
    rule: priced.rule
  }
}

function capped(entry: Entry, amount: Fraction): Fraction {
  const { most } = entry.priced.component
  const cap = most === undefined ? undefined : fractionOf(most)
  if (cap === undefined || compare(amount, cap) <= 0) return amount
  scaleOff(entry, per(cap, amount))
  return cap
}

const rounders = { up: ceiling, down: floor, near: nearest }

function rounded({ rounding }: Component, amount: Fraction): Fraction {
  if (!rounding) return amount
  const scale = tenTo(rounding.digits)
  return ratio(rounders[rounding.rule](times(amount, whole(scale))), scale)
}

const factors = new WeakMap<Fraction, Fraction>()

/** What a price before tax is multiplied with; kept per percentage, of which a tariff has few. */
function factorOf(percent: Fraction): Fraction {
  const found = factors.get(percent)
  if (found) return found
  const factor = plus(one, per(percent, hundred))
  factors.set(percent, factor)
  return factor
}

/** Before and after tax, from an amount as the tariff states its prices. */
function sidesOf({ tax }: TariffPrices, amount: Fraction, percent: Fraction | undefined): Sides {
  if (percent === undefined || tax === 'none') return { excl: amount, incl: amount }
  const factor = factorOf(percent)
  return tax === 'included'
    ? { excl: per(amount, factor), incl: amount }
    : { excl: amount, incl: times(amount, factor) }
}

type Off = { readonly reduction: Reduction; readonly tax: Fraction | undefined; amount: Fraction }

/** What each discount takes off at each tax rate, under its own cap. */
function discountsOf(tariff: TariffPrices, entries: readonly Entry[], once: Book['once']): Charge[] {
  const offs: Off[] = []
  for (const { off, priced } of entries)
    for (const [reduction, amount] of off) addOff(offs, { reduction, tax: priced.tax, amount })
  for (const reduction of once) for (const each of onceByTax(entries, reduction)) addOff(offs, each)
  for (const reduction of new Set(offs.map((each) => each.reduction))) {
    const own = offs.filter((each) => each.reduction === reduction)
    const { most } = reduction.discount
    const sum = sumOf(own.map(({ amount }) => amount))
    if (most === undefined || compare(sum, fractionOf(most)) <= 0) continue
    for (const each of own) each.amount = times(each.amount, per(fractionOf(most), sum))
  }
  return offs.filter(({ amount }) => !isNought(amount)).map((each) => discountCharge(tariff, each))
}

function addOff(offs: Off[], { reduction, tax, amount }: Off): void {
  const same = offs.find((each) => each.reduction === reduction && sameTax(each.tax, tax))
  if (same) same.amount = plus(same.amount, amount)
  else offs.push({ reduction, tax, amount })
}

const sameTax = (a: Fraction | undefined, b: Fraction | undefined): boolean =>
  a === undefined || b === undefined ? a === b : compare(a, b) === 0

/** A fixed amount is shared among the tax rates as the charges are. */
function onceByTax(entries: readonly Entry[], reduction: Reduction): Off[] {
  const { on, part, once = '0' } = reduction.discount
  const chosen = entries
    .filter(
      ({ slot, priced }) =>
        on?.includes(slot.dimension) !== false && (part ?? priced.component.part) === priced.component.part
    )
    .map((entry) => ({ entry, amount: amountOf(entry.slot.dimension, entry.quantity, entry.price) }))
    .filter(({ amount }) => amount.top > 0)
  const sum = sumOf(chosen.map(({ amount }) => amount))
  return chosen.map(({ entry, amount }) => ({
    reduction,
    tax: entry.priced.tax,
    amount: times(fractionOf(once), per(amount, sum))
  }))
}

function discountCharge(tariff: TariffPrices, { reduction, tax, amount }: Off): Charge {
  const negative = opposite(amount)
  return {
    name: reduction.discount.name,
    kind: 'discount',
    part: reduction.discount.part,
    quantity: one,
    unitPrice: negative,
    taxPercent: tax,
    taxText: tax ? showFraction(tax) : null,
    ...sidesOf(tariff, negative, tax),
    rule: reduction.rule
  }
}

/** No discount makes a charge negative: at each tax rate they stop where nothing is left. */
function limited(charges: readonly Charge[], discounts: readonly Charge[]): Charge[] {
  if (discounts.length === 0) return []
  const rooms: { readonly tax: Fraction | undefined; excl: Fraction }[] = []
  const roomOf = (tax: Fraction | undefined) => {
    const found = rooms.find((each) => sameTax(each.tax, tax))
    if (found) return found
    const own = charges.filter(({ taxPercent }) => sameTax(taxPercent, tax)).map(({ excl }) => excl)
    const made = { tax, excl: sumOf(own) }
    rooms.push(made)
    return made
  }
  return discounts.flatMap((each) => {
    const room = roomOf(each.taxPercent)
    const wanted = opposite(each.excl)
    if (compare(wanted, room.excl) <= 0) {
      room.excl = minus(room.excl, wanted)
      return [each]
    }
    const kept = compare(room.excl, nought) <= 0 ? nought : per(room.excl, wanted)
    room.excl = minus(room.excl, times(wanted, kept))
    return isNought(kept) ? [] : [scaled(each, kept)]
  })
}

const scaled = (charge: Charge, by: Fraction): Charge => ({
  ...charge,
  unitPrice: times(charge.unitPrice, by),
  excl: times(charge.excl, by),
  incl: times(charge.incl, by)
})
