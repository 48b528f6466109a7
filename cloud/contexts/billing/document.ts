import type { Party } from './party.ts'
import type { Sides, TaxGroup, Totals } from './tax/sums.ts'
import type { Treatment } from './tax/treatment.ts'

export type Part = 'electricity' | 'service'

/** One line of a CDR or an invoice; quantities and prices are exact decimal texts as rated. */
export type Line = Sides & {
  readonly name: string
  readonly part: Part
  readonly quantity: string
  readonly unit: string
  readonly unitPrice: string
  readonly rule: string
  readonly treatment: Treatment
  /** Of a collective invoice: which session the line is. */
  readonly sessionId?: string
}

export type DocumentKind = 'receipt' | 'credit-note' | 'monthly'
export type Scope = 'driver' | 'fleet' | 'tenant'

/** What an invoice says, whole and for good: nothing in it is looked up again. Minor units of `currency`. */
export type Document = {
  readonly kind: DocumentKind
  readonly number: string
  readonly issuedOn: string // Local day.
  readonly timeZone: string
  readonly currency: string
  readonly country: string | null // Where the electricity was used; null: not known.
  readonly seller: Party | null
  readonly buyer: Party | null
  readonly period: { readonly from: string; readonly until: string } | null // Local days, the last one included.
  readonly about: string | null // The number of the invoice that this one credits or replaces.
  readonly reason: string | null
  readonly lines: readonly Line[]
  readonly taxes: readonly TaxGroup[]
  readonly totals: Totals
}

const flip = (amount: number): number => 0 - amount
const flipText = (quantity: string): string =>
  /^-?[0.]+$/.test(quantity) ? quantity : quantity.startsWith('-') ? quantity.slice(1) : `-${quantity}`

/** The same bill with the other sign: rounding is symmetrical, so every sum still holds. */
export function negated(bill: Pick<Document, 'lines' | 'taxes' | 'totals'>): typeof bill {
  const { totals } = bill
  return {
    lines: bill.lines.map((line) => ({
      ...line,
      quantity: flipText(line.quantity),
      amountMinor: flip(line.amountMinor),
      netMinor: flip(line.netMinor),
      taxMinor: flip(line.taxMinor)
    })),
    taxes: bill.taxes.map((tax) => ({
      ...tax,
      baseMinor: flip(tax.baseMinor),
      taxMinor: flip(tax.taxMinor)
    })),
    totals: {
      lineNetMinor: flip(totals.lineNetMinor),
      allowanceMinor: flip(totals.allowanceMinor),
      chargeMinor: flip(totals.chargeMinor),
      netMinor: flip(totals.netMinor),
      taxMinor: flip(totals.taxMinor),
      grossMinor: flip(totals.grossMinor),
      roundingMinor: flip(totals.roundingMinor),
      totalMinor: flip(totals.totalMinor),
      paidMinor: flip(totals.paidMinor),
      payableMinor: flip(totals.payableMinor)
    }
  }
}

/** Watt-hours as text to kWh as text, exactly. */
export function kWh(wattHours: string): string {
  const [, sign = '', whole = '0', after = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(wattHours) ?? []
  const digits = whole.padStart(4, '0')
  const rest = `${digits.slice(-3)}${after}`.replace(/0+$/, '')
  return `${sign}${digits.slice(0, -3)}${rest === '' ? '' : `.${rest}`} kWh`
}
