import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { sessionBillable, SessionBillable } from '../charging/events.ts'
import { insertCdr, invoiceCdr } from './cdrs.ts'
import { cdrIssued, cdrRefused } from './events.ts'
import { cdrFrom, taxesOf, totalOf, type Making } from './make.ts'
import { bill, unbelievable, type Billable } from './model.ts'
import type { Needs } from './needs.ts'
import { paidListener } from './paid.ts'

/** Issues a CDR and a receipt for each session that may be billed; a repetition finds them issued. */
export const listeners = (needs: Needs): Listener[] => [
  {
    name: 'billing',
    kinds: [sessionBillable],
    async handle(tx, events) {
      for (const event of events) await onBillable(needs, tx, event)
    }
  },
  paidListener
]

async function onBillable(needs: Needs, tx: Tx, event: LoggedEvent): Promise<void> {
  const { sessionId, siteId, statedEnergyWh } = SessionBillable.parse(event.body)
  const issued = await tx.query('select from cdrs where session_id = $1 limit 1', [sessionId])
  const session = issued.length > 0 ? undefined : await needs.billable(tx, sessionId)
  if (!session) return
  const refuse = async (reason: string, detail: string): Promise<void> =>
    tx.emit({ kind: cdrRefused, key: sessionId, body: { sessionId, siteId, reason, detail } })
  const timeZone = (await needs.siteTimeZone(tx, siteId)) ?? 'UTC'
  const plan = session.tariff ? await needs.pinned(tx, { ...session.tariff, timeZone }) : undefined
  if (!plan) return refuse('no-tariff', noTariff(session))
  const doubt = statedEnergyWh === null ? unbelievable(session) : undefined // What a person states has been looked at.
  if (doubt !== undefined) return refuse('rating-failed', doubt)
  const made = bill(session, plan, statedEnergyWh)
  if (!made.ok) return refuse(made.reason, made.detail)
  await issue(needs, tx, { session, plan, made, at: event.at })
}

const noTariff = ({ tariff }: Billable): string =>
  tariff
    ? `Version ${tariff.version} of tariff ${tariff.tariffId} is not known here.`
    : 'No tariff applied when this session began.'

async function issue(needs: Needs, tx: Tx, making: Making): Promise<void> {
  const { session, plan } = making
  const cdr = await cdrFrom(needs, tx, making)
  await insertCdr(tx, cdr)
  const invoice = await invoiceCdr(tx, cdr, { about: null, reason: null })
  await tx.emit({
    kind: cdrIssued,
    key: session.sessionId,
    body: {
      cdrId: cdr.id,
      invoiceId: invoice.id,
      invoiceNumber: invoice.number,
      sessionId: session.sessionId,
      siteId: session.siteId,
      driverId: session.driverId,
      tokenUid: session.tokenUid,
      fleetId: cdr.fleetId,
      total: totalOf(cdr),
      taxes: taxesOf(cdr),
      country: cdr.country,
      energyWh: cdr.energyWh,
      tariffId: plan.tariffId,
      tariffVersion: plan.version
    }
  })
}
