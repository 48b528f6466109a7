import type { RatedLine } from '@nova/shared-protocol/tariff'
import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'

/** An invoice with the bill it stands for; lines add up to the total. */
export type Invoice = {
  readonly id: string
  readonly number: string
  readonly cdrId: string
  readonly sessionId: string
  readonly siteId: string
  readonly chargerId: string
  readonly connectorId: string
  readonly driverId: string | null
  readonly tokenUid: string | null
  readonly startedAt: string
  readonly endedAt: string
  readonly energyWh: string
  readonly tariffId: string
  readonly tariffVersion: number
  readonly timeZone: string
  readonly lines: RatedLine[]
  readonly electricity: Money
  readonly service: Money
  readonly total: Money
  readonly exact: string
  readonly issuedAt: string
}

type Row = Omit<Invoice, 'electricity' | 'service' | 'total'> & {
  readonly currency: string
  readonly electricity_minor: number
  readonly service_minor: number
  readonly total_minor: number
}

const select = `select i.id, i.number, i.cdr_id as "cdrId", i.session_id as "sessionId", c.site_id as "siteId",
    c.charger_id as "chargerId", c.connector_id as "connectorId", i.driver_id as "driverId", c.token_uid as "tokenUid",
    c.started_at as "startedAt", c.ended_at as "endedAt", c.energy_wh as "energyWh", c.tariff_id as "tariffId",
    c.tariff_version as "tariffVersion", c.time_zone as "timeZone", c.lines, c.currency, c.electricity_minor,
    c.service_minor, c.total_minor, c.exact_amount as "exact", i.issued_at as "issuedAt"
  from invoices i join cdrs c on c.tenant_id = i.tenant_id and c.id = i.cdr_id`

export type InvoiceFilter = {
  readonly driverId: string | undefined
  readonly sessionId?: string | undefined
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

/** Newest first. */
export async function listInvoices(tx: Tx, filter: InvoiceFilter): Promise<Invoice[]> {
  const [issuedAt = null, id = null] = filter.after ?? []
  const rows = await tx.query<Row>(
    `${select} where ($1::text is null or i.driver_id = $1) and ($2::uuid is null or i.session_id = $2)
       and ($3::timestamptz is null or (i.issued_at, i.id) < ($3::timestamptz, $4::uuid))
     order by i.issued_at desc, i.id desc limit $5`,
    [filter.driverId ?? null, filter.sessionId ?? null, issuedAt, id, filter.limit]
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

function invoiceOf({ currency, electricity_minor, service_minor, total_minor, ...row }: Row): Invoice {
  const money = (amountMinor: number): Money => ({ currency, amountMinor })
  return {
    ...row,
    electricity: money(electricity_minor),
    service: money(service_minor),
    total: money(total_minor)
  }
}
