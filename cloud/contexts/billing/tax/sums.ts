import { roundHalfUp } from '@nova/shared-protocol/units'
import type { Treatment } from './treatment.ts'

/** A line before its tax is taken out: whole minor units as the rating made them. */
export type Untaxed = {
  readonly amountMinor: number
  readonly treatment: Treatment
  readonly taken: string // Percentage contained in `amountMinor`.
}

/** `amountMinor` is what this line adds to the total: with tax, or without where the buyer owes the tax. */
export type Sides = { readonly amountMinor: number; readonly netMinor: number; readonly taxMinor: number }

export type TaxGroup = Treatment & { readonly baseMinor: number; readonly taxMinor: number }

/** EN 16931 BT-106 to BT-115, in minor units; `roundingMinor` is BT-114, the line of the rounding difference. */
export type Totals = {
  readonly lineNetMinor: number
  readonly allowanceMinor: number
  readonly chargeMinor: number
  readonly netMinor: number
  readonly taxMinor: number
  readonly grossMinor: number
  readonly roundingMinor: number
  readonly totalMinor: number // BT-112 + BT-114: the CDR's total, the ledger's amount.
  readonly paidMinor: number
  readonly payableMinor: number
}

export type Summed<Line> = {
  readonly lines: readonly (Omit<Line, 'amountMinor' | 'taken'> & Sides)[]
  readonly taxes: readonly TaxGroup[]
  readonly totals: Totals
}

/**
 * Tax by rate group, not by line: base = gross ÷ (1 + rate), tax = base × rate, each rounded once, half up;
 * both go back to the lines by largest remainder. What is left to the amount the rating made is the rounding
 * difference, so the total stays the CDR's.
 */
export function summed<Line extends Untaxed>(lines: readonly Line[], paidMinor = 0): Summed<Line> {
  const groups = grouped(lines)
  const sides = new Map<number, Sides>()
  const taxes = merged([...groups.values()].map((indices) => groupOf(lines, indices, sides)))
  const done = lines.map(({ amountMinor, taken: _taken, ...line }, index) => ({
    ...line,
    ...(sides.get(index) ?? { amountMinor, netMinor: amountMinor, taxMinor: 0 })
  }))
  return { lines: done, taxes, totals: totalsOf(done, taxes, paidMinor) }
}

/** Reverse charge has one row whatever was taken off its lines (BR-AE-01). */
function merged(groups: readonly TaxGroup[]): TaxGroup[] {
  const [first, ...more] = groups.filter(({ category }) => category === 'AE')
  if (!first) return [...groups]
  const baseMinor = more.reduce((all, group) => all + group.baseMinor, first.baseMinor)
  return [...groups.filter(({ category }) => category !== 'AE'), { ...first, baseMinor }]
}

function grouped(lines: readonly Untaxed[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const [index, { treatment, taken }] of lines.entries()) {
    const { category, percent, name } = treatment
    const key = JSON.stringify([category, shortest(percent), name, category === 'AE' ? shortest(taken) : ''])
    groups.set(key, [...(groups.get(key) ?? []), index])
  }
  return groups
}

/** `19.0` and `19` are one rate. */
const shortest = (percent: string | null): string | null =>
  percent === null ? null : percent.includes('.') ? percent.replace(/\.?0+$/, '') : percent

function groupOf(lines: readonly Untaxed[], indices: readonly number[], sides: Map<number, Sides>): TaxGroup {
  const own = indices.flatMap((index) => lines[index] ?? [])
  const [first] = own
  if (!first) throw new RangeError('a tax group has lines')
  const { treatment } = first
  const { rate, scale } = rateOf(first.taken)
  const gross = own.map(({ amountMinor }) => BigInt(amountMinor))
  const all = gross.reduce((sum, each) => sum + each, 0n)
  const base = roundHalfUp(all * scale, scale + rate)
  const tax = treatment.category === 'S' ? roundHalfUp(base * rate, scale) : 0n
  const nets = allocate(base, { numerators: gross.map((each) => each * scale), denominator: scale + rate })
  const taxParts = allocate(tax, {
    numerators: gross.map((each) => (tax === 0n ? 0n : each * rate)),
    denominator: scale + rate
  })
  for (const [at, index] of indices.entries()) {
    const [netMinor, taxMinor] = [Number(nets[at]), Number(taxParts[at])]
    const amountMinor = treatment.category === 'AE' ? netMinor : (lines[index]?.amountMinor ?? 0)
    sides.set(index, { amountMinor, netMinor, taxMinor })
  }
  return {
    ...treatment,
    percent: shortest(treatment.percent),
    baseMinor: Number(base),
    taxMinor: Number(tax)
  }
}

/** A percentage as `rate / scale`: 25.5 → 255 / 1000. */
export function rateOf(percent: string): { readonly rate: bigint; readonly scale: bigint } {
  const [whole = '0', after = ''] = percent.split('.')
  return { rate: BigInt(whole + after), scale: 100n * 10n ** BigInt(after.length) }
}

type Shares = { readonly numerators: readonly bigint[]; readonly denominator: bigint }

/** Whole parts that add up to `total`, each next to its share `numerators[i] / denominator`, of either sign. */
export function allocate(total: bigint, { numerators, denominator }: Shares): bigint[] {
  const parts = numerators.map((top) => floorOf(top, denominator))
  const order = numerators
    .map((top, index) => ({ index, rest: top - (parts[index] ?? 0n) * denominator }))
    .toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  const left = Number(parts.reduce((rest, part) => rest - part, total))
  const ranked = left < 0 ? order.toReversed() : order
  for (let step = 0; step < Math.abs(left) && ranked.length > 0; step++) {
    const index = ranked[step % ranked.length]?.index ?? 0
    parts[index] = (parts[index] ?? 0n) + (left < 0 ? -1n : 1n)
  }
  return parts
}

const floorOf = (top: bigint, bottom: bigint): bigint => (top - (((top % bottom) + bottom) % bottom)) / bottom

const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0)

function totalsOf(lines: readonly Sides[], taxes: readonly TaxGroup[], paidMinor: number): Totals {
  const lineNetMinor = sum(lines.map(({ netMinor }) => netMinor))
  const taxMinor = sum(taxes.map((group) => group.taxMinor))
  const totalMinor = sum(lines.map(({ amountMinor }) => amountMinor))
  const grossMinor = lineNetMinor + taxMinor
  return {
    lineNetMinor,
    allowanceMinor: 0,
    chargeMinor: 0,
    netMinor: lineNetMinor,
    taxMinor,
    grossMinor,
    roundingMinor: totalMinor - grossMinor,
    totalMinor,
    paidMinor,
    payableMinor: totalMinor - paidMinor
  }
}
