import type { PerPhase, Watts } from '@nova/shared-protocol/units'
import { allocate } from './allocate.ts'
import type { SlotShare } from './device.ts'
import { feedTree, wayUp, type FeedCircuit, type Free, type Placed } from './feed-tree.ts'
import type { Bound } from './gates.ts'
import { mostFeedW, seen } from './participant.ts'
import { begun, switchingDefaults } from './phases.ts'

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

/** `phasesW` null: the meter shows the sum only. */
export type FeedInGrid = {
  readonly totalW: Watts
  readonly phasesW: PerPhase<Watts> | null
  readonly atMs: number
}

export type FeedInCap = { readonly id: string; readonly exportW: Watts | null; readonly because: string }

const marginShare = 0.02 // Of the limit: an inverter is no more exact than that.
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
export function capFeedIn(snapshot: FeedInSnapshot): FeedInCap[] {
  if (isAmple(snapshot)) return snapshot.parts.map(({ id, steered }) => leftAlone(id, steered))
  const { nowMs } = snapshot
  const steered = snapshot.parts.filter((part) => part.steered)
  const led = steered.filter((part) => isLed(part, nowMs))
  const caps = raisedLast(led, sharedBy(snapshot, led), nowMs)
  const blind =
    led.length === steered.length ? caps : sharedBy({ ...snapshot, grid: null, doubted: null }, steered)
  return snapshot.parts.map(({ id }) => caps.get(id) ?? blind.get(id) ?? leftAlone(id, false))
}

const isLed = ({ reading, confirmed }: Placed, nowMs: number): boolean =>
  seen(reading, nowMs) !== null && confirmed !== null && confirmed.untilMs > nowMs

type Caps = ReadonlyMap<string, FeedInCap>

/** A word that is lower counts once it is confirmed: as long as it is not, so much less is given to those who rise. */
function raisedLast(led: readonly Placed[], caps: Caps, nowMs: number): Caps {
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

/** Shares what is left beside all the others. */
function sharedBy(snapshot: FeedInSnapshot, parts: readonly Placed[]): Caps {
  const { nowMs, exportLimitW, circuits, limitA, voltageV } = snapshot
  const others = freeOnes(snapshot, parts)
  const load = loadBehind(snapshot, parts)
  const doubted = loadBehind({ ...snapshot, grid: snapshot.doubted ?? null }, parts)
  const room = lower(load ?? unmetered(others), doubted)
  const wires = { limitA: fusesOver(limitA, room, voltageV), circuits, parts, others, marginShare }
  const nodes = feedTree(wires, totalOver(exportLimitW, room, load === null))
  const first = nodes.length - parts.length
  const devices = parts.map(({ kind, phases }, at) => ({
    node: first + at,
    phases,
    switching: begun(phasesOf(phases.length)),
    rank: kind === 'pv' ? 0 : 1
  }))
  const shares = allocate(nodes, devices, [nowMs], { ...fine, voltageV, nowMs })
  const isLimited = (part: Placed): boolean => exportLimitW !== null || isBounded(part, circuits)
  return new Map(parts.map((part, at) => [part.id, capOf(part, shares[at]?.[0], isLimited(part))]))
}

const leftAlone = (id: string, steered: boolean): FeedInCap => ({
  id,
  exportW: null,
  because: steered ? 'no export limit' : 'takes no limit'
})

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
      const mostW = mostFeedW(part, nowMs)
      return {
        circuit: part.circuit,
        phases: part.phases,
        mostW,
        mostA: mostW / (part.phases.length * voltageV)
      }
    })

function totalOver(exportLimitW: Watts | null, load: Loads, isBlind: boolean): Bound | null {
  if (exportLimitW === null) return null
  const limitW = firm(exportLimitW)
  const lost = isBlind ? ', no load counted: meter lost' : ''
  return {
    value: Math.max(0, limitW * (1 - marginShare) + load.totalW),
    source: `export limit ${limitW} W${lost}`
  }
}

/** Finer than any inverter follows; whoever has room for a part of a slice gets that part. */
const fine = { sliceMilliA: 100, sliceW: 50, switching: { ...switchingDefaults, mode: 'never' as const } }

const phasesOf = (count: number): 1 | 2 | 3 => (count >= 3 ? 3 : count === 2 ? 2 : 1)

const firm = (watts: Watts): Watts => (Number.isFinite(watts) ? Math.max(0, watts) : 0)

/** Who has no limit but fuses that carry him in full is told none. */
function capOf({ id, rating }: Placed, share: SlotShare | undefined, limited: boolean): FeedInCap {
  const exportW = Math.max(0, -(share?.watts ?? 0))
  const isWhole = exportW >= -rating.leastW - nearW
  if (isWhole && !limited) return leftAlone(id, true)
  const because = share?.because.filter((name) => name !== id).join(', ') ?? ''
  return { id, exportW: Math.floor(exportW + 1e-6), because: because === '' ? `rating of ${id}` : because }
}

/** Whether somebody has said how much may leave a circuit on its way. */
function isBounded({ circuit }: Placed, circuits: readonly FeedCircuit[]): boolean {
  const way = wayUp(circuit, circuits)
  return circuits.some(({ id, exportLimitW }) => exportLimitW !== undefined && way.includes(id))
}

type Loads = { readonly totalW: Watts; readonly phasesW: PerPhase<Watts> }

/** What the site draws without those who share, below 0 where others feed in more; null: nobody can say. */
function loadBehind({ nowMs, grid }: FeedInSnapshot, parts: readonly Placed[]): Loads | null {
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
function unmetered(others: readonly Free[]): Loads {
  const loads: { totalW: Watts; phasesW: [number, number, number] } = { totalW: 0, phasesW: [0, 0, 0] }
  for (const { phases, mostW } of others) {
    loads.totalW -= mostW
    for (const phase of phases) loads.phasesW[phase] -= mostW / phases.length
  }
  return loads
}

function lower(known: Loads, doubted: Loads | null): Loads {
  if (doubted === null) return known
  const at = (phase: 0 | 1 | 2): Watts => Math.min(known.phasesW[phase], doubted.phasesW[phase])
  return { totalW: Math.min(known.totalW, doubted.totalW), phasesW: [at(0), at(1), at(2)] }
}

/** A meter that shows only the sum cannot say what the fuses carry beside it: then nothing else is counted. */
function fusesOver(limitA: PerPhase, load: Loads, voltageV: number): PerPhase {
  const at = (phase: 0 | 1 | 2): number => Math.max(0, limitA[phase] + load.phasesW[phase] / voltageV)
  return [at(0), at(1), at(2)]
}
