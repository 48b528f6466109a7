import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { reservationHoldWanted, reservationLetGo } from './events.ts'
import { patienceMs } from './model.ts'
import type { Inside } from './needs.ts'
import { readReservation, type ReservationRow } from './reservation.ts'

const sendMs = 45_000
// A site that has not told within three days what became of a reservation does not keep its driver's money: what it
// tells later is billed and owed.
const silentMs = 3 * 86_400_000
const iso = (ms: number): string => new Date(ms).toISOString()

type Wanted = { readonly row: ReservationRow; readonly methodId: string; readonly hold: Money }

/** The first step of the saga, in the transaction that wrote the reservation: hold, then keep free, then let go or take. */
export const wantHold = async (
  tx: Tx,
  { row, methodId: paymentMethodId, hold }: Wanted
): Promise<unknown> => {
  const { id: reservationId, hold_session: sessionId, site_id: siteId, connector_id: connectorId } = row
  return tx.emit({
    kind: reservationHoldWanted,
    key: sessionId ?? '',
    body: { reservationId, sessionId, siteId, driverId: row.driver_id, connectorId, paymentMethodId, hold }
  })
}

/** When the hold has to stand at the latest. */
export const holdDeadline = (nowMs: number): string => iso(nowMs + patienceMs.holding)

/** The money is held: the site is asked next. @returns whether this session was a reservation's */
export async function onReservationHeld(needs: Inside, tx: Tx, sessionId: string): Promise<boolean> {
  const { moved, known } = await turn(tx, `status = 'asked', next_at = now()`, [sessionId])
  if (moved) tx.afterCommit(needs.wake)
  return known
}

/** The payer's bank says no: nothing is kept free. @returns whether this session was a reservation's */
export async function onReservationDeclined(tx: Tx, sessionId: string, why: string): Promise<boolean> {
  const refused = `status = 'refused', failure = $2, next_at = null, let_go_at = now()`
  return (await turn(tx, refused, [sessionId, why.slice(0, 500)])).known
}

/** One question for each start as well, so that it stays one: moves what is still being held. */
const turn = async (
  tx: Tx,
  set: string,
  values: readonly string[]
): Promise<{ moved: boolean; known: boolean }> =>
  tx.one(
    `with moved as (update reservations set ${set} where hold_session = $1 and status = 'holding' returning id)
     select exists (select from moved) as moved, exists (select from reservations where hold_session = $1) as known`,
    [...values]
  )

/** Nobody coming will not be billed (any more): what is held goes back, told once. */
export async function letGo(tx: Tx, id: string): Promise<void> {
  const [row] = await tx.query<ReservationRow>(
    `update reservations set let_go_at = now(), next_at = null
     where id = $1 and hold_session is not null and let_go_at is null returning hold_session, site_id`,
    [id]
  )
  const { hold_session: sessionId = null, site_id: siteId } = row ?? {}
  if (sessionId === null) return
  await tx.emit({ kind: reservationLetGo, key: sessionId, body: { sessionId, siteId, reservationId: id } })
}

/** The driver has thought better of it before the site was asked. @returns whether it was still that early */
export async function cancelHolding(tx: Tx, id: string): Promise<boolean> {
  const ended = await tx.query(
    `update reservations set status = 'cancelled', ended_at = now() where id = $1 and status = 'holding' returning id`,
    [id]
  )
  if (ended.length > 0) await letGo(tx, id)
  return ended.length > 0
}

export type Issued = { readonly tenantId: string; readonly issuer: string }

/** The order to keep a connector free. Its id was made with the reservation: sent twice it is one order. */
export const sendReserve = async (
  needs: Inside,
  { tenantId, issuer }: Issued,
  row: ReservationRow
): Promise<unknown> =>
  needs.sendCommand({
    ...(row.command_id === null ? {} : { id: row.command_id }),
    tenantId,
    siteId: row.site_id,
    chargerId: row.charger_id,
    action: 'reserve',
    issuer,
    expiresAt: iso(needs.now() + sendMs),
    payload: {
      reservationId: row.number,
      connector: row.connector_id,
      tokenUid: row.token_uid,
      expiresAt: row.expires_at
    }
  })

type Due = { readonly tenant_id: string; readonly id: string }
const lease = { limit: 16, ms: 15_000 }

/** Moves all that is due, each taken by one process for a while. @returns how many were */
export async function seeToReservations(needs: Inside): Promise<number> {
  const due = await needs.database.platform('due reservations', async (tx) =>
    tx.query<Due>(
      `update reservations set next_at = now() + $2::double precision * interval '1 millisecond'
       where (tenant_id, id) in (select tenant_id, id from reservations where next_at <= now()
         order by next_at limit $1 for update skip locked) returning tenant_id, id`,
      [lease.limit, lease.ms]
    )
  )
  const moved = await Promise.allSettled(due.map(async (each) => advance(needs, each)))
  for (const each of moved) if (each.status === 'rejected') needs.onTrouble(each.reason)
  return due.length
}

/** What is due: the order to the site, or the end of what took too long. The sweeper of what stopped half-way. */
async function advance(needs: Inside, { tenant_id: tenantId, id }: Due): Promise<void> {
  const row = await needs.database.tenant(tenantId, async (tx) => readReservation(tx, id))
  if (!row) return
  if (row.status === 'holding') return needs.database.tenant(tenantId, async (tx) => tooLate(tx, id))
  const isOver = Date.parse(row.expires_at) <= needs.now()
  if (row.status === 'asked' && !isOver)
    await sendReserve(needs, { tenantId, issuer: `driver:${row.driver_id ?? ''}` }, row)
  await needs.database.tenant(tenantId, async (tx) =>
    isOver ? letGo(tx, id) : later(tx, id, iso(Date.parse(row.expires_at) + silentMs))
  )
}

async function tooLate(tx: Tx, id: string): Promise<void> {
  const refused = await tx.query(
    `update reservations set status = 'refused', failure = 'The money was not held in time.'
     where id = $1 and status = 'holding' returning id`,
    [id]
  )
  if (refused.length > 0) await letGo(tx, id)
}

const later = async (tx: Tx, id: string, at: string): Promise<void> => {
  await tx.query('update reservations set next_at = $2 where id = $1 and let_go_at is null', [id, at])
}
