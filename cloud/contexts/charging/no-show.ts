import { createHash } from 'node:crypto'
import { asksOf, choosePlan, rate, type Plan } from '@nova/shared-protocol/tariff'
import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { nobodyCame, sessionBillable } from './events.ts'
import type { Inside } from './needs.ts'
import type { ReservationRow } from './reservation.ts'

type NoShow = ReservationRow & { readonly made_at: string; readonly ended_at: string }

/** Nobody came: what that costs is a bill of its own, by the prices of when the reservation was made. */
export async function billNoShow(needs: Inside, tx: Tx, row: NoShow): Promise<boolean> {
  const plan = await planAt(needs, tx, row)
  if (!plan || feeOf(plan, row.made_at, row.ended_at).amountMinor === 0) return false
  const sessionId = billIdOf(row.id)
  const made = await tx.query(
    `insert into sessions (tenant_id, id, site_id, charger_id, connector_id, driver_id, token_uid, status, started_at,
       ended_at, energy_wh, stop_reason, tariff_id, tariff_version)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, 'ended', $7, $8, 0, 'no-show', $9, $10)
     on conflict do nothing returning id`,
    [
      sessionId, row.site_id, row.charger_id, row.connector_id, row.driver_id, row.token_uid, row.made_at,
      row.ended_at, plan.tariffId, plan.version
    ] // prettier-ignore
  )
  if (made.length === 0) return true
  await tx.query('update reservations set session_id = $2, next_at = null where id = $1', [row.id, sessionId])
  const { site_id: siteId, driver_id: driverId, token_uid: tokenUid, connector_id: connectorId } = row
  const told = {
    sessionId,
    siteId,
    driverId,
    tokenUid,
    connectorId,
    startedAt: row.made_at,
    endedAt: row.ended_at
  }
  await tx.emit({ kind: nobodyCame, key: sessionId, body: told })
  await tx.emit({ kind: sessionBillable, key: sessionId, body: { sessionId, siteId, statedEnergyWh: null } })
  return true
}

type Kept = Pick<ReservationRow, 'site_id' | 'connector_id'> & { readonly made_at: string }

async function planAt(needs: Inside, tx: Tx, row: Kept): Promise<Plan | undefined> {
  const timeZone = (await needs.siteTimeZone(tx, row.site_id)) ?? 'UTC'
  const { plans, defaults } = await needs.tariffsFor(tx, row.site_id, timeZone)
  return choosePlan({ plans, defaults, connector: row.connector_id, at: row.made_at })?.plan
}

/** What it costs that nobody came; nothing where the tariff has no word on that. */
function feeOf(plan: Plan, from: string, until: string): Money {
  const reservation = { from, until, outcome: 'expired' } as const
  const { total } = rate({ plan, timeZone: plan.timeZone, readings: [], course: { reservation } })
  return asksOf(plan).noShow ? total : { ...total, amountMinor: 0 }
}

const clocksMs = 120_000 // The site's clock may be behind ours: it keeps the connector a little longer, then.

/** What has to be held before a connector is kept free from now on; undefined: nobody coming costs nothing there. */
export async function holdFor(
  needs: Inside,
  tx: Tx,
  wanted: { readonly siteId: string; readonly connectorId: string; readonly expiresAt: string }
): Promise<Money | undefined> {
  const made_at = new Date(needs.now()).toISOString()
  const plan = await planAt(needs, tx, { site_id: wanted.siteId, connector_id: wanted.connectorId, made_at })
  const from = new Date(needs.now() - clocksMs).toISOString()
  const fee = plan && feeOf(plan, from, wanted.expiresAt)
  return fee && fee.amountMinor > 0 ? fee : undefined
}

/** Made from the reservation, so that a fact told twice makes one bill. */
export function billIdOf(reservationId: string): string {
  const hex = createHash('sha256').update(`no-show/${reservationId}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
