import { randomUUID } from 'node:crypto'
import type { Course, MeterReading } from '@nova/shared-protocol/tariff'
import type { Tx } from '../../db/index.ts'
import type { Document, DocumentKind, Part } from './document.ts'
import { arithmeticFaults } from './en16931.ts'
import { nextNumber } from './numbers.ts'
import { buyerOf, sellerOf } from './parties.ts'
import type { Bill } from './taxed.ts'

/** A CDR as it is written, once: who, where, when, by what prices, and what it came to. */
export type Cdr = {
  readonly id: string
  readonly kind: 'original' | 'credit' | 'replacement'
  readonly credits: string | null
  readonly replaces: string | null
  readonly correctionId: string | null
  readonly sessionId: string
  readonly siteId: string
  readonly chargerId: string
  readonly connectorId: string
  readonly driverId: string | null
  readonly tokenUid: string | null
  readonly fleetId: string | null
  readonly country: string | null
  readonly startedAt: string
  readonly endedAt: string
  readonly energyWh: string
  readonly tariffId: string
  readonly tariffVersion: number
  readonly timeZone: string
  readonly currency: string
  readonly exact: string
  readonly lines: Bill['lines']
  readonly taxes: Bill['taxes']
  readonly totals: Bill['totals']
  readonly readings: readonly MeterReading[]
  readonly course: Course | null
  readonly issuedAt: string
}

const partSum = ({ lines }: Cdr, part: Part): number =>
  lines.reduce((all, line) => all + (line.part === part ? line.amountMinor : 0), 0)

const columns = `tenant_id, id, kind, credits, replaces, correction_id, session_id, site_id, charger_id, connector_id,
  driver_id, token_uid, fleet_id, country, started_at, ended_at, energy_wh, tariff_id, tariff_version, time_zone,
  currency, total_minor, electricity_minor, service_minor, exact_amount, lines, taxes, totals, readings, course, issued_at`

/** @throws Error when its own sums do not hold: such a bill must not stand */
export async function insertCdr(tx: Tx, cdr: Cdr): Promise<void> {
  const faults = arithmeticFaults(cdr)
  if (faults[0]) throw new Error(`a bill that does not add up: ${JSON.stringify(faults)}`)
  const values = [
    cdr.id, cdr.kind, cdr.credits, cdr.replaces, cdr.correctionId, cdr.sessionId, cdr.siteId, cdr.chargerId,
    cdr.connectorId, cdr.driverId, cdr.tokenUid, cdr.fleetId, cdr.country, cdr.startedAt, cdr.endedAt, cdr.energyWh,
    cdr.tariffId, cdr.tariffVersion, cdr.timeZone, cdr.currency, cdr.totals.totalMinor, partSum(cdr, 'electricity'),
    partSum(cdr, 'service'), cdr.exact, JSON.stringify(cdr.lines), JSON.stringify(cdr.taxes),
    JSON.stringify(cdr.totals), JSON.stringify(cdr.readings),
    cdr.course === null ? null : JSON.stringify(cdr.course), cdr.issuedAt
  ] // prettier-ignore
  const places = values.map((_, index) => `$${index + 1}`).join(', ')
  await tx.query(`insert into cdrs (${columns}) values (nova_tenant(), ${places})`, values)
}

const select = `id, kind, credits, replaces, correction_id as "correctionId", session_id as "sessionId",
  site_id as "siteId", charger_id as "chargerId", connector_id as "connectorId", driver_id as "driverId",
  token_uid as "tokenUid", fleet_id as "fleetId", country, started_at as "startedAt", ended_at as "endedAt",
  energy_wh as "energyWh", tariff_id as "tariffId", tariff_version as "tariffVersion", time_zone as "timeZone",
  currency, exact_amount as exact, lines, taxes, totals, readings, course, issued_at as "issuedAt"`

/** A CDR of before taxes were stated has no totals; see `wholeOf`. */
type CdrRow = Omit<Cdr, 'totals'> & { readonly totals: Cdr['totals'] | null }

export async function readCdr(tx: Tx, id: string): Promise<Cdr | undefined> {
  const row = await tx.maybe<CdrRow>(`select ${select} from cdrs where id = $1`, [id])
  return row && wholeOf(row)
}

/** Of a session, in the order they were made. */
export async function cdrsOf(tx: Tx, sessionId: string): Promise<Cdr[]> {
  const rows = await tx.query<CdrRow>(
    `select ${select} from cdrs where session_id = $1
     order by issued_at, case kind when 'original' then 0 when 'credit' then 1 else 2 end`,
    [sessionId]
  )
  return rows.map(wholeOf)
}

const unstated = { category: 'O', percent: null, name: 'Tax', source: null, exemption: null } as const

/** What was issued before taxes were stated reads as a bill that states none. */
export function wholeOf(row: CdrRow): Cdr {
  if (row.totals !== null) return { ...row, totals: row.totals }
  const lines = row.lines.map((line) => ({
    ...line,
    netMinor: line.amountMinor,
    taxMinor: 0,
    treatment: unstated
  }))
  const totalMinor = lines.reduce((all, line) => all + line.amountMinor, 0)
  const taxes = lines.length === 0 ? [] : [{ ...unstated, baseMinor: totalMinor, taxMinor: 0 }]
  return {
    ...row,
    lines,
    taxes,
    totals: {
      lineNetMinor: totalMinor,
      allowanceMinor: 0,
      chargeMinor: 0,
      netMinor: totalMinor,
      taxMinor: 0,
      grossMinor: totalMinor,
      roundingMinor: 0,
      totalMinor,
      paidMinor: 0,
      payableMinor: totalMinor
    }
  }
}

export type Printed = { readonly id: string; readonly number: string }
type About = { readonly about: string | null; readonly reason: string | null }

/** The receipt of a CDR, or the credit note of one that takes another back. */
export async function invoiceCdr(tx: Tx, cdr: Cdr, { about, reason }: About): Promise<Printed> {
  const id = randomUUID()
  const kind: DocumentKind = cdr.kind === 'credit' ? 'credit-note' : 'receipt'
  const [seller, buyer] = [await sellerOf(tx), await buyerOf(tx, cdr)]
  // Dates and the year of the number are the seller's: sites of several zones share one series.
  const local = Temporal.Instant.from(cdr.issuedAt).toZonedDateTimeISO(seller?.timeZone ?? cdr.timeZone)
  const numbered = await nextNumber(tx, kind, local.year)
  const document: Document = {
    kind,
    number: numbered.number,
    issuedOn: local.toPlainDate().toString(),
    timeZone: cdr.timeZone,
    currency: cdr.currency,
    country: cdr.country,
    seller: seller ?? null,
    buyer: buyer ?? null,
    period: null,
    about,
    reason,
    lines: cdr.lines,
    taxes: cdr.taxes,
    totals: cdr.totals
  }
  await tx.query(
    `insert into invoices (tenant_id, id, number, series, year, sequence, kind, cdr_id, session_id, driver_id,
       currency, total_minor, issued_at, document)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb)`,
    [
      id, numbered.number, numbered.series, numbered.year, numbered.sequence, kind, cdr.id, cdr.sessionId,
      cdr.driverId, cdr.currency, cdr.totals.totalMinor, cdr.issuedAt, JSON.stringify(document)
    ] // prettier-ignore
  )
  return { id, number: numbered.number }
}
