import { randomUUID } from 'node:crypto'
import type { FactOf } from '@nova/shared-protocol/messages'
import { connectorKey } from '@nova/shared-protocol/model'
import type { Tx } from '../../db/index.ts'
import type { Inside } from './needs.ts'
import { billNoShow } from './no-show.ts'
import { letGo } from './reservation-holds.ts'
import { reservationColumns, type ReservationRow } from './reservation.ts'

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
    [row.id, fact.status, isEnd ? null : fact.at, isEnd ? endedAt(row, fact) : null, fact.sessionId]
  )
  if (!isEnd) return
  const isBilled =
    fact.status === 'expired' &&
    row.made_at !== null &&
    (await billNoShow(needs, tx, { ...row, made_at: row.made_at, ended_at: endedAt(row, fact) }))
  if (!isBilled) await letGo(tx, row.id)
}

/** It was kept until it expired, and not until somebody noticed. */
const endedAt = ({ expires_at: expiresAt }: ReservationRow, { status, at }: Changed): string =>
  status === 'expired' && Date.parse(at) > Date.parse(expiresAt) ? expiresAt : at

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

/** The charger did not take it, or was not reached. */
export async function reservationRefused(tx: Tx, commandId: string, why: string): Promise<void> {
  const refused = await tx.query<{ id: string }>(
    `update reservations set status = 'refused', failure = $2 where command_id = $1 and status = 'asked' returning id`,
    [commandId, why.slice(0, 500)]
  )
  for (const { id } of refused) await letGo(tx, id)
}

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
