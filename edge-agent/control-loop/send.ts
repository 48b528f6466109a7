import {
  commitmentOf,
  confirmed,
  isGuided,
  leaseMs,
  levelOf,
  lost,
  refused,
  sent,
  type Decision,
  type Seat
} from '../core/allocator/index.ts'
import { lastWord } from '../core/guard/index.ts'
import { untoldMs } from './bounds.ts'
import type { Deed, SetPoint } from '../drivers/contract.ts'
import { asKept } from './grain.ts'
import type { Entry, LoopState } from './entry.ts'
import type { Needs } from './needs.ts'
import { phasesOf } from './phase-switch.ts'
import { standingOf } from './standing.ts'

export type Sending = {
  readonly needs: Pick<Needs, 'chargers' | 'clock' | 'metrics' | 'log'>
  readonly state: LoopState
  readonly stopped: AbortSignal
  nextId: number
  rising: number // Raises and renewals on their way; lowers are never held back.
}

const answerMs = 15_000 // Longer than a charger's slow flash write; shorter than what is left of a lease.
const risingAtMost = 200 // Messages on their way at once that are not urgent.
const onTheirWayAtMost = 3 // Per connector; the driver lets the newest win.
const firstPauseMs = 2_000
const longestPauseMs = 60_000
const urgentTimes = 3
const longestLowerPauseMs = 5_000 // What was lost or refused before is no reason to leave a limit above what holds.

type Due = { readonly entry: Entry; readonly point: SetPoint; readonly lower: boolean }

/** Hands out a cycle's set-points, all lower ones first, each charger at once. */
export function sendPoints(sending: Sending, seats: readonly Seat[], decisions: readonly Decision[]): void {
  const nowMs = sending.needs.clock.monotonicMs()
  const { state } = sending
  const due = seats.flatMap((seat, index) => dueOf(state, seat, decisions[index], nowMs))
  for (const each of due.filter(({ lower }) => lower)) send(sending, each)
  for (const each of due.filter(({ lower }) => !lower)) if (sending.rising < risingAtMost) send(sending, each)
}

function dueOf(state: LoopState, seat: Seat, decision: Decision | undefined, nowMs: number): Due[] {
  const entry = state.entries.get(seat.place.key)
  const transactionId = seat.standing.transactionId
  if (entry === undefined || decision === undefined || transactionId === null || !isGuided(seat)) return []
  const level = levelOf(entry.account, transactionId)
  const limitMilliA = lastWord({
    asked: asKept(entry.grain, decision.level),
    ratingMilliA: seat.place.ratingMilliA,
    allocatedMilliA: decision.target
  })
  const lower = limitMilliA < commitmentOf(entry.account, seat.standing, nowMs)
  if (!isDue(entry, { limitMilliA, level, transactionId }, nowMs)) return []
  const { chargerId, evseId, connectorId } = seat.place
  const point: SetPoint = {
    chargerId,
    evseId,
    connectorId,
    limitMilliA,
    phases: phasesOf(state, seat.place),
    transactionId,
    leaseS: leaseMs / 1000
  }
  return [{ entry, point, lower }]
}

type Wanted = {
  readonly limitMilliA: number
  readonly level: number | null
  readonly transactionId: string
}

function isDue(entry: Entry, wanted: Wanted, nowMs: number): boolean {
  const { limitMilliA, level, transactionId } = wanted
  const onTheirWay = entry.account.sent.filter((each) => !each.lost && each.transactionId === transactionId)
  const newest = onTheirWay.at(-1)
  if (newest !== undefined)
    return onTheirWay.length < onTheirWayAtMost && limitMilliA < newest.milliA && nowMs >= entry.tryAgainAtMs
  // What was refused before is no reason to wait with less: a limit has fallen since.
  if (nowMs < entry.tryAgainAtMs && limitMilliA >= (entry.told.at(-1)?.milliA ?? 0)) return false
  return level !== limitMilliA || mustBeSaidAgain(entry, nowMs)
}

function mustBeSaidAgain({ account, reached }: Entry, nowMs: number): boolean {
  const unanswered = account.sent.some((each) => each.lost)
  const renew = nowMs >= (account.confirmed?.leaseEndsMs ?? 0) - leaseMs / 2
  return unanswered || renew || !reached
}

function send(sending: Sending, { entry, point, lower }: Due): void {
  const { clock, chargers } = sending.needs
  const id = sending.nextId++
  const { limitMilliA: milliA, transactionId } = point
  if (transactionId === null) return
  const atMs = clock.monotonicMs()
  entry.account = sent(entry.account, { id, milliA, transactionId, atMs })
  entry.told = [...entry.told.filter((each) => atMs - each.atMs <= untoldMs), { milliA, atMs }]
  const patience = new AbortController()
  const timer = clock.after(answerMs, () => patience.abort())
  if (!lower) sending.rising++
  const ask = async (): Promise<Deed> =>
    chargers.setPoint(point, AbortSignal.any([sending.stopped, patience.signal]))
  ask()
    .catch((cause: unknown): Deed => ({ kind: 'failed', error: String(cause) }))
    .then((deed) => answered(sending, { entry, id, lower }, deed))
    .catch((cause: unknown) => sending.needs.log.warn({ err: cause }, 'set-point answer not taken'))
    .finally(() => {
      timer.cancel()
      if (!lower) sending.rising--
    })
}

type Awaited = { readonly entry: Entry; readonly id: number; readonly lower: boolean }

function answered({ needs, state }: Sending, { entry, id, lower }: Awaited, deed: Deed): void {
  const nowMs = needs.clock.monotonicMs()
  const live = state.entries.get(entry.place.key) ?? entry // The site may have been reconfigured meanwhile.
  needs.metrics.setPoint(deed.kind)
  if (deed.kind === 'accepted') {
    live.account = confirmed(live.account, id, nowMs, leaseMs)
    live.reached = true
    live.failures = 0
    live.refusals = 0
    live.tryAgainAtMs = 0
    return
  }
  live.account = deed.kind === 'rejected' ? refused(live.account, id) : lost(live.account, id)
  live.failures++
  const isUrgent = deed.kind === 'rejected' && lower && refusedToFall(live)
  const isLost = deed.kind === 'failed' && lower
  const longestMs = isUrgent ? firstPauseMs : isLost ? longestLowerPauseMs : longestPauseMs
  live.tryAgainAtMs = nowMs + Math.min(longestMs, pauseMs(live.failures))
}

/** Counts it. @returns whether it is to be asked again at once, so that the guard can stop it after the third time */
function refusedToFall(entry: Entry): boolean {
  // Who never took a fallback either takes no limit at all: the first refusal says as much as the third.
  if (standingOf(entry).connected) entry.refusals += entry.refusesAll ? urgentTimes : 1
  return entry.refusals <= urgentTimes
}

export const pauseMs = (failures: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, failures - 1))
