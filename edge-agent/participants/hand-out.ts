import type { Deed } from '../drivers/contract.ts'
import { readingPatienceMs } from '../core/schedule/index.ts'
import { rangeOfPoint, withLease, type Device, type Point } from './device.ts'
import type { Needs } from './needs.ts'

// Chargers keep what they were told for 120 s after the edge's last word: what they count on has to last longer.
const reversionS = 200
const renewShare = 0.1 // Half a minute of renewals may be lost before it lasts no longer than they do.
const patienceMs = 10_000
const firstPauseMs = 2_000
const longestPauseMs = 30_000
const nearShare = 0.002 // Of the rating: less is no news for an inverter.

export type Wanted = { readonly point: Point; readonly because: string }

type Hands = Pick<Needs, 'clock' | 'log' | 'changed'> & { readonly stopped: AbortSignal }

/** Sends what is new, and what has to be said again before its timer runs out; one at a time for each device. */
export function handOut(hands: Hands, device: Device, wanted: Wanted | null): void {
  const nowMs = hands.clock.monotonicMs()
  forget(device, nowMs)
  meet(device, nowMs)
  if (wanted === null || device.busy || nowMs < device.tryAgainAtMs) return
  const leaseS = leaseOf(device)
  if (leaseS === null || !isDue(device, wanted.point, { leaseS, nowMs })) return
  send(hands, device, wanted, leaseS)
}

/** Who is heard again is told at once: what he refused or did not answer before says nothing of now. */
function meet(device: Device, nowMs: number): void {
  const latest = device.driver.latest()
  const heard = latest !== null && nowMs - latest.takenAtMs <= readingPatienceMs
  if (heard && !device.heard) device.tryAgainAtMs = 0
  device.heard = heard
}

/** What was never answered counts until its timer has run out. */
function forget(device: Device, nowMs: number): void {
  if (device.sent.some(({ untilMs }) => untilMs < nowMs))
    device.sent = device.sent.filter(({ untilMs }) => untilMs >= nowMs)
}

/** Its own bounds rule; null: it was not heard yet. */
function leaseOf({ driver }: Device): number | null {
  const abilities = driver.abilities()
  if (abilities === null) return null
  const { leastS, mostS } = abilities.reversion ?? { leastS: reversionS, mostS: reversionS }
  return Math.min(mostS, Math.max(leastS, reversionS))
}

function isDue(
  device: Device,
  point: Point,
  { leaseS, nowMs }: { readonly leaseS: number; readonly nowMs: number }
): boolean {
  const { told, confirmed, driver, failures } = device
  if (told === null || confirmed === null || failures > 0) return true
  if (nowMs - told.atMs >= leaseS * 1000 * renewShare) return true
  const { leastW, mostW } = driver.participant.rating
  return !isNear(told.point, point, Math.max(mostW, -leastW) * nearShare)
}

function isNear(before: Point, now: Point, nearW: number): boolean {
  if (before.kind === 'power' && now.kind === 'power')
    return before.powerW === now.powerW || (now.powerW !== 0 && Math.abs(before.powerW - now.powerW) <= nearW)
  if (before.kind === 'limits' && now.kind === 'limits')
    return isNearBound(before.importW, now.importW, nearW) && isNearBound(before.exportW, now.exportW, nearW)
  return false
}

/** A lower bound is news however small the step; a higher one only when it is worth a message. */
function isNearBound(before: number | null, now: number | null, nearW: number): boolean {
  if (before === null || now === null) return before === now
  return now >= before && now - before <= nearW
}

function send(hands: Hands, device: Device, { point, because }: Wanted, leaseS: number): void {
  const { clock, stopped, log } = hands
  const atMs = clock.monotonicMs()
  const sent = { range: rangeOfPoint(device, point), untilMs: atMs + leaseS * 1000 }
  device.busy = true
  device.sent = [...device.sent, sent]
  device.told = { point, atMs, because }
  device.allowed = [...device.allowed, { range: sent.range, atMs }]
  const patience = new AbortController()
  const timer = clock.after(patienceMs, () => patience.abort())
  const ask = async (): Promise<Deed> =>
    device.driver.setPoint(withLease(point, leaseS), AbortSignal.any([stopped, patience.signal]))
  ask()
    .catch((cause: unknown): Deed => ({ kind: 'failed', error: String(cause) }))
    .then((deed) => answered(hands, device, sent, deed))
    .catch((cause: unknown) => log.warn({ err: cause }, 'a set-point’s answer was not taken'))
    .finally(() => {
      timer.cancel()
      device.busy = false
    })
}

function answered(hands: Hands, device: Device, sent: Device['sent'][number], deed: Deed): void {
  if (deed.kind === 'accepted') {
    device.confirmed = sent
    device.sent = []
    device.failures = 0
    device.tryAgainAtMs = 0
    hands.changed()
    return
  }
  if (deed.kind === 'rejected') device.sent = device.sent.filter((each) => each !== sent)
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, device.failures))
  device.failures++
  device.tryAgainAtMs = hands.clock.monotonicMs() + pause
}
