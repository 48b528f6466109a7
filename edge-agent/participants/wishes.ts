import {
  capFeedIn,
  freshShaving,
  keptShares,
  mostDrawW,
  rangeOf,
  seen,
  shave,
  watchHidden,
  withHidden,
  type FeedInCap,
  type FeedInSnapshot,
  type Hidden,
  type Part,
  type PartSetPoint,
  type ShaveState
} from '../core/schedule/index.ts'
import { partOf, placedPart, type Device } from './device.ts'
import type { Wanted } from './hand-out.ts'
import type { Needs } from './needs.ts'
import { carsWait, roomLeft } from './room-left.ts'
import { watchSame, type Same } from './same.ts'
import { chargedForTrip, keptForTrip } from './trip.ts'

/** What is remembered from second to second. */
export type Mind = {
  shaving: ShaveState
  readonly share: ReturnType<typeof keptShares>
  same: Same | null
  hidden: Hidden | null
}

export const freshMind = (): Mind => ({
  shaving: freshShaving,
  share: keptShares(),
  same: null,
  hidden: null
})

type Grid = NonNullable<FeedInSnapshot['grid']> | null

type Look = {
  readonly nowMs: number
  readonly grid: Grid
  readonly parts: readonly Part[]
  readonly caps: readonly FeedInCap[]
}

/** What each device is to do this second; null: it is left alone. In the order of the devices. */
export function wishes(mind: Mind, devices: readonly Device[], needs: Needs): readonly (Wanted | null)[] {
  const nowMs = needs.clock.monotonicMs()
  const parts = devices.map((device) => keptForTrip(partOf(device), needs.trip))
  const grid = gridOf(needs)
  mind.same = watchSame(mind.same, needs.meter?.latest()?.reading ?? null, devices)
  const caps = capsFor(devices, needs, { grid, mind })
  const look: Look = { nowMs, grid, parts, caps }
  const powers = needs.wish.battery === null ? null : shaved(mind, devices, needs, look)
  return devices.map((device, at) => {
    const [part, cap] = [parts[at], caps[at]]
    if (part === undefined || cap === undefined) return null
    if (part.kind === 'pv') return sunWish(device, cap)
    const told = powers?.find(({ id }) => id === part.id)
    if (told === undefined || !follows(device, 'power')) return within(device, part, cap, { needs, nowMs })
    return led(told, part, cap)
  })
}

/** Who was found not to follow has no share, and is told to feed in nothing: he may follow again. */
function capsFor(
  devices: readonly Device[],
  needs: Needs,
  { grid, mind }: { readonly grid: Grid; readonly mind: Mind }
): readonly FeedInCap[] {
  const exportLimitW = needs.exportLimitW()
  const { limitA, voltageV, circuits, clock, doubtedMeter = null } = needs
  const parts = devices.map((device) => shownThen(device, { grid, same: mind.same }, clock.monotonicMs()))
  const meter = gridOf({ meter: doubtedMeter, voltageV })
  const snapshot = {
    nowMs: clock.monotonicMs(),
    grid,
    doubted: doubtedNow(mind, {
      nowMs: clock.monotonicMs(),
      meter,
      isBelieved: meter?.atMs === grid?.atMs,
      parts
    }),
    exportLimitW,
    limitA,
    voltageV,
    circuits,
    parts
  }
  const caps = capFeedIn(snapshot, mind.share)
  const isLimited = exportLimitW !== null || circuits.some((circuit) => circuit.exportLimitW !== undefined)
  return caps.map((cap, at) =>
    isLimited && devices[at]?.conduct.ignores === true
      ? { ...cap, exportW: 0, because: 'it did not keep to its limit' }
      : cap
  )
}

function doubtedNow(mind: Mind, look: Parameters<typeof withHidden>[1]): Grid {
  mind.hidden = watchHidden(mind.hidden, look)
  return withHidden(mind.hidden, look)
}

const freshMs = 2_000 // Meter and devices are asked once a second.

/**
 * Beside a reading of the meter that has grown old, or that repeats to the last digit, what a device feeds in more by now
 * would look like load, and it would be told to feed in yet more: the least that it has fed in since counts.
 */
function shownThen(
  device: Device,
  { grid, same }: Pick<Mind, 'same'> & { readonly grid: Grid },
  nowMs: number
): ReturnType<typeof placedPart> {
  const part = placedPart(device)
  if (grid === null || part.reading === null) return part
  const isOld = nowMs - grid.atMs > freshMs
  const since = isOld ? device.shown.filter(({ atMs }) => atMs >= grid.atMs) : []
  const sameW = same?.shownW.get(part.id) ?? part.reading.totalW
  if (!isOld && sameW === part.reading.totalW) return part
  return { ...part, thenW: since.reduce((most, { totalW }) => Math.max(most, totalW), sameW) }
}

const follows = ({ driver }: Device, kind: 'power' | 'limits'): boolean =>
  driver.abilities()?.follows.includes(kind) ?? false

function gridOf({ meter, voltageV }: Pick<Needs, 'meter' | 'voltageV'>): Grid {
  const latest = meter?.latest() ?? null
  const { powerW, currentMilliA: milliA } = latest?.reading ?? {}
  if (latest === null || powerW === undefined) return null
  const watts = (current: number): number => (current * voltageV) / 1000
  const phasesW =
    milliA === undefined ? null : ([watts(milliA[0]), watts(milliA[1]), watts(milliA[2])] as const)
  return { totalW: powerW, phasesW, atMs: latest.takenAtMs }
}

/** The peak that is wanted, or the limit that rules where that is less. */
function shaved(
  mind: Mind,
  devices: readonly Device[],
  needs: Needs,
  { nowMs, grid, parts }: Look
): readonly PartSetPoint[] {
  const { peakW, rechargeBelowW } = needs.wish.battery ?? { peakW: 0, rechargeBelowW: 0 }
  const able = devices.flatMap((device, at) => {
    const part = parts[at]
    return part !== undefined && part.kind !== 'pv' && follows(device, 'power') ? [part] : []
  })
  const [next, told] = shave(mind.shaving, {
    nowMs,
    grid,
    peakW: Math.min(peakW, needs.limitW() ?? Infinity),
    rechargeBelowW,
    chargeRoomW: able.reduce((sum, part) => Math.max(sum, chargeRoom(needs, devices, part, nowMs)), 0),
    batteries: able
  })
  mind.shaving = next
  return told.map((each) => bounded(each, parts, { needs, devices, nowMs }))
}

type Around = { readonly needs: Needs; readonly devices: readonly Device[]; readonly nowMs: number }

/** No battery charges beyond what its own circuit leaves. */
function bounded(
  told: PartSetPoint,
  parts: readonly Part[],
  { needs, devices, nowMs }: Around
): PartSetPoint {
  const part = parts.find(({ id }) => id === told.id)
  if (part === undefined) return told
  const roomW = chargeRoom(needs, devices, part, nowMs)
  const wanted = chargedForTrip(asPlanned(told, part, { parts, needs, devices, nowMs }), part, roomW)
  if (wanted.powerW <= 0 || roomW >= wanted.powerW) return wanted
  return { ...wanted, powerW: roomW, because: 'charges with what the cars leave' }
}

/**
 * What the plan wants of it, but for a peak that has to be held now, or a lost meter; within what it can and keeps,
 * and charging within what the peak leaves.
 */
function asPlanned(
  told: PartSetPoint,
  part: Part,
  { needs, nowMs, parts }: Around & { readonly parts: readonly Part[] }
): PartSetPoint {
  const plannedW = needs.planned(part.id)
  const grid = seen(gridOf(needs), nowMs)
  if (plannedW === null || told.powerW < 0 || grid === null) return told
  const { leastW, mostW } = rangeOf(part, nowMs)
  const sparesW = belowPeak(part, parts, { needs, nowMs, gridW: grid.totalW })
  const powerW = Math.max(leastW, Math.min(mostW, sparesW, plannedW))
  return { ...told, powerW: Math.floor(powerW) + 0, because: 'as planned' }
}

/** Its share, by its rating, of what the site draws less than its peak without its batteries. */
function belowPeak(
  part: Part,
  parts: readonly Part[],
  { needs, nowMs, gridW }: { readonly needs: Needs; readonly nowMs: number; readonly gridW: number }
): number {
  const stores = parts.filter(({ kind }) => kind !== 'pv')
  const shownW = stores.reduce((sum, { reading }) => sum + (seen(reading, nowMs)?.totalW ?? 0), 0)
  const ratedW = stores.reduce((sum, { rating }) => sum + Math.max(0, rating.mostW), 0)
  if (ratedW <= 0) return 0
  const peakW = Math.min(needs.wish.battery?.peakW ?? Infinity, needs.limitW() ?? Infinity)
  return Math.max(0, ((peakW - (gridW - shownW)) * Math.max(0, part.rating.mostW)) / ratedW)
}

/** What it may charge with: what is left on its way, and what it is counted with already. */
function chargeRoom(needs: Needs, devices: readonly Device[], part: Part, nowMs: number): number {
  const place = devices.find(({ driver }) => driver.participant.id === part.id)?.driver.participant
  const sight = needs.sight()
  if (place === undefined || sight === null || carsWait(sight)) return 0
  return Math.max(0, Math.floor(roomLeft(sight, place) + Math.max(0, mostDrawW(part, nowMs))))
}

const led = ({ powerW, because }: PartSetPoint, part: Part, { exportW, because: why }: FeedInCap): Wanted => {
  const leastW = exportW === null ? part.rating.leastW : -exportW
  return powerW < leastW
    ? { point: { kind: 'power', powerW: leastW + 0 }, because: why }
    : { point: { kind: 'power', powerW: powerW + 0 }, because }
}

/** A battery that leads itself is held within what is left; where there is room for all of it, it is left alone. */
function within(
  device: Device,
  part: Part,
  { exportW, because }: FeedInCap,
  { needs, nowMs }: { readonly needs: Needs; readonly nowMs: number }
): Wanted | null {
  if (!follows(device, 'limits')) return null
  const roomW = chargeRoom(needs, [device], part, nowMs)
  const importW = roomW >= part.rating.mostW ? null : roomW
  if (importW === null && exportW === null) return null
  return {
    point: { kind: 'limits', importW, exportW },
    because: importW === null ? because : 'charges with what the cars leave'
  }
}

/** The sun is held back only for an export limit. */
const sunWish = (device: Device, { exportW, because }: FeedInCap): Wanted | null =>
  exportW === null || !follows(device, 'limits')
    ? null
    : { point: { kind: 'limits', importW: null, exportW }, because }
