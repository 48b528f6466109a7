import type { Tx } from '../../db/index.ts'
import { wholeOf, type Cdr } from './cdrs.ts'
import type { Document, DocumentKind, Scope } from './document.ts'

/** The session that a receipt or a credit note is about. */
export type SessionFacts = Pick<
  Cdr,
  | 'siteId'
  | 'chargerId'
  | 'connectorId'
  | 'tokenUid'
  | 'startedAt'
  | 'endedAt'
  | 'energyWh'
  | 'tariffId'
  | 'tariffVersion'
  | 'exact'
> & { readonly cdrId: string; readonly sessionId: string }

/** An invoice of any kind with what it says; lines add up to the total. */
export type Invoice = {
  readonly id: string
  readonly kind: DocumentKind
  readonly number: string
  readonly scope: Scope | null
  readonly customer: string | null
  readonly driverId: string | null
  readonly issuedAt: string
  readonly session: SessionFacts | null
  readonly document: Document
}

type Row = {
  readonly id: string
  readonly kind: DocumentKind
  readonly number: string
  readonly scope: Scope | null
  readonly customer: string | null
  readonly driverId: string | null
  readonly issuedAt: string
  readonly document: Document | null
  readonly cdr: Parameters<typeof wholeOf>[0] | null
  readonly paidMinor: number | null // For the session, less what went back.
  readonly isCredited: boolean
}

const select = `select i.id, i.kind, i.number, i.scope, i.customer, i.driver_id as "driverId", i.issued_at as "issuedAt",
    i.document, case when c.id is not null then jsonb_build_object('id', c.id, 'sessionId', c.session_id,
      'siteId', c.site_id, 'chargerId', c.charger_id, 'connectorId', c.connector_id, 'tokenUid', c.token_uid,
      'startedAt', to_char(c.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'endedAt', to_char(c.ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'energyWh', c.energy_wh, 'tariffId', c.tariff_id, 'tariffVersion', c.tariff_version, 'timeZone', c.time_zone,
      'currency', c.currency, 'exact', c.exact_amount, 'lines', c.lines, 'taxes', c.taxes, 'totals', c.totals) end as cdr,
    (select p.amount_minor from billing_paid p where p.session_id = c.session_id and p.currency = c.currency) as "paidMinor",
    exists (select from cdrs t where t.credits = c.id) as "isCredited"
  from invoices i left join cdrs c on c.tenant_id = i.tenant_id and c.id = i.cdr_id`

export type InvoiceFilter = {
  readonly driverId: string | undefined
  readonly sessionId?: string | undefined
  readonly kind?: DocumentKind | undefined
  readonly scope?: Scope | undefined
  readonly customer?: string | undefined
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

/** Newest first. */
export async function listInvoices(tx: Tx, filter: InvoiceFilter): Promise<Invoice[]> {
  const [issuedAt = null, id = null] = filter.after ?? []
  const { driverId, sessionId, kind, scope, customer, limit } = filter
  const rows = await tx.query<Row>(
    `${select} where ($1::text is null or i.driver_id = $1) and ($2::uuid is null or i.session_id = $2)
       and ($3::timestamptz is null or (i.issued_at, i.id) < ($3::timestamptz, $4::uuid))
       and ($6::text is null or i.kind = $6) and ($7::text is null or i.scope = $7)
       and ($8::text is null or i.customer = $8)
     order by i.issued_at desc, i.id desc limit $5`,
    [
      driverId ?? null, sessionId ?? null, issuedAt, id, limit, kind ?? null, scope ?? null, customer ?? null
    ] // prettier-ignore
  )
  return rows.map(invoiceOf)
}

/** @param driverId only this driver's; undefined: anybody's of the tenant */
export async function readInvoice(
  tx: Tx,
  id: string,
  driverId: string | undefined
): Promise<Invoice | undefined> {
  const row = await tx.maybe<Row>(`${select} where i.id = $1 and ($2::text is null or i.driver_id = $2)`, [
    id,
    driverId ?? null
  ])
  return row && invoiceOf(row)
}

function invoiceOf({ cdr, document, paidMinor, isCredited, ...row }: Row): Invoice {
  const whole = cdr && wholeOf(cdr)
  const said = document ?? (whole && fromBefore(row, whole))
  if (!said) throw new Error(`invoice ${row.number} says nothing`)
  const { totalMinor } = said.totals
  const paid = isSettledByCredit(row, isCredited) ? totalMinor : within(paidMinor ?? 0, totalMinor)
  return {
    ...row,
    document: row.kind === 'monthly' ? said : paidSo(said, paid),
    session: whole && factsOf(whole)
  }
}

/** A receipt and the credit note that takes it back settle each other: nothing is to be paid of either. */
const isSettledByCredit = ({ kind }: Pick<Row, 'kind'>, isCredited: boolean): boolean =>
  kind === 'credit-note' || isCredited

const within = (paidMinor: number, totalMinor: number): number => Math.max(0, Math.min(paidMinor, totalMinor))

/** A receipt is issued before its payment is taken: what is paid of it by now is said whenever it is read (BT-113, BT-115). */
const paidSo = (document: Document, paidMinor: number): Document => ({
  ...document,
  totals: { ...document.totals, paidMinor, payableMinor: document.totals.totalMinor - paidMinor }
})

const factsOf = (cdr: Cdr): SessionFacts => ({
  cdrId: cdr.id,
  sessionId: cdr.sessionId,
  siteId: cdr.siteId,
  chargerId: cdr.chargerId,
  connectorId: cdr.connectorId,
  tokenUid: cdr.tokenUid,
  startedAt: cdr.startedAt,
  endedAt: cdr.endedAt,
  energyWh: cdr.energyWh,
  tariffId: cdr.tariffId,
  tariffVersion: cdr.tariffVersion,
  exact: cdr.exact
})

/** A receipt of before documents were kept says what its CDR says. */
const fromBefore = ({ number, issuedAt }: Pick<Row, 'number' | 'issuedAt'>, cdr: Cdr): Document => ({
  kind: 'receipt',
  number,
  issuedOn: Temporal.Instant.from(issuedAt).toZonedDateTimeISO(cdr.timeZone).toPlainDate().toString(),
  timeZone: cdr.timeZone,
  currency: cdr.currency,
  country: null,
  seller: null,
  buyer: null,
  period: null,
  about: null,
  reason: null,
  lines: cdr.lines,
  taxes: cdr.taxes,
  totals: cdr.totals
})
