import { at, type GateNode } from './gates.ts'
import { shareSlot, type Slot } from './slices.ts'
import type { Device, SlotShare, Terms } from './device.ts'
import { ledgerOf, pathsOf, type Ledger } from './ledger.ts'

/**
 * Shares every slot by slices, in the order of the devices, as long as anybody gets one: equal shares within a
 * slice. A device draws where it may and feeds in only where it may not draw; it gets its floor or nothing. No
 * net flow passes a limit of any node, drawn or fed in, in amperes by phase or in watts.
 * @param slotsMs rising
 * @returns by device, by slot
 */
export function allocate(
  nodes: readonly GateNode[],
  devices: readonly Device[],
  slotsMs: readonly number[],
  terms: Terms
): SlotShare[][] {
  const paths = pathsOf(nodes)
  const active = activeSlot(slotsMs, terms.nowMs)
  let before: Shared | null = null
  const slots = slotsMs.map((fromMs, index) => {
    const slot = { ...terms, fromMs, active: index === active }
    const holding = nodes.flatMap((node) => holdingAt(node, fromMs))
    const shares = isLike(before, holding, slot.active)
      ? before.shares.map((share) => ({ ...share, fromMs }))
      : byRank(ledgerOf(nodes, paths, fromMs), devices, slot)
    before = { holding, active: slot.active, shares }
    return shares
  })
  return devices.map((_, index) => slots.map((slot) => slot[index]).filter((share) => share !== undefined))
}

/** Rank after rank on one ledger: what the first have is gone for the next. */
function byRank(ledger: Ledger, devices: readonly Device[], slot: Slot): SlotShare[] {
  const ranks = [...new Set(devices.map(({ rank = 0 }) => rank))].toSorted((a, b) => a - b)
  const shares = new Map<Device, SlotShare>()
  for (const rank of ranks) {
    const own = devices.filter((device) => (device.rank ?? 0) === rank)
    shareSlot(ledger, own, slot).forEach((share, at) => {
      const device = own[at]
      if (device !== undefined) shares.set(device, share)
    })
  }
  return devices.flatMap((device) => shares.get(device) ?? [])
}

type Shared = {
  readonly holding: readonly unknown[]
  readonly active: boolean
  readonly shares: readonly SlotShare[]
}

const holdingAt = ({ imports, exports, setPoints }: GateNode, atMs: number): readonly unknown[] => [
  at(imports, atMs),
  at(exports, atMs),
  at(setPoints, atMs)
]

/** Nothing has changed since the slot before: the same gates, the same rules for time. */
const isLike = (before: Shared | null, holding: readonly unknown[], active: boolean): before is Shared =>
  before !== null &&
  before.active === active &&
  holding.every((each, index) => each === before.holding[index])

/** The slot that holds now: the last that has begun, or the first when none has. */
export const activeSlot = (slotsMs: readonly number[], nowMs: number): number =>
  Math.max(
    0,
    slotsMs.findLastIndex((fromMs) => fromMs <= nowMs)
  )
