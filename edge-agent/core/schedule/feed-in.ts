import type { PerPhase, Watts } from '@nova/shared-protocol/units'
import {
  leftAlone,
  shareFeedIn,
  type FeedAsk,
  type FeedCaps,
  type FeedInCap,
  type FeedLoads
} from './feed-share.ts'
import { wayUp, type FeedCircuit, type Free, type Placed } from './feed-tree.ts'
import type { FeedInGrid } from './hidden.ts'
import { mostFeedW, seen } from './participant.ts'

export type FeedInSnapshot = {
  readonly nowMs: number
  readonly grid: FeedInGrid | null
  readonly doubted?: FeedInGrid | null // What a meter shows that nobody believes: where that is more export, it counts.
  readonly exportLimitW: Watts | null // At the connection. null: nobody limits it but the fuses. 0: nothing.
  readonly limitA: PerPhase // What the connection's fuses carry, in either direction.
  readonly voltageV: number
  readonly circuits: readonly FeedCircuit[]
  readonly parts: readonly Placed[]
}

const nearW = 1

/**
 * What each inverter and battery may feed in so that no export limit and no fuse on its way is passed, at the
 * connection or at a circuit. At the connection the site's own load uses up what is fed in, so that is only cut as
 * far as needed; without a meter no load is counted. Behind a circuit no load is counted ever: nobody meters it, and
 * a car may leave at any moment. PV comes first, because what it could not give is lost, batteries and cars have what
 * is left; within a kind they share alike. A cap counts in full, whatever is fed in now.
 *
 * Who is not seen, or has not confirmed a word that still holds, is not led: at the connection the meter shows what he
 * does, and the others make room for it. He is told his share of a site without load. Nobody rises before those who
 * have to make room for it have confirmed.
 */
export function capFeedIn(
  snapshot: FeedInSnapshot,
  share: (ask: FeedAsk) => FeedCaps = shareFeedIn
): FeedInCap[] {
  if (isAmple(snapshot)) return snapshot.parts.map(({ id, steered }) => leftAlone(id, steered))
  const { nowMs } = snapshot
  const steered = snapshot.parts.filter((part) => part.steered)
  const led = steered.filter((part) => isLed(part, nowMs))
  const caps = raisedLast(led, share(askFor(snapshot, led)), nowMs)
  const blind =
    led.length === steered.length ? caps : share(askFor({ ...snapshot, grid: null, doubted: null }, steered))
  return snapshot.parts.map(({ id }) => caps.get(id) ?? blind.get(id) ?? leftAlone(id, false))
}

const isLed = ({ reading, confirmed }: Placed, nowMs: number): boolean =>
  seen(reading, nowMs) !== null && confirmed !== null && confirmed.untilMs > nowMs

/** A word that is lower counts once it is confirmed: as long as it is not, so much less is given to those who rise. */
function raisedLast(led: readonly Placed[], caps: FeedCaps, nowMs: number): FeedCaps {
  const now = led.map((part) => mostFeedW(part, nowMs))
  const next = led.map(({ id, rating }) => caps.get(id)?.exportW ?? -rating.leastW)
  const keptW = next.reduce((sum, capW, at) => sum + Math.max(0, (now[at] ?? 0) - capW), 0)
  if (keptW <= nearW) return caps
  const held = new Map(caps)
  led.forEach(({ id }, at) => {
    const cap = caps.get(id)
    const [nowW, nextW] = [now[at] ?? 0, next[at] ?? 0]
    if (cap === undefined || nextW <= nowW) return
    const exportW = Math.floor(Math.max(nowW, nextW - keptW))
    held.set(id, { ...cap, exportW, because: 'waits until others have made room' })
  })
  return held
}

/** What is left beside all the others. Rounded, so that what trembles asks for the same shares again. */
function askFor(snapshot: FeedInSnapshot, parts: readonly Placed[]): FeedAsk {
  const { exportLimitW, circuits, limitA, voltageV } = snapshot
  const others = freeOnes(snapshot, parts)
  const load = loadBehind(snapshot, parts)
  const doubted = loadBehind({ ...snapshot, grid: snapshot.doubted ?? null }, parts)
  const room = down(lower(load ?? unmetered(others), doubted))
  return { exportLimitW, circuits, limitA, voltageV, parts, others, room, isBlind: load === null }
}

/** The usual site, looked at each second: nobody limits, and every fuse carries all the ratings behind it at once. */
function isAmple({ exportLimitW, circuits, parts, limitA, voltageV }: FeedInSnapshot): boolean {
  if (exportLimitW !== null || circuits.some((circuit) => circuit.exportLimitW !== undefined)) return false
  const ways = parts.map(({ circuit }) => wayUp(circuit, circuits))
  const carries = (fuseA: PerPhase, isBehind: (at: number) => boolean): boolean =>
    phases.every((phase) => {
      const amps = parts.map(({ rating, phases: own }, at) =>
        isBehind(at) && own.includes(phase) ? -rating.leastW / (own.length * voltageV) : 0
      )
      return amps.reduce((sum, each) => sum + Math.max(0, each), 0) <= fuseA[phase]
    })
  return (
    carries(limitA, () => true) &&
    circuits.every(({ id, limitA: own }) => carries(own, (at) => ways[at]?.includes(id) ?? false))
  )
}

const phases = [0, 1, 2] as const

/** Who does not share: at the connection the meter shows what he does, behind a circuit nobody does. */
const freeOnes = ({ parts, nowMs, voltageV }: FeedInSnapshot, sharing: readonly Placed[]): Free[] =>
  parts
    .filter((part) => !sharing.includes(part))
    .map((part) => {
      const mostW = Math.ceil(mostFeedW(part, nowMs) / stepW) * stepW
      return {
        circuit: part.circuit,
        phases: part.phases,
        mostW,
        mostA: mostW / (part.phases.length * voltageV)
      }
    })

/** What the site draws without those who share, below 0 where others feed in more; null: nobody can say. */
function loadBehind({ nowMs, grid }: FeedInSnapshot, parts: readonly Placed[]): FeedLoads | null {
  const connection = seen(grid, nowMs)
  if (connection === null) return null
  const fed: [number, number, number] = [0, 0, 0]
  for (const { phases, reading, thenW } of parts)
    for (const phase of phases) fed[phase] += (thenW ?? reading?.totalW ?? 0) / phases.length
  const on = (phase: 0 | 1 | 2): Watts =>
    connection.phasesW === null ? 0 : connection.phasesW[phase] - fed[phase]
  const totalW = connection.totalW - (fed[0] + fed[1] + fed[2])
  return { totalW, phasesW: [on(0), on(1), on(2)] }
}

/** Nobody looks at the connection: no load is counted there, and everyone else at his most. */
function unmetered(others: readonly Free[]): FeedLoads {
  const loads: { totalW: Watts; phasesW: [number, number, number] } = { totalW: 0, phasesW: [0, 0, 0] }
  for (const { phases, mostW } of others) {
    loads.totalW -= mostW
    for (const phase of phases) loads.phasesW[phase] -= mostW / phases.length
  }
  return loads
}

function lower(known: FeedLoads, doubted: FeedLoads | null): FeedLoads {
  if (doubted === null) return known
  const at = (phase: 0 | 1 | 2): Watts => Math.min(known.phasesW[phase], doubted.phasesW[phase])
  return { totalW: Math.min(known.totalW, doubted.totalW), phasesW: [at(0), at(1), at(2)] }
}

const stepW = 50 // Finer than any inverter follows.

function down({ totalW, phasesW }: FeedLoads): FeedLoads {
  const at = (phase: 0 | 1 | 2): Watts => floored(phasesW[phase])
  return { totalW: floored(totalW), phasesW: [at(0), at(1), at(2)] }
}

const floored = (watts: Watts): Watts => Math.floor(watts / stepW) * stepW
