import { isSameToken } from './tokens.ts'

/** A start that a charger was asked for; good for one session on this connector with this token. */
export type Pending = {
  readonly commandId: string
  readonly connector: string // Connector key.
  readonly tokenUid: string
  readonly sessionId?: string | undefined
  readonly tariffId?: string | undefined
  readonly maxEnergyWh?: number | undefined
  readonly authorised: boolean
  readonly expiresAt: string
}

/** After the order itself has expired a charger may still wait for the cable (ConnectionTimeOut, minutes). */
const cableMs = 10 * 60_000

export const isWaiting = (pending: Pending, now: number): boolean =>
  now <= Temporal.Instant.from(pending.expiresAt).epochMilliseconds + cableMs

/** The order that a start on `connector` by `tokenUid` answers: the oldest that still waits. */
export function answered(
  waiting: readonly Pending[],
  start: { connector: string; tokenUid: string },
  now: number
): Pending | undefined {
  return waiting.find(
    (each) =>
      each.connector === start.connector && isSameToken(each.tokenUid, start.tokenUid) && isWaiting(each, now)
  )
}

/** Whether the cloud vouches for this token at this charger: an Authorize names no connector. */
export function isVouched(
  waiting: readonly Pending[],
  asked: { chargerId: string; tokenUid: string },
  now: number
): boolean {
  return waiting.some(
    (each) =>
      each.authorised &&
      each.connector.startsWith(`${asked.chargerId}:`) &&
      isSameToken(each.tokenUid, asked.tokenUid) &&
      isWaiting(each, now)
  )
}
