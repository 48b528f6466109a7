import { phasesOf } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import { beyondMeterW, mostDrawW, seen, wayUp, type Part } from '../core/schedule/index.ts'
import { partOf, type Device } from './device.ts'
import type { DevicesShow, Needs, PartsDraw } from './needs.ts'

const apartMs = 3_000 // Meter and devices are read at different moments of a second or two.
const stepMilliA = 500 // As the base load: what trembles moves no set-point.

export const nobody: PartsDraw = { grid: [0, 0, 0], madeUp: [0, 0, 0], circuits: new Map() }

/** Remembers what a device showed since the meter was last read: the base load has one of these in it. */
export function remember(device: Device, meterAtMs: number | null, nowMs: number): void {
  const latest = device.driver.latest()
  if (latest !== null && device.shown.at(-1)?.atMs !== latest.takenAtMs)
    device.shown = [...device.shown, { totalW: latest.reading.totalW, atMs: latest.takenAtMs }]
  const sinceMs = Math.min(meterAtMs ?? nowMs, nowMs) - apartMs
  const first = device.shown.findIndex(({ atMs }) => atMs >= sinceMs)
  const from = first < 0 ? device.shown.length - 1 : first - 1
  if (from > 0) device.shown = device.shown.slice(from)
  if (device.shown.length > mostShown) device.shown = [leastOf(device.shown), ...device.shown.slice(-1)]
}

const mostShown = 100 // With the meter gone for long only the least counts.

const leastOf = (shown: Device['shown']): Device['shown'][number] =>
  shown.reduce((least, each) => (each.totalW < least.totalW ? each : least))

/**
 * What devices may draw beyond the base load, which has their flow of a moment ago in it: where the meter saw a
 * discharge that has ended since, that is added again. Without a meter all that they may draw is beyond it.
 */
export function drawOf(devices: readonly Device[], needs: Needs): PartsDraw {
  if (devices.length === 0) return nobody
  const nowMs = needs.clock.monotonicMs()
  const grid: [number, number, number] = [0, 0, 0]
  const madeUp: [number, number, number] = [0, 0, 0]
  const circuits = new Map<string, [number, number, number]>()
  for (const device of devices) {
    const part = partOf(device)
    const { circuit } = device.driver.participant
    const drawsW = Math.max(0, mostDrawW(part, nowMs))
    const beyondW = needs.meter === null ? drawsW : beyondOf(device, part, nowMs)
    spread(grid, device, { watts: beyondW, needs })
    spread(madeUp, device, { watts: Math.max(0, beyondW - drawsW), needs })
    for (const id of wayUp(circuit, needs.circuits)) {
      const sum = circuits.get(id) ?? [0, 0, 0]
      spread(sum, device, { watts: drawsW, needs })
      circuits.set(id, sum)
    }
  }
  const behind = new Map([...circuits].map(([id, sum]) => [id, up(sum)]))
  return { grid: up(grid), madeUp: down(madeUp), circuits: behind }
}

/** What they show by themselves, between their readings since the meter was read: an inverter ramps by kilowatts a second. */
export function showOf(devices: readonly Device[], needs: Needs): DevicesShow {
  const nowMs = needs.clock.monotonicMs()
  const milliA: [number, number, number] = [0, 0, 0]
  const unsure: [number, number, number] = [0, 0, 0]
  const draws: [number, number, number] = [0, 0, 0]
  const flows: [number, number, number] = [0, 0, 0]
  for (const device of devices) {
    const { reading, rating } = partOf(device)
    const shownW = seen(reading, nowMs)?.totalW ?? null
    const leastW = shownW === null ? Math.min(0, rating.leastW) : leastShown(device, shownW)
    spread(milliA, device, { watts: shownW ?? 0, needs })
    spread(unsure, device, { watts: (shownW ?? 0) - leastW, needs })
    spread(draws, device, { watts: Math.max(0, shownW ?? 0), needs })
    spread(flows, device, { watts: reading?.totalW ?? 0, needs })
  }
  return { milliA, unsure, draws: up(draws), flows }
}

function leastShown({ shown }: Device, now: number): number {
  let least = now
  for (const { totalW } of shown) least = Math.min(least, totalW)
  return least
}

function beyondOf(device: Device, part: Part, nowMs: number): number {
  // Sun that goes is a load like any other, heard or not: inverters sleep at night, and their site must not.
  if (part.kind === 'pv') return Math.max(0, mostDrawW(part, nowMs))
  const beyondW = Math.max(0, beyondMeterW(part, nowMs))
  if (part.reading === null || device.shown.length === 0) return beyondW
  return beyondW + Math.max(0, part.reading.totalW - leastOf(device.shown).totalW)
}

type Share = { readonly watts: number; readonly needs: Pick<Needs, 'voltageV'> }

function spread(sum: [number, number, number], device: Device, { watts, needs }: Share): void {
  const phases = phasesOf(device.driver.participant.phaseRotation)
  for (const phase of phases) sum[phase] += (watts * 1000) / (phases.length * needs.voltageV)
}

const up = (sum: PerPhase): PerPhase => [rounded(sum[0]), rounded(sum[1]), rounded(sum[2])]

const down = ([l1, l2, l3]: PerPhase): PerPhase => [lowered(l1), lowered(l2), lowered(l3)]

const lowered = (milliA: number): number => Math.floor(milliA / stepMilliA) * stepMilliA

const rounded = (milliA: number): number => Math.ceil(milliA / stepMilliA) * stepMilliA

export const isSameDraw = (one: PartsDraw, other: PartsDraw): boolean =>
  isSame(one.grid, other.grid) &&
  isSame(one.madeUp, other.madeUp) &&
  one.circuits.size === other.circuits.size &&
  [...one.circuits].every(([id, sum]) => isSame(sum, other.circuits.get(id) ?? [-1, -1, -1]))

const isSame = (one: PerPhase, other: PerPhase): boolean =>
  one[0] === other[0] && one[1] === other[1] && one[2] === other[2]
