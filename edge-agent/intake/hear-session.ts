import { connectorKey } from '@nova/shared-protocol/model'
import { mayStop, type Pending, type Verdict } from '../core/authorisation/index.ts'
import { start, stop, type Session } from '../core/sessions/index.ts'
import type { Authorisation, StartReport, StopReport } from '../drivers/contract.ts'
import { tokenOf } from './ask-cloud.ts'
import { change } from './change.ts'
import { dropPending } from './pending.ts'
import { useReservation } from './reservations.ts'
import { count, type Room } from './room.ts'
import { startSign, watch } from './standing.ts'
import { orderFor, termsOf } from './start-terms.ts'
import { answer, consultFor, verdictOn } from './verdict.ts'

export { hearAgain } from './hear-again.ts'
export { hearReadings } from './hear-readings.ts'
export { hearAuthorise } from './verdict.ts'

type Started = { readonly transactionId: string; readonly authorisation: Authorisation }

export async function hearStart(room: Room, report: StartReport): Promise<Started> {
  const consulted = await consultFor(room, { ...report, pending: orderFor(room, report) ?? null })
  return change(room, (apply) => {
    const pending = orderFor(room, report)
    const asked = {
      ...report,
      place: connectorKey(report),
      isRecorded: true,
      pending: pending ?? null,
      consulted
    } as const
    const verdict = verdictOn(room, asked)
    const terms = termsOf(room, report, { pending, verdict })
    const [session, effects] = start(room.book, report, { terms, around: room.around })
    apply(effects)
    if (effects.sessions.length > 0) {
      began(room, report, { session, pending })
      startSign(room, apply, session)
    }
    return { transactionId: session.transactionId, authorisation: answerOf(session, verdict) }
  })
}

/** In a commit: what a new session uses up. */
function began(
  room: Room,
  report: StartReport,
  { session, pending }: { readonly session: Session; readonly pending: Pending | undefined }
): void {
  count(room, 'session-started')
  if (pending) dropPending(room, pending.commandId)
  useReservation(room, report, session)
}

/** A repeated start is answered as the first one was, whatever has become of token and order since. */
const answerOf = ({ refused, group }: Session, { expiresAt }: Verdict): Authorisation => ({
  status: refused ?? 'accepted',
  group,
  expiresAt
})

export function hearStop(room: Room, report: StopReport): Promise<{ authorisation: Authorisation | null }> {
  return change(room, (apply) => {
    const [session, effects] = stop(room.book, report, room.around)
    apply(effects)
    if (effects.sessions.length > 0 && session) watch(room, session)
    const { tokenUid, chargerId } = report
    if (tokenUid !== null && session && !mayStop((uid) => tokenOf(room, uid), session, tokenUid))
      count(room, 'stop-by-stranger')
    const verdict =
      tokenUid === null
        ? null
        : verdictOn(room, { chargerId, tokenUid, isRecorded: true }, session ?? undefined)
    return { authorisation: verdict && answer(atStop(verdict)) }
  })
}

/** A stop begins nothing: that the token charges elsewhere too is said at starts only (OCPP 1.6 §7.2, ConcurrentTx). */
const atStop = (verdict: Verdict): Verdict =>
  verdict.status === 'concurrent' ? { ...verdict, status: 'accepted' } : verdict
