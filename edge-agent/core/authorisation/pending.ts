import { epochMsOf } from '@nova/shared-protocol/units'
import { isSameToken } from './tokens.ts'

/** A start that a charger was asked for; good for one session on this connector with this token. */
export type Pending = {
  readonly commandId: string
  readonly connector: string // Connector key.
  readonly tokenUid: string
  readonly sessionId?: string | undefined
  readonly tariffId?: string | undefined
  readonly maxEnergyWh?: number | undefined
  readonly priceGroups?: readonly string[] | undefined // The driver's, and the coupons brought: the cost goes by them.
  readonly coupons?: readonly string[] | undefined
  readonly authorised: boolean
  readonly keptAt: string // When the edge was told.
  readonly expiresAt: string
}

/** After the order itself has expired a charger may still wait for the cable (ConnectionTimeOut, minutes). */
const cableMs = 10 * 60_000

/** A station's clock may be this much behind ours. */
const clockMs = 5 * 60_000

/** The answer may come late, from the backlog of a charger that lost its line after it was asked. */
const backlogMs = 24 * 3_600_000

/** Whether something that happens at `at` (Unix ms) may still be the answer. */
export const isWaiting = (pending: Pending, at: number): boolean =>
  at >= epochMsOf(pending.keptAt) - clockMs && at <= epochMsOf(pending.expiresAt) + cableMs

/** Whether nothing can be the answer any more, not even a late report. */
export const isOver = (pending: Pending, now: number): boolean =>
  now > epochMsOf(pending.expiresAt) + backlogMs

type Start = { readonly connector: string; readonly tokenUid: string }

/**
 * The order that a start on `connector` by `tokenUid` answers: the oldest that waited at `at`, which is now for
 * what happens now and the station's time for what it reports from its backlog.
 */
export function answered(waiting: readonly Pending[], start: Start, at: number): Pending | undefined {
  return waiting.find(
    (each) =>
      each.connector === start.connector && isSameToken(each.tokenUid, start.tokenUid) && isWaiting(each, at)
  )
}

/** Whether the cloud vouches for this token at this charger now: an Authorize names no connector. */
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
