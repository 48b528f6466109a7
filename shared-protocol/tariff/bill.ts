import { minorDigits, money, type Money } from '../units/index.ts'
import { enter, type Book } from './book.ts'
import { chargesOf, type Charge } from './charge.ts'
import { compiled, type Slot } from './compile.ts'
import { tenTo } from './decimal.ts'
import {
  compare,
  minus,
  nought,
  one,
  partsOf,
  per,
  plus,
  rounded,
  showFraction,
  times,
  whole
} from './fraction.ts'
import type { Fraction } from './fraction.ts'
import { less } from './int.ts'
import type { ReadingNote, ReviewReason } from './judge.ts'
import type { TariffPrices } from './model.ts'
import type { Driver, Slice } from './slice.ts'
import { addSteps } from './steps.ts'

/** One line of the bill: exact texts, and the part of the rounded total; lines add up to it. */
export type BillLine = {
  readonly name: string
  readonly kind: Charge['kind']
  readonly part?: 'electricity' | 'service' | undefined
  readonly quantity: string
  readonly unit: 'kWh' | 'h' | 'session'
  readonly unitPrice: string
  readonly taxPercent: string | null // null: no tax is known for it.
  readonly excl: string
  readonly incl: string
  readonly amountMinor: number // Of `incl`.
  readonly rule: string
}

export type TaxSum = { readonly percent: string | null; readonly excl: string; readonly tax: string }

export type Bill = {
  readonly lines: readonly BillLine[]
  readonly total: Money // With tax, rounded once, half up.
  readonly net: Money // Without tax, rounded once, half up.
  readonly tax: Money // total − net.
  readonly taxes: readonly TaxSum[]
  readonly exact: { readonly excl: string; readonly incl: string }
  readonly billed: Readonly<Record<string, string>>
  /** Instants at which a dynamic price was missing: nothing is billed and a person looks. */
  readonly priceMissingAt: readonly number[]
}

/** A bill with what was found in the readings it rests on. */
export type RatedSession = Bill & {
  readonly energyWh: string // Exact decimal text, the register's difference; "0" under review.
  readonly review: readonly ReviewReason[] // Not empty: nothing is billed.
  readonly notes: readonly ReadingNote[]
}

/**
 * Prices slices by a tariff. The only place where the full model becomes money.
 * @throws RangeError on a tariff that does not hold
 */
export function bill(tariff: TariffPrices, slices: readonly Slice[], driver: Driver): Bill {
  const book = enter(compiled(tariff), slices, driver)
  addSteps(book)
  const charges = chargesOf(tariff, book)
  const sums = sumsByTax(charges)
  let [excl, incl] = [nought, nought]
  for (const sum of sums.values()) {
    excl = plus(excl, sum.excl)
    incl = plus(incl, sum.incl)
  }
  const scale = scaleOf(tariff.currency)
  const total = rounded(times(incl, scale))
  const net = rounded(times(excl, scale))
  const parts = partsOf(
    total,
    charges.map((charge) => times(charge.incl, scale))
  )
  return {
    lines: charges.map((charge, index) => lineOf(charge, Number(parts[index]))),
    total: money(tariff.currency, Number(total)),
    net: money(tariff.currency, Number(net)),
    tax: money(tariff.currency, Number(less(total, net))),
    taxes: taxesOf(sums),
    exact: { excl: showFraction(excl), incl: showFraction(incl) },
    billed: billedOf(book),
    priceMissingAt: book.priceMissingAt
  }
}

const scales = new Map<string, Fraction>()

/** Minor units in one of the currency. */
function scaleOf(currency: string): Fraction {
  const found = scales.get(currency) ?? whole(tenTo(minorDigits(currency)))
  scales.set(currency, found)
  return found
}

const timeUnits: ReadonlySet<string> = new Set(['time', 'parking', 'session', 'idle', 'reservation'])

function lineOf(charge: Charge, amountMinor: number): BillLine {
  const { name, kind, part, rule } = charge
  const line: BillLine = {
    name,
    kind,
    quantity: showFraction(charge.quantity),
    unit: kind === 'energy' ? 'kWh' : timeUnits.has(kind) ? 'h' : 'session',
    unitPrice: charge.priceText ?? showFraction(charge.unitPrice),
    taxPercent: charge.taxText,
    excl: showFraction(charge.excl),
    incl: showFraction(charge.incl),
    amountMinor,
    rule
  }
  return part === undefined ? line : Object.assign({ name, kind, part }, line)
}

type TaxedSum = { excl: Fraction; incl: Fraction }

/** Before and after tax by rate, in the order of the lines. */
function sumsByTax(charges: readonly Charge[]): ReadonlyMap<string | null, TaxedSum> {
  const sums = new Map<string | null, TaxedSum>()
  for (const { taxText, excl, incl } of charges) {
    const sum = sums.get(taxText)
    if (sum === undefined) sums.set(taxText, { excl, incl })
    else {
      sum.excl = plus(sum.excl, excl)
      sum.incl = plus(sum.incl, incl)
    }
  }
  return sums
}

const taxesOf = (sums: ReadonlyMap<string | null, TaxedSum>): TaxSum[] =>
  [...sums].map(([percent, { excl, incl }]) => ({
    percent,
    excl: showFraction(excl),
    tax: showFraction(minus(incl, excl))
  }))

const names = { energy: 'ENERGY', time: 'TIME', parking: 'PARKING_TIME', session: 'SESSION_TIME' }
const billedNames: ReadonlyMap<string, string> = new Map([
  ...Object.entries(names),
  ['idle', 'IDLE_TIME'],
  ['reservation', 'RESERVATION_TIME']
])

/** What is billed of each dimension after steps, as `ENERGY_kWh`, `TIME_h`, `TIME_min`, `TIME_s`, …. */
function billedOf({ entries }: Book): Record<string, string> {
  const bySlot = quantitiesBySlot(entries)
  const most = new Map<Slot['dimension'], Fraction>()
  for (const [{ dimension }, sum] of bySlot)
    if (compare(sum, most.get(dimension) ?? nought) > 0) most.set(dimension, sum)
  const shown: Record<string, string> = {}
  for (const [dimension, quantity] of most) {
    const name = billedNames.get(dimension)
    if (name === undefined) continue
    for (const [unit, size] of dimension === 'energy' ? energyUnits : hourUnits)
      shown[`${name}_${unit}`] = showFraction(per(quantity, size))
  }
  return shown
}

function quantitiesBySlot(entries: Book['entries']): ReadonlyMap<Slot, Fraction> {
  const bySlot = new Map<Slot, Fraction>()
  for (const { slot, quantity } of entries.values()) {
    const before = bySlot.get(slot)
    bySlot.set(slot, before === undefined ? quantity : plus(before, quantity))
  }
  return bySlot
}

const energyUnits = [['kWh', whole(1000)]] as const
const hourUnits = [
  ['h', whole(3600)],
  ['min', whole(60)],
  ['s', one]
] as const
