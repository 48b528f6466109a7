import { product } from '../../kit/exact.ts'

/** A line of a bill, whichever door it came through: an invoice, or a session that was only thought of. */
export type ExplainedLine = {
  readonly name: string
  readonly kind?: string | undefined
  readonly part?: string | null | undefined
  readonly quantity: string
  readonly unit: string
  readonly unitPrice: string
  readonly taxPercent?: string | null | undefined
  readonly taxMinor?: number | undefined // An invoice's prices contain their tax.
  readonly incl?: string | undefined // The unrounded amount with tax, where the answer carries it.
  readonly amountMinor: number
  readonly rule: string
}

/** The unrounded amount: as it was told, else quantity × unit price. */
export const unrounded = ({ incl, quantity, unitPrice }: ExplainedLine): string =>
  incl ?? product(quantity, unitPrice)
