import { connectorKey } from '@nova/shared-protocol/model'
import { choosePlan } from '@nova/shared-protocol/tariff'
import {
  answered,
  decide,
  isSameToken,
  isVouched,
  mayStop,
  type Pending,
  type Verdict
} from '../core/authorisation/index.ts'
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

type Asked = {
  readonly chargerId: string
  readonly tokenUid: string
  readonly place?: string
  readonly isRecorded?: true // Asked inside the commit that stores it: the disk takes it, or nobody hears the answer.
}

/** What the edge says of a token at a charger now. */
export function verdictOn(room: Room, asked: Asked, own?: Session): Verdict {
  const { needs, config } = room
  const now = needs.now()
  const { offline, concurrent, byId, list } = config.now
  return decide(
    list,
    {
      tokenUid: asked.tokenUid,
      now,
      vouched: isVouched(pendingStarts(room), asked, now),
      cloudOnline: needs.cloudOnline(),
      canRecord: asked.isRecorded === true || needs.store.health().state !== 'failing',
      chargerAccepted: byId.get(asked.chargerId)?.registration === 'accepted',
      busyElsewhere: isBusyElsewhere(room, asked, own)
    },
    { ...offline, concurrent }
  )
}

/** A tap at the charger where the token's session runs is no second session: it may be there to stop it. */
function isBusyElsewhere(room: Room, { chargerId, tokenUid, place }: Asked, own?: Session): boolean {
  for (const session of room.book.open()) {
    if (session.sessionId === own?.sessionId || !isSameToken(session.tokenUid, tokenUid)) continue
    if (place === undefined ? session.chargerId !== chargerId : connectorKey(session) !== place) return true
  }
  return false
}

export const answer = ({ status, group, expiresAt }: Verdict): Authorisation => ({ status, group, expiresAt })

type Started = { readonly transactionId: string; readonly authorisation: Authorisation }

export function hearStart(room: Room, report: StartReport): Promise<Started> {
  return change(room, (apply) => {
    const place = connectorKey(report)
    const pending = answered(
      pendingStarts(room),
      { connector: place, tokenUid: report.tokenUid },
      room.needs.now()
    )
    const asked = { ...report, place, isRecorded: true } as const
    const verdict = verdictOn(room, asked)
    const terms = termsOf(room, report, { pending, verdict })
    const [session, effects] = start(room.book, report, { terms, around: room.around })
    const isNew = effects.sessions.length > 0
    apply(effects)
    if (!isNew)
      return {
        transactionId: session.transactionId,
        authorisation: answer(verdictOn(room, asked, session))
      }
    count(room, 'session-started')
    if (pending) dropPending(room, pending.commandId)
    useReservation(room, report)
    return { transactionId: session.transactionId, authorisation: answer(verdict) }
  })
}

type Decided = { readonly pending: Pending | undefined; readonly verdict: Verdict }

function termsOf(room: Room, report: StartReport, { pending, verdict }: Decided): StartTerms {
  const isRefused = verdict.status !== 'accepted'
  return {
    sessionId: pending?.sessionId ?? null,
    commandId: pending?.commandId ?? null,
    tariff: pinOf(room, report, pending?.tariffId),
    cap: capOf(pending, verdict),
    group: verdict.group,
    offline: isFromBacklog(room, report),
    tokenProblem:
      isRefused && verdict.status !== 'concurrent' ? `${verdict.status}: ${verdict.because}` : null,
    refused: isRefused ? verdict.because : null
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
