import { createHash, randomUUID } from 'node:crypto'
import type { FactOf } from '@nova/shared-protocol/messages'
import { connectorKey } from '@nova/shared-protocol/model'
import { asksOf, choosePlan, rate, type Plan } from '@nova/shared-protocol/tariff'
import type { Tx } from '../../db/index.ts'
import { nobodyCame, sessionBillable } from './events.ts'
import type { Inside } from './needs.ts'

export type ReservationRow = {
  readonly id: string
  readonly site_id: string
  readonly charger_id: string
  readonly connector_id: string
  readonly number: number
  readonly driver_id: string | null
  readonly token_uid: string
  readonly status: 'asked' | 'active' | 'used' | 'cancelled' | 'expired' | 'refused'
  readonly made_at: string | null
  readonly expires_at: string
  readonly ended_at: string | null
  readonly session_id: string | null
  readonly created_at: string
}

export const reservationColumns = `id, site_id, charger_id, connector_id, number, driver_id, token_uid, status, made_at,
  expires_at, ended_at, session_id, created_at`

type Changed = FactOf<'reservation.changed.v1'>

/** What the site tells of a reservation; one that was made on the spot is known from then on. */
export async function onReservation(
  needs: Inside,
  tx: Tx,
  { siteId, fact }: { readonly siteId: string; readonly fact: Changed }
): Promise<void> {
  const row = await known(needs, tx, siteId, fact)
  if (row.status !== 'asked' && row.status !== 'active') return
  const isEnd = fact.status !== 'active'
  await tx.query(
    `update reservations set status = $2, made_at = coalesce(made_at, $3), ended_at = $4, session_id = $5 where id = $1`,
    [row.id, fact.status, isEnd ? null : fact.at, isEnd ? fact.at : null, fact.sessionId]
  )
  if (fact.status === 'expired' && row.made_at !== null)
    await billNoShow(needs, tx, { ...row, made_at: row.made_at, ended_at: fact.at })
}

async function known(needs: Inside, tx: Tx, siteId: string, fact: Changed): Promise<ReservationRow> {
  const { chargerId, reservationId, expiresAt, tokenUid } = fact
  const select = `select ${reservationColumns} from reservations
    where charger_id = $1 and number = $2 and expires_at = $3 for update`
  const key = [chargerId, reservationId, expiresAt]
  const found = await tx.maybe<ReservationRow>(select, key)
  if (found) return found
  await tx.query(
    `insert into reservations (tenant_id, id, site_id, charger_id, connector_id, number, driver_id, token_uid, status,
       expires_at) values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, 'asked', $8)`,
    [
      randomUUID(),
      siteId,
      chargerId,
      connectorKey(fact),
      reservationId,
      await needs.driverOfToken(tx, tokenUid),
      tokenUid,
      expiresAt
    ]
  )
  return tx.one<ReservationRow>(select, key)
}

type NoShow = ReservationRow & { readonly made_at: string; readonly ended_at: string }

/** Nobody came: what that costs is a bill of its own, by the prices of when the reservation was made. */
async function billNoShow(needs: Inside, tx: Tx, row: NoShow): Promise<void> {
  const plan = await planAt(needs, tx, row)
  if (!plan || !asksOf(plan).noShow || costOf(plan, row) === 0) return
  const sessionId = sessionIdOf(row.id)
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
  if (made.length === 0) return
  await tx.query('update reservations set session_id = $2 where id = $1', [row.id, sessionId])
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
}

async function planAt(needs: Inside, tx: Tx, row: NoShow): Promise<Plan | undefined> {
  const timeZone = (await needs.siteTimeZone(tx, row.site_id)) ?? 'UTC'
  const { plans, defaults } = await needs.tariffsFor(tx, row.site_id, timeZone)
  return choosePlan({ plans, defaults, connector: row.connector_id, at: row.made_at })?.plan
}

function costOf(plan: Plan, { made_at: from, ended_at: until }: NoShow): number {
  const reservation = { from, until, outcome: 'expired' } as const
  return rate({ plan, timeZone: plan.timeZone, readings: [], course: { reservation } }).total.amountMinor
}

/** Made from the reservation, so that a fact told twice makes one bill. */
function sessionIdOf(reservationId: string): string {
  const hex = createHash('sha256').update(`no-show/${reservationId}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The charger did not take it, or was not reached. */
export const reservationRefused = async (tx: Tx, commandId: string): Promise<unknown> =>
  tx.query(`update reservations set status = 'refused' where command_id = $1 and status = 'asked'`, [
    commandId
  ])

/** A driver's reservation that stands at a connector, or the one named. */
export const standingFor = async (
  tx: Tx,
  { driverId, connectorId }: { readonly driverId: string; readonly connectorId: string }
): Promise<ReservationRow | undefined> =>
  tx.maybe<ReservationRow>(
    `select ${reservationColumns} from reservations where driver_id = $1 and connector_id = $2
     and status = 'active' and expires_at > now() order by created_at desc limit 1`,
    [driverId, connectorId]
  )

export const readReservation = async (tx: Tx, id: string): Promise<ReservationRow | undefined> =>
  tx.maybe<ReservationRow>(`select ${reservationColumns} from reservations where id = $1`, [id])
