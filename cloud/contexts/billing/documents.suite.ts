import type { Document, Line } from './document.ts'
import { summed, type Untaxed } from './tax/sums.ts'

/** A line whose tax is still to be taken out. */
export type Open = Omit<Line, 'netMinor' | 'taxMinor'> & Untaxed

export const treatmentOf = (percent: string): Open['treatment'] => ({
  category: 'S',
  percent,
  name: 'VAT',
  source: null,
  exemption: null
})

/** 10.5 kWh of energy at a price, with tax; a name that XML has to mask. */
export const line = (amountMinor: number, percent = '19', more: Partial<Open> = {}): Open => ({
  name: 'peak & "day" <8–20>',
  part: 'electricity',
  quantity: '10.5',
  unit: 'kWh',
  unitPrice: '1.19',
  rule: 'segment 1',
  amountMinor,
  treatment: treatmentOf(percent),
  taken: percent,
  ...more
})

const party = (name: string, taxId: string) => ({
  name,
  city: 'Ort',
  postalCode: '1',
  street: 'Weg 1',
  country: 'DE',
  taxId
})

/** A receipt in Germany of these lines, summed. */
export const documentOf = (lines: readonly Open[], more: Partial<Document> = {}): Document => ({
  kind: 'receipt',
  number: '2026-000001',
  issuedOn: '2026-03-02',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  country: 'DE',
  seller: party('Nova', 'DE123456789'),
  buyer: party('Fleet', 'DE987654321'),
  period: null,
  about: null,
  reason: null,
  ...summed(lines),
  ...more
})
