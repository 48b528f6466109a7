import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { wholeOf, type Cdr } from './cdrs.ts'
import { kWh, type Document, type Line, type Scope } from './document.ts'
import { arithmeticFaults } from './en16931.ts'
import { invoiceIssued } from './events.ts'
import { nextNumber } from './numbers.ts'
import { customerOf, sellerOf } from './parties.ts'
import type { Seller } from './party.ts'
import { summed, type Untaxed } from './tax/sums.ts'

export type Month = {
  readonly from: string // First instant.
  readonly until: string // First instant after.
  readonly firstDay: string
  readonly lastDay: string
  readonly timeZone: string
}

/** @param month `2026-03`, local to the zone */
export function monthOf(month: string, timeZone: string): Month {
  const first = Temporal.PlainDate.from(`${month}-01`)
  const next = first.add({ months: 1 })
  const instant = (day: Temporal.PlainDate): string =>
    day.toZonedDateTime(timeZone).toInstant().toString({ smallestUnit: 'millisecond' })
  return {
    from: instant(first),
    until: instant(next),
    firstDay: first.toString(),
    lastDay: next.subtract({ days: 1 }).toString(),
    timeZone
  }
}

export type Customer = { readonly customer: string; readonly currency: string }

/** Who pays: a fleet for its tokens, else the driver; the tenant's own statement has every CDR. */
const payer: Readonly<Record<Scope, string>> = {
  driver: 'case when fleet_id is null then driver_id end',
  fleet: 'fleet_id',
  tenant: 'tenant_id'
}

const unbilled = (scope: Scope): string =>
  `${payer[scope]} is not null and issued_at >= $1 and issued_at < $2
   and not exists (select from invoice_cdrs i where i.tenant_id = cdrs.tenant_id and i.scope = $3 and i.cdr_id = cdrs.id)`

/** Customers with CDRs of the month that stand on no invoice of this scope yet, one row a currency. */
export async function customersOf(tx: Tx, scope: Scope, { from, until }: Month): Promise<Customer[]> {
  return tx.query<Customer>(
    `select distinct ${payer[scope]} as customer, currency from cdrs where ${unbilled(scope)} order by 1, 2 limit 500`,
    [from, until, scope]
  )
}

export type Run = { readonly id: string; readonly month: string; readonly scope: Scope }
type Making = { readonly run: Run; readonly month: Month; readonly of: Customer; readonly at: string }

/**
 * One collective invoice: every CDR of the customer in the month, in one currency. Its total is the sum of theirs;
 * tax is computed anew for the whole invoice. A CDR stands on one invoice of a scope, the database sees to that.
 * @returns false when another run was faster
 */
export async function makeMonthly(tx: Tx, { run, month, of, at }: Making): Promise<boolean> {
  const { scope } = run
  const rows = await tx.query<Parameters<typeof wholeOf>[0]>(
    `select id, session_id as "sessionId", fleet_id as "fleetId", driver_id as "driverId", country, currency, lines, taxes,
       totals, started_at as "startedAt", site_id as "siteId", energy_wh as "energyWh", time_zone as "timeZone", kind
     from cdrs where ${unbilled(scope)} and ${payer[scope]} = $4 and currency = $5
     order by ended_at, issued_at, id`,
    [month.from, month.until, scope, of.customer, of.currency]
  )
  if (rows.length === 0) return false
  const cdrs = rows.map(wholeOf)
  const paid = await paidOf(tx, scope, cdrs)
  const seller = await sellerOf(tx)
  const invoiceId = randomUUID()
  const bill = summed(
    cdrs.flatMap(linesOf),
    [...paid.values()].reduce((all, each) => all + each, 0)
  )
  const { number } = await insertMonthly(tx, { run, month, of, at, invoiceId, bill, cdrs, seller })
  await insertParts(tx, { scope, invoiceId, cdrs, paid })
  await tx.emit({
    kind: invoiceIssued,
    key: of.customer,
    body: {
      invoiceId,
      number,
      ...of,
      scope,
      month: run.month,
      total: { currency: of.currency, amountMinor: bill.totals.totalMinor },
      payable: { currency: of.currency, amountMinor: bill.totals.payableMinor }
    }
  })
  return true
}

type Open = Omit<Line, 'netMinor' | 'taxMinor'> & Untaxed

/** One line for each session and tax rate: what it was, in one sum. A credit is a line below zero. */
export function linesOf(cdr: Cdr): Open[] {
  const day = Temporal.Instant.from(cdr.startedAt).toZonedDateTimeISO(cdr.timeZone).toPlainDate().toString()
  const groups = new Map<string, Line[]>()
  for (const line of cdr.lines) {
    const key = JSON.stringify([
      line.treatment.category,
      line.treatment.percent,
      line.treatment.name,
      line.part
    ])
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  return [...groups.values()].flatMap((lines) => {
    const [first] = lines
    if (!first) return []
    const { treatment, part } = first
    return {
      name: `${day} ${cdr.siteId}`,
      part,
      quantity: '1',
      unit: 'session',
      unitPrice: '',
      amountMinor: lines.reduce((all, line) => all + line.amountMinor, 0),
      rule: kWh(cdr.energyWh),
      treatment,
      taken: treatment.category === 'S' ? (treatment.percent ?? '0') : '0',
      sessionId: cdr.sessionId
    }
  })
}

/** What was paid for these sessions and no invoice of the scope has shown yet; by session. */
async function paidOf(tx: Tx, scope: Scope, cdrs: readonly Cdr[]): Promise<Map<string, number>> {
  const [first] = cdrs
  const rows = await tx.query<{ id: string; paid: number }>(
    `select p.session_id as id, (p.amount_minor - coalesce((select sum(i.paid_minor) from invoice_cdrs i
         where i.scope = $1 and i.session_id = p.session_id and i.currency = p.currency), 0))::bigint as paid
     from billing_paid p where p.session_id = any($2::uuid[]) and p.currency = $3`,
    [scope, cdrs.map(({ sessionId }) => sessionId), first?.currency]
  )
  return new Map(rows.map(({ id, paid }) => [id, paid]))
}

type Inserting = Making & {
  readonly invoiceId: string
  readonly bill: ReturnType<typeof summed<Open>>
  readonly cdrs: readonly Cdr[]
  readonly seller: Seller | undefined
}

async function insertMonthly(tx: Tx, making: Inserting): Promise<{ number: string }> {
  const { run, month, of, at, invoiceId, bill, cdrs, seller } = making
  const faults = arithmeticFaults(bill)
  if (faults[0]) throw new Error(`a collective invoice that does not add up: ${JSON.stringify(faults)}`)
  const buyer = run.scope === 'tenant' ? seller : await customerOf(tx, run.scope, of.customer)
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(month.timeZone)
  const numbered = await nextNumber(tx, 'monthly', local.year)
  const document: Document = {
    kind: 'monthly',
    number: numbered.number,
    issuedOn: local.toPlainDate().toString(),
    timeZone: month.timeZone,
    currency: of.currency,
    country: cdrs[0]?.country ?? null,
    seller: seller ?? null,
    buyer: buyer ?? null,
    period: { from: month.firstDay, until: month.lastDay },
    about: null,
    reason: null,
    lines: bill.lines,
    taxes: bill.taxes,
    totals: bill.totals
  }
  await tx.query(
    `insert into invoices (tenant_id, id, number, series, year, sequence, kind, scope, customer, run_id, driver_id,
       currency, total_minor, issued_at, document)
     values (nova_tenant(), $1, $2, $3, $4, $5, 'monthly', $6, $7, $8, $9, $10, $11, $12, $13::jsonb)`,
    [
      invoiceId, numbered.number, numbered.series, numbered.year, numbered.sequence, run.scope, of.customer, run.id,
      run.scope === 'driver' ? of.customer : null, of.currency, bill.totals.totalMinor, at, JSON.stringify(document)
    ] // prettier-ignore
  )
  return numbered
}

type Parts = {
  readonly scope: Scope
  readonly invoiceId: string
  readonly cdrs: readonly Cdr[]
  readonly paid: ReadonlyMap<string, number>
}

/** What was paid for a session is shown once, at the first of its CDRs. */
async function insertParts(tx: Tx, { scope, invoiceId, cdrs, paid }: Parts): Promise<void> {
  const shown = new Set<string>()
  const rows = cdrs.map(({ id, sessionId, currency }) => {
    const paidMinor = shown.has(sessionId) ? 0 : (paid.get(sessionId) ?? 0)
    shown.add(sessionId)
    return { cdr_id: id, session_id: sessionId, currency, paid_minor: paidMinor }
  })
  await tx.query(
    `insert into invoice_cdrs (tenant_id, scope, cdr_id, invoice_id, session_id, currency, paid_minor)
     select nova_tenant(), $1, cdr_id, $2, session_id, currency, paid_minor
     from jsonb_to_recordset($3::jsonb) as r(cdr_id uuid, session_id uuid, currency text, paid_minor bigint)`,
    [scope, invoiceId, JSON.stringify(rows)]
  )
}
