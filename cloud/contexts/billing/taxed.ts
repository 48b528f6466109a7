import type { RatedLine } from '@nova/shared-protocol/tariff'
import type { Line, Part } from './document.ts'
import type { Party } from './party.ts'
import type { Component, Place } from './tax/rates.ts'
import { summed, type Summed, type Untaxed } from './tax/sums.ts'
import { taxationOf, type TaxQuestion } from './tax/treatment.ts'

/** What the tax of a session depends on. */
export type Taxing = {
  readonly place: Place | undefined
  readonly day: string
  readonly seller: Party | undefined
  readonly buyer: Party | undefined
  readonly hooked: Readonly<Partial<Record<Component, NonNullable<TaxQuestion['hooked']>>>>
}

/** A line as rated; a tariff that knows its tax says it in percent. */
export type RatedAny = Omit<RatedLine, 'part' | 'unit'> & {
  readonly part?: Part | undefined
  readonly unit: string
  readonly taxPercent?: string | null | undefined
}

type Open = Omit<Line, 'netMinor' | 'taxMinor'> & Untaxed
export type Bill = Omit<Summed<Open>, 'lines'> & { readonly lines: readonly Line[] }

/** The bill's lines with their tax, by component: what has no part of its own is service. */
export function taxed(rated: readonly RatedAny[], taxing: Taxing): Bill {
  const lines = rated.map((line): Open => {
    const { name, quantity, unit, unitPrice, rule, amountMinor } = line
    const part = line.part ?? 'service'
    const { treatment, taken } = taxationOf({
      ...taxing,
      component: part,
      stated: line.taxPercent ?? null,
      hooked: taxing.hooked[part]
    })
    return { name, part, quantity, unit, unitPrice, rule, amountMinor, treatment, taken }
  })
  return summed(lines)
}
