import { randomUUID } from 'node:crypto'
import type { Plan } from '@nova/shared-protocol/tariff'
import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { sessionBillable, SessionBillable } from '../charging/events.ts'
import { cdrIssued, cdrRefused } from './events.ts'
import { bill, type Bill, type Billable } from './model.ts'

/** What billing needs of others; filled where the program is joined. */
export type Needs = {
  billable(tx: Tx, sessionId: string): Promise<Billable | undefined>
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  pinned(tx: Tx, pin: { tariffId: string; version: number; timeZone: string }): Promise<Plan | undefined>
}

/** Issues a CDR and an invoice for each session that may be billed; a repetition finds them issued. */
export const listeners = (needs: Needs): Listener[] => [
  {
    name: 'billing',
    kinds: [sessionBillable],
    async handle(tx, events) {
      for (const event of events) await onBillable(needs, tx, event)
    }
  }
]

async function onBillable(needs: Needs, tx: Tx, event: LoggedEvent): Promise<void> {
  const { sessionId, siteId, statedEnergyWh } = SessionBillable.parse(event.body)
  const issued = await tx.maybe('select id from cdrs where session_id = $1', [sessionId])
  const session = issued ? undefined : await needs.billable(tx, sessionId)
  if (!session) return
  const refuse = async (reason: string, detail: string): Promise<void> =>
    tx.emit({ kind: cdrRefused, key: sessionId, body: { sessionId, siteId, reason, detail } })
  const timeZone = (await needs.siteTimeZone(tx, siteId)) ?? 'UTC'
  const plan = session.tariff ? await needs.pinned(tx, { ...session.tariff, timeZone }) : undefined
  if (!plan) return refuse('no-tariff', noTariff(session))
  const made = bill(session, plan, statedEnergyWh)
  if (!made.ok) return refuse(made.reason, made.detail)
  await issue(tx, { session, plan, made, at: event.at })
}

const noTariff = ({ tariff }: Billable): string =>
  tariff
    ? `Version ${tariff.version} of tariff ${tariff.tariffId} is not known here.`
    : 'No tariff applied when this session began.'

type Issue = {
  readonly session: Billable
  readonly plan: Plan
  readonly made: Extract<Bill, { ok: true }>
  readonly at: string
}

async function issue(tx: Tx, { session, plan, made, at }: Issue): Promise<void> {
  const [cdrId, invoiceId] = [randomUUID(), randomUUID()]
  const { rated } = made
  await insertCdr(tx, cdrId, { session, plan, made, at })
  const number = await nextNumber(tx, Temporal.Instant.from(at).toZonedDateTimeISO(plan.timeZone).year)
  await tx.query(
    `insert into invoices (tenant_id, id, number, cdr_id, session_id, driver_id, currency, total_minor, issued_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      invoiceId,
      number,
      cdrId,
      session.sessionId,
      session.driverId,
      plan.currency,
      rated.total.amountMinor,
      at
    ]
  )
  await tx.emit({
    kind: cdrIssued,
    key: session.sessionId,
    body: {
      cdrId,
      invoiceId,
      invoiceNumber: number,
      sessionId: session.sessionId,
      siteId: session.siteId,
      driverId: session.driverId,
      tokenUid: session.tokenUid,
      total: rated.total,
      energyWh: rated.energyWh,
      tariffId: plan.tariffId,
      tariffVersion: plan.version
    }
  })
}

async function insertCdr(tx: Tx, cdrId: string, { session, plan, made, at }: Issue): Promise<void> {
  const { rated } = made
  await tx.query(
    `insert into cdrs (tenant_id, id, session_id, site_id, charger_id, connector_id, driver_id, token_uid, started_at,
       ended_at, energy_wh, tariff_id, tariff_version, time_zone, currency, total_minor, electricity_minor, service_minor,
       exact_amount, lines, readings, issued_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19::jsonb,
       $20::jsonb, $21)`,
    [
      cdrId,
      session.sessionId,
      session.siteId,
      session.chargerId,
      session.connectorId,
      session.driverId,
      session.tokenUid,
      made.startedAt,
      made.endedAt,
      rated.energyWh,
      plan.tariffId,
      plan.version,
      plan.timeZone,
      plan.currency,
      rated.total.amountMinor,
      rated.electricity.amountMinor,
      rated.service.amountMinor,
      rated.exact.incl,
      JSON.stringify(rated.lines),
      JSON.stringify(made.readings),
      at
    ]
  )
}

/** `2026-000123`; the row is locked until the invoice is committed, so that a number is never lost. */
async function nextNumber(tx: Tx, year: number): Promise<string> {
  const row = await tx.one<{ last: number }>(
    `insert into invoice_numbers (tenant_id, year, last) values (nova_tenant(), $1, 1)
     on conflict (tenant_id, year) do update set last = invoice_numbers.last + 1 returning last`,
    [year]
  )
  return `${year}-${String(row.last).padStart(6, '0')}`
}
