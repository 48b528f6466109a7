import { connectorKey } from '@nova/shared-protocol/model'
import { choosePlan } from '@nova/shared-protocol/tariff'
import { answered, mayStop, type Pending, type Verdict } from '../core/authorisation/index.ts'
import {
  msOf,
  newestOpen,
  readings,
  start,
  stop,
  type Session,
  type StartTerms
} from '../core/sessions/index.ts'
import { measured } from '../core/shadow/index.ts'
import type { Authorisation, ReadingsReport, StartReport, StopReport } from '../drivers/contract.ts'
import { change } from './change.ts'
import { readingField } from './hot.ts'
import { dropPending, pendingStarts } from './pending.ts'
import { useReservation } from './reservations.ts'
import { hasteOf, isDue, noteAnswer, sample } from './samples.ts'
import { count, type Room } from './room.ts'
import { answer, consultFor, verdictOn } from './verdict.ts'

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
    if (effects.sessions.length > 0) began(room, report, pending)
    return { transactionId: session.transactionId, authorisation: answerOf(session, verdict) }
  })
}

/** In a commit: what a new session uses up. */
function began(room: Room, report: StartReport, pending: Pending | undefined): void {
  count(room, 'session-started')
  if (pending) dropPending(room, pending.commandId)
  useReservation(room, report)
}

/** A repeated start is answered as the first one was, whatever has become of token and order since. */
const answerOf = ({ refused, group }: Session, { expiresAt }: Verdict): Authorisation => ({
  status: refused ?? 'accepted',
  group,
  expiresAt
})

/** The remote start that this one answers, if any. */
function orderFor(room: Room, report: StartReport): Pending | undefined {
  const at = isFromBacklog(room, report) ? (msOf(report.at) ?? room.needs.now()) : room.needs.now()
  return answered(pendingStarts(room), { connector: connectorKey(report), tokenUid: report.tokenUid }, at)
}

type Decided = { readonly pending: Pending | undefined; readonly verdict: Verdict }

function termsOf(room: Room, report: StartReport, { pending, verdict }: Decided): StartTerms {
  const refused = verdict.status === 'accepted' ? null : verdict.status
  return {
    sessionId: pending?.sessionId ?? null,
    commandId: pending?.commandId ?? null,
    tariff: pinOf(room, report, pending?.tariffId),
    cap: capOf(pending, verdict),
    group: verdict.group,
    offline: isFromBacklog(room, report),
    tokenProblem: refused && refused !== 'concurrent' ? `${refused}: ${verdict.because}` : null,
    refused
  }
}

function capOf(pending: Pending | undefined, { maxEnergyWh }: Verdict): StartTerms['cap'] {
  if (pending?.maxEnergyWh !== undefined) return { maxEnergyWh: pending.maxEnergyWh, because: 'order-energy' }
  return maxEnergyWh === null ? null : { maxEnergyWh, because: 'energy-cap' }
}

/** The tariff is pinned by what was in force when the session began, not when its start was heard. */
function pinOf(room: Room, report: StartReport, named: string | undefined): StartTerms['tariff'] {
  const { plans, defaults } = room.config.now.tariffs
  const at = msOf(report.at) === null ? report.heardAt : report.at
  const chosen = choosePlan({ plans, defaults, connector: connectorKey(report), named, at })
  return chosen ? { tariffId: chosen.plan.tariffId, version: chosen.plan.version } : null
}

/** Began before this connection was made: the charger had it in its backlog. */
function isFromBacklog(room: Room, { chargerId, at }: StartReport): boolean {
  const since = room.hot.isConnected(chargerId) ? room.hot.linkChangedAt(chargerId) : null
  const began = msOf(at)
  return since !== null && began !== null && began < since
}

export function hearStop(room: Room, report: StopReport): Promise<{ authorisation: Authorisation | null }> {
  return change(room, (apply) => {
    const [session, effects] = stop(room.book, report, room.around)
    apply(effects)
    if (effects.sessions.length > 0) noteEnd(room, effects.sessions.at(-1))
    const { tokenUid, chargerId } = report
    if (tokenUid !== null && session && !mayStop(room.config.now.list, session, tokenUid))
      count(room, 'stop-by-stranger')
    const verdict =
      tokenUid === null
        ? null
        : verdictOn(room, { chargerId, tokenUid, isRecorded: true }, session ?? undefined)
    return { authorisation: verdict && answer(verdict) }
  })
}

function noteEnd(room: Room, session: Session | undefined): void {
  count(room, 'session-ended')
  if (session && session.review.length > 0) count(room, 'session-review')
}

/** Memory first: the control loop needs what was measured even when the disk takes nothing. */
export async function hearReadings(room: Room, report: ReadingsReport): Promise<void> {
  const { needs, hot } = room
  const heard = { heardAt: report.heardAt, monotonicMs: needs.monotonic() }
  const state = measured(hot.state(report), report.readings, heard)
  if (state) hot.setState(report, state)
  const due = state?.measured && isDue(room, report) ? state.measured.reading : null
  await change(
    room,
    (apply) => {
      apply(readings(room.book, report, room.around))
      if (state) hot.save(report.chargerId, readingField(report), state.measured, report.heardAt)
      if (due) sample(room, { place: report, reading: due, session: newestOpen(room.book, report) })
    },
    hasteOf(room, report.chargerId)
  )
  noteAnswer(room, report.chargerId)
}
