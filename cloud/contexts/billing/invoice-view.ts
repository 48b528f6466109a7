import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Part } from './document.ts'
import { Party } from './party.ts'
import type { Invoice } from './queries.ts'
import { LineView, TaxView, viewOfLine, viewOfTax } from './views.ts'

/** Of a collective invoice what is about one session is null. */
export const InvoiceView = z.object({
  id: z.uuid(),
  kind: z.enum(['receipt', 'credit-note', 'monthly']),
  number: z.string(),
  scope: z.enum(['driver', 'fleet', 'tenant']).nullable(),
  customer: z.string().nullable(),
  cdrId: z.uuid().nullable(),
  sessionId: z.uuid().nullable(),
  siteId: z.string().nullable(),
  chargerId: z.string().nullable(),
  connectorId: z.string().nullable(),
  driverId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  energyWh: z.string().nullable(),
  tariffId: z.string().nullable(),
  tariffVersion: z.int().nullable(),
  timeZone: z.string(),
  period: z.object({ from: z.string(), until: z.string() }).nullable(),
  about: z.string().nullable(),
  reason: z.string().nullable(),
  seller: Party.loose().nullable(),
  buyer: Party.loose().nullable(),
  lines: z.array(LineView),
  taxes: z.array(TaxView),
  electricity: Money,
  service: Money,
  net: Money,
  tax: Money,
  rounding: Money,
  total: Money,
  paid: Money,
  payable: Money,
  exact: z.string().nullable(),
  issuedAt: Instant
})

const noSession = {
  cdrId: null,
  sessionId: null,
  siteId: null,
  chargerId: null,
  connectorId: null,
  tokenUid: null,
  startedAt: null,
  endedAt: null,
  energyWh: null,
  tariffId: null,
  tariffVersion: null,
  exact: null
}

export function viewOfInvoice({ document, session, ...invoice }: Invoice): z.infer<typeof InvoiceView> {
  const { currency, totals, lines, taxes, timeZone, period, about, reason, seller, buyer } = document
  const money = (amountMinor: number): Money => ({ currency, amountMinor })
  const part = (wanted: Part): Money =>
    money(lines.reduce((all, line) => all + (line.part === wanted ? line.amountMinor : 0), 0))
  return {
    ...invoice,
    ...(session ?? noSession),
    timeZone,
    period,
    about,
    reason,
    seller,
    buyer,
    lines: lines.map(viewOfLine),
    taxes: taxes.map((tax) => viewOfTax(currency, tax)),
    electricity: part('electricity'),
    service: part('service'),
    net: money(totals.netMinor),
    tax: money(totals.taxMinor),
    rounding: money(totals.roundingMinor),
    total: money(totals.totalMinor),
    paid: money(totals.paidMinor),
    payable: money(totals.payableMinor)
  }
}
