import type { Watts } from '@nova/shared-protocol/units'
import { rangeOf, seen, type Part } from './participant.ts'

/** What peak shaving looks at each cycle. All powers import positive. */
export type ShaveSnapshot = {
  readonly nowMs: number
  readonly grid: { readonly totalW: Watts; readonly atMs: number } | null // The site meter.
  readonly peakW: Watts // More than that is not to be drawn from the grid.
  readonly rechargeBelowW: Watts // Batteries are filled again with what is left below this.
  readonly chargeRoomW: Watts // What limits and commitments leave for charging batteries.
  readonly batteries: readonly Part[]
}

export type PartSetPoint = { readonly id: string; readonly powerW: Watts; readonly because: string }

/** What it remembers: the site's load without batteries, and what it told them. */
export type ShaveState = {
  readonly loadW: Watts | null
  readonly trimW: Watts // What the batteries were found to give less than told; below 0: more.
  readonly told: readonly PartSetPoint[]
  readonly shownW: Watts
  readonly blindSinceMs: number | null
}

export const freshShaving: ShaveState = { loadW: null, trimW: 0, told: [], shownW: 0, blindSinceMs: null }

const fallsBy = 0.5 // Of the way down in a cycle: readings of meter and battery may be a cycle apart.
const steadyShare = 0.05 // A battery that moves by less than that of what it was told has arrived.
const trimGain = 0.3
const mostTrimShare = 0.2
export const blindMs = 60_000

/**
 * One cycle of peak shaving. What is needed is what the site draws without its batteries, less the peak: meter and
 * batteries together tell it whatever the batteries' lag, so there is nothing that could swing. A rise counts at
 * once, a fall by half a cycle; what batteries lastingly give less than told is added.
 *
 * A peak of 0 and recharging below 0 is self-consumption: what the sun leaves over goes in, what the site draws comes
 * out. Cars that feed back stand among the batteries, with `reserveForTrip` as their reserve.
 *
 * A lost meter ends charging at once; a discharge is held, never raised, for a minute and is then given up.
 * @returns one set-point for each battery
 */
export function shave(
  state: ShaveState,
  snapshot: ShaveSnapshot
): readonly [ShaveState, readonly PartSetPoint[]] {
  const { nowMs, batteries, peakW } = snapshot
  const grid = seen(snapshot.grid, nowMs)
  if (grid === null || !Number.isFinite(peakW)) return blind(state, snapshot)
  // One unseen is part of the load: it cannot be told anything, and the meter shows what it does.
  const shownW = batteries.reduce((sum, { reading }) => sum + (seen(reading, nowMs)?.totalW ?? 0), 0)
  const seenW = grid.totalW - shownW
  const knownW = state.loadW ?? seenW
  const loadW = seenW >= knownW ? seenW : knownW - (knownW - seenW) * fallsBy
  const trimW = trimmed(state, { overW: grid.totalW - peakW, needW: loadW - peakW, shownW })
  const told = spread(snapshot, wanted(snapshot, loadW, trimW))
  return [{ loadW, trimW, told, shownW, blindSinceMs: null }, told]
}

/** What batteries are to do together; below 0: to feed in. */
function wanted(
  { peakW, rechargeBelowW, chargeRoomW }: ShaveSnapshot,
  loadW: Watts,
  trimW: Watts
): { readonly powerW: Watts; readonly because: string } {
  if (loadW > peakW)
    return {
      powerW: peakW - loadW - trimW,
      because: `${kilowatts(loadW)} without batteries, peak ${kilowatts(peakW)}`
    }
  const spareW = Math.min(rechargeBelowW, peakW) - loadW
  const powerW = Math.min(spareW, chargeRoomW)
  return powerW > 0
    ? { powerW, because: `recharging below ${kilowatts(Math.min(rechargeBelowW, peakW))}` }
    : { powerW: 0, because: 'between recharging and peak' }
}

/** Learns only while batteries stand still: while they move, the difference is their lag. */
function trimmed(
  { trimW, told, shownW: before }: ShaveState,
  seen: { readonly overW: Watts; readonly needW: Watts; readonly shownW: Watts }
): Watts {
  if (seen.needW <= 0) return 0
  const toldW = sumOf(told)
  const steady = toldW < 0 && seen.shownW < 0 && Math.abs(seen.shownW - before) <= -toldW * steadyShare
  const most = seen.needW * mostTrimShare
  return Math.max(-most, Math.min(most, steady ? trimW + trimGain * seen.overW : trimW))
}

/** To each by what it can give or take. */
function spread(
  { batteries, nowMs }: ShaveSnapshot,
  { powerW, because }: { readonly powerW: Watts; readonly because: string }
): PartSetPoint[] {
  const side = powerW < 0 ? 'leastW' : 'mostW'
  const ranges = batteries.map((battery) => rangeOf(battery, nowMs))
  const all = ranges.reduce((sum, range) => sum + range[side], 0)
  return batteries.map((battery, index) => {
    const own = ranges[index]?.[side] ?? 0
    if (own === 0)
      return { id: battery.id, powerW: 0, because: powerW === 0 ? because : nothingFrom(battery, powerW) }
    const share = (powerW * own) / all
    const told = powerW < 0 ? Math.max(own, Math.floor(share)) : Math.min(own, Math.floor(share))
    return { id: battery.id, powerW: told + 0, because }
  })
}

function nothingFrom({ reading, reservePercent }: Part, powerW: Watts): string {
  if (reading === null) return 'not heard'
  const { socPercent } = reading
  if (powerW > 0) return 'takes nothing more'
  return reservePercent !== null && (socPercent === null || socPercent <= reservePercent)
    ? `reserve of ${reservePercent} %`
    : 'gives nothing'
}

function blind(
  state: ShaveState,
  { batteries, nowMs }: ShaveSnapshot
): readonly [ShaveState, readonly PartSetPoint[]] {
  const blindSinceMs = state.blindSinceMs ?? nowMs
  const held = nowMs - blindSinceMs < blindMs
  const told = batteries.map((battery): PartSetPoint => {
    const before = state.told.find(({ id }) => id === battery.id)?.powerW ?? 0
    const powerW = held ? Math.max(Math.min(0, before), rangeOf(battery, nowMs).leastW) : 0
    return { id: battery.id, powerW, because: powerW < 0 ? 'meter lost: held for a minute' : 'meter lost' }
  })
  return [{ ...state, told, trimW: 0, blindSinceMs }, told]
}

const sumOf = (points: readonly PartSetPoint[]): Watts => points.reduce((sum, { powerW }) => sum + powerW, 0)

const kilowatts = (watts: Watts): string => `${Math.round(watts / 100) / 10} kW`
