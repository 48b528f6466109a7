import type { PerPhase, Watts } from '@nova/shared-protocol/units'
import { allocate } from './allocate.ts'
import type { SlotShare } from './device.ts'
import { feedTree, wayUp, type FeedCircuit, type Free, type Placed } from './feed-tree.ts'
import type { Bound } from './gates.ts'
import { begun, switchingDefaults } from './phases.ts'

export type FeedInCap = { readonly id: string; readonly exportW: Watts | null; readonly because: string }
export type FeedCaps = ReadonlyMap<string, FeedInCap>

/** What there is to share, and among whom. */
export type FeedAsk = {
  readonly exportLimitW: Watts | null
  readonly circuits: readonly FeedCircuit[]
  readonly limitA: PerPhase
  readonly voltageV: number
  readonly parts: readonly Placed[] // Who shares.
  readonly others: readonly Free[] // Who does not.
  readonly room: FeedLoads // What the connection draws without those who share.
  readonly isBlind: boolean // Nobody looks at it.
}

export type FeedLoads = { readonly totalW: Watts; readonly phasesW: PerPhase<Watts> }

const marginShare = 0.02 // Of the limit: an inverter is no more exact than that.
const nearW = 1
const mostKept = 16

/** The same shares for the same question: it is asked each second, and what is asked trembles around a few values. */
export function keptShares(): (ask: FeedAsk) => FeedCaps {
  const known = new Map<string, FeedCaps>()
  let circuits: FeedAsk['circuits'] = []
  return (ask) => {
    if (ask.circuits !== circuits || known.size >= mostKept) known.clear()
    circuits = ask.circuits
    const key = keyOf(ask)
    const caps = known.get(key) ?? shareFeedIn(ask)
    known.set(key, caps)
    return caps
  }
}

function keyOf({ exportLimitW, limitA, voltageV, parts, others, room, isBlind }: FeedAsk): string {
  const [l1, l2, l3] = room.phasesW
  let key = `${exportLimitW}|${limitA[0]}|${limitA[1]}|${limitA[2]}|${voltageV}|${isBlind}|${room.totalW}|${l1}|${l2}|${l3}`
  for (const { id, circuit, phases, rating } of parts)
    key += `|${id} ${circuit} ${lettersOf(phases)} ${rating.leastW}`
  for (const { circuit, phases, mostW } of others) key += `|${circuit} ${lettersOf(phases)} ${mostW}`
  return key
}

function lettersOf(phases: Placed['phases']): string {
  let letters = ''
  for (const phase of phases) letters += phase
  return letters
}

/** By slices, PV before the rest, alike within a kind. Nothing in it is about the moment but the question itself. */
export function shareFeedIn({
  exportLimitW,
  circuits,
  limitA,
  voltageV,
  parts,
  others,
  room,
  isBlind
}: FeedAsk): FeedCaps {
  const wires = { limitA: fusesOver(limitA, room, voltageV), circuits, parts, others, marginShare }
  const nodes = feedTree(wires, totalOver(exportLimitW, room, isBlind))
  const first = nodes.length - parts.length
  const devices = parts.map(({ kind, phases }, at) => ({
    node: first + at,
    phases,
    switching: begun(phasesOf(phases.length)),
    rank: kind === 'pv' ? 0 : 1
  }))
  const shares = allocate(nodes, devices, [0], { ...fine, voltageV, nowMs: 0 })
  const isLimited = (part: Placed): boolean => exportLimitW !== null || isBounded(part, circuits)
  return new Map(parts.map((part, at) => [part.id, capOf(part, shares[at]?.[0], isLimited(part))]))
}

export const leftAlone = (id: string, steered: boolean): FeedInCap => ({
  id,
  exportW: null,
  because: steered ? 'no export limit' : 'takes no limit'
})

function totalOver(exportLimitW: Watts | null, load: FeedLoads, isBlind: boolean): Bound | null {
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

/** A meter that shows only the sum cannot say what the fuses carry beside it: then nothing else is counted. */
function fusesOver(limitA: PerPhase, load: FeedLoads, voltageV: number): PerPhase {
  const at = (phase: 0 | 1 | 2): number => Math.max(0, limitA[phase] + load.phasesW[phase] / voltageV)
  return [at(0), at(1), at(2)]
}
