import { roundHalfUp } from '@nova/shared-protocol/units'
import type { Document } from './document.ts'
import { rateOf } from './tax/sums.ts'

export type Fault = { readonly rule: string; readonly detail: string }

type Figures = Pick<Document, 'lines' | 'taxes' | 'totals'>

const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0)

/**
 * The arithmetic of EN 16931-1 on an invoice's figures, each rule exactly, without the tolerance that some
 * validators allow. Pure; empty when all hold.
 */
export function arithmeticFaults({ lines, taxes, totals }: Figures): Fault[] {
  const faults: Fault[] = []
  const equal = (rule: string, left: number, right: number): void => {
    if (left !== right) faults.push({ rule, detail: `${left} is not ${right}` })
  }
  equal('BR-CO-10', totals.lineNetMinor, sum(lines.map(({ netMinor }) => netMinor)))
  equal('BR-CO-11', totals.allowanceMinor, 0) // We make none at document level: discounts are lines.
  equal('BR-CO-12', totals.chargeMinor, 0)
  equal('BR-CO-13', totals.netMinor, totals.lineNetMinor - totals.allowanceMinor + totals.chargeMinor)
  equal('BR-CO-14', totals.taxMinor, sum(taxes.map(({ taxMinor }) => taxMinor)))
  equal('BR-CO-15', totals.grossMinor, totals.netMinor + totals.taxMinor)
  equal('BR-CO-16', totals.payableMinor, totals.grossMinor - totals.paidMinor + totals.roundingMinor)
  for (const tax of taxes) {
    const { rate, scale } = rateOf(tax.percent ?? '0')
    equal('BR-CO-17', tax.taxMinor, Number(roundHalfUp(BigInt(tax.baseMinor) * rate, scale)))
  }
  return [...faults, ...groupFaults({ lines, taxes, totals }), ...ownFaults({ lines, taxes, totals })]
}

/** BR-CO-18, BR-S-08, BR-Z-08, BR-AE-08, BR-O-08 and the -09 rules: each group has the net amounts of its lines. */
function groupFaults({ lines, taxes }: Figures): Fault[] {
  const faults: Fault[] = []
  if (lines.length > 0 && taxes.length === 0) faults.push({ rule: 'BR-CO-18', detail: 'no tax breakdown' })
  for (const { category, percent, name, baseMinor, taxMinor } of taxes) {
    const own = lines.filter(
      ({ treatment }) =>
        treatment.category === category && treatment.name === name && same(treatment.percent, percent)
    )
    const nets = sum(own.map(({ netMinor }) => netMinor))
    if (nets !== baseMinor) faults.push({ rule: `BR-${category}-08`, detail: `${nets} is not ${baseMinor}` })
    if (category !== 'S' && taxMinor !== 0)
      faults.push({ rule: `BR-${category}-09`, detail: `${taxMinor} is not 0` })
  }
  return faults
}

function same(left: string | null, right: string | null): boolean {
  if (left === null || right === null) return left === right
  const [a, b] = [rateOf(left), rateOf(right)]
  return a.rate * b.scale === b.rate * a.scale
}

/** Ours: the lines people read add up, and a rounding difference stays below one minor unit for each rate. */
function ownFaults({ lines, taxes, totals }: Figures): Fault[] {
  const faults: Fault[] = []
  const shown = sum(lines.map(({ amountMinor }) => amountMinor))
  if (shown !== totals.totalMinor)
    faults.push({ rule: 'NOVA-LINES', detail: `${shown} is not ${totals.totalMinor}` })
  if (totals.totalMinor !== totals.grossMinor + totals.roundingMinor)
    faults.push({ rule: 'NOVA-TOTAL', detail: 'total is not BT-112 + BT-114' })
  if (Math.abs(totals.roundingMinor) > taxes.length)
    faults.push({ rule: 'NOVA-ROUNDING', detail: `${totals.roundingMinor} for ${taxes.length} rates` })
  const taxSum = sum(lines.map(({ taxMinor }) => taxMinor))
  if (taxSum !== totals.taxMinor)
    faults.push({ rule: 'NOVA-LINE-TAX', detail: `${taxSum} is not ${totals.taxMinor}` })
  return faults
}

const taxed = ({ taxes }: Document, category: string): boolean =>
  taxes.some((tax) => tax.category === category)
const sellerNumber = ({ seller }: Document): boolean => seller?.taxId !== undefined
const buyerNumber = ({ buyer }: Document): boolean => buyer?.taxId !== undefined

/** Rules about what is there, by their number in EN 16931. */
const contents: readonly (readonly [rule: string, detail: string, holds: (document: Document) => boolean])[] =
  [
    ['BR-06', 'the seller', ({ seller }) => seller !== null],
    ['BR-07', 'the buyer', ({ buyer }) => buyer !== null],
    ['BR-16', 'at least one line', ({ lines }) => lines.length > 0],
    [
      'BR-CO-26',
      'a number of the seller',
      (document) => sellerNumber(document) || document.seller?.registration !== undefined
    ],
    ['BR-S-02', 'the seller’s VAT number', (document) => !taxed(document, 'S') || sellerNumber(document)],
    ['BR-Z-02', 'the seller’s VAT number', (document) => !taxed(document, 'Z') || sellerNumber(document)],
    [
      'BR-AE-02',
      'both VAT numbers',
      (document) => !taxed(document, 'AE') || (sellerNumber(document) && buyerNumber(document))
    ],
    [
      'BR-O-02',
      'an invoice without VAT numbers',
      (document) => !taxed(document, 'O') || !(sellerNumber(document) || buyerNumber(document))
    ],
    ['BR-O-11', 'one tax category', (document) => !taxed(document, 'O') || document.taxes.length === 1],
    ['BR-55', 'the invoice that is credited', ({ kind, about }) => kind !== 'credit-note' || about !== null]
  ]

/** What an electronic invoice must say beside its figures; without it no XML is made. */
export const contentFaults = (document: Document): Fault[] =>
  contents
    .filter(([, , holds]) => !holds(document))
    .map(([rule, detail]) => ({ rule, detail: `missing: ${detail}` }))
