import type { PowerRange } from '../core/schedule/index.ts'
import { partOf, type Device } from './device.ts'
import type { Alarm } from './needs.ts'

const followsMs = 10_000 // Polling, lag and ramp of an inverter; then its meter has to show what it was told.
const trustedAgainMs = 300_000
const silentMs = 15_000
const toleranceShare = 0.05
const toleranceW = 300 // A standby, a fan, a reading a second old.

/** Looks whether a device keeps within what it was told. Less than told is no fault: a battery may be empty. */
export function watchConduct(device: Device, nowMs: number): void {
  const { reading, rating } = partOf(device)
  device.allowed = lately(device.allowed, nowMs)
  const [first] = device.allowed
  if (reading === null || first === undefined || nowMs - reading.atMs > silentMs) return
  const slackW = Math.max(toleranceW, toleranceShare * Math.max(rating.mostW, -rating.leastW))
  const { leastW, mostW } = hullOf(device.allowed)
  const strays = reading.totalW > mostW + slackW || reading.totalW < leastW - slackW
  if (strays !== device.conduct.strays) device.conduct = { ...device.conduct, strays, sinceMs: nowMs }
  const lastsMs = nowMs - device.conduct.sinceMs
  const isSure = lastsMs >= (strays ? followsMs : trustedAgainMs)
  if (isSure) device.conduct = { ...device.conduct, ignores: strays }
}

/** Doing nothing is always allowed. */
function hullOf(allowed: Device['allowed']): PowerRange {
  let [leastW, mostW] = [0, 0]
  for (const { range } of allowed) {
    leastW = Math.min(leastW, range.leastW)
    mostW = Math.max(mostW, range.mostW)
  }
  return { leastW, mostW }
}

/** All that may still be at work: the last one, and what was told a moment before it. */
function lately(allowed: Device['allowed'], nowMs: number): Device['allowed'] {
  const young = allowed.findIndex(({ atMs }) => nowMs - atMs < followsMs)
  const first = young < 0 ? allowed.length - 1 : young - 1
  return first <= 0 ? allowed : allowed.slice(first)
}

const inOrder: readonly Alarm[] = []

/** What is wrong at this moment. */
export function alarmsOf(device: Device, nowMs: number, startedAtMs: number): readonly Alarm[] {
  const { id, kind } = device.driver.participant
  const heardMs = device.driver.latest()?.takenAtMs ?? startedAtMs
  const subject = `participant:${id}`
  const silent = nowMs - heardMs >= silentMs
  if (!silent && !device.conduct.ignores) return inOrder
  return [
    ...(silent
      ? [
          {
            code: 'participant-silent' as const,
            severity: kind === 'pv' ? ('info' as const) : ('warning' as const), // Inverters sleep at night.
            subject,
            detail:
              kind === 'pv'
                ? `The inverter ${id} is not heard.`
                : `The ${kind} ${id} is not heard; it counts with its rating until it is.`,
            advice: 'Check its power, its line and its address.'
          }
        ]
      : []),
    ...(device.conduct.ignores
      ? [
          {
            code: 'participant-ignores-limit' as const,
            severity: 'urgent' as const,
            subject,
            detail: `The ${kind} ${id} does not keep within what it confirmed; it counts with its rating.`,
            advice: 'Look at its control mode: it may be led by somebody else, or not be enabled for control.'
          }
        ]
      : [])
  ]
}
