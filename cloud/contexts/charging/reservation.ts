import type { Tx } from '../../db/index.ts'

/** `holding`: the money for nobody coming is being held; the site has not heard of it. */
export type ReservationRow = {
  readonly id: string
  readonly site_id: string
  readonly charger_id: string
  readonly connector_id: string
  readonly number: number
  readonly driver_id: string | null
  readonly token_uid: string
  readonly status: 'holding' | 'asked' | 'active' | 'used' | 'cancelled' | 'expired' | 'refused'
  readonly made_at: string | null
  readonly expires_at: string
  readonly ended_at: string | null
  readonly session_id: string | null
  readonly created_at: string
  readonly command_id: string | null
  readonly hold_session: string | null
  readonly hold_currency: string | null
  readonly hold_minor: number | null
  readonly failure: string | null
}

export const reservationColumns = `id, site_id, charger_id, connector_id, number, driver_id, token_uid, status, made_at,
  expires_at, ended_at, session_id, created_at, command_id, hold_session, hold_currency, hold_minor, failure`

export const readReservation = async (tx: Tx, id: string): Promise<ReservationRow | undefined> =>
  tx.maybe<ReservationRow>(`select ${reservationColumns} from reservations where id = $1`, [id])
