import type { GateNode } from './gates.ts'
import { shareSlot } from './slices.ts'
import type { Device, SlotShare, Terms } from './device.ts'
import { ledgerOf, pathsOf } from './ledger.ts'

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
  const slots = slotsMs.map((fromMs, index) =>
    shareSlot(ledgerOf(nodes, paths, fromMs), devices, {
      ...terms,
      fromMs,
      active: index === active
    })
  )
  return devices.map((_, index) => slots.map((slot) => slot[index]).filter((share) => share !== undefined))
}

/** The slot that holds now: the last that has begun, or the first when none has. */
export const activeSlot = (slotsMs: readonly number[], nowMs: number): number =>
  Math.max(
    0,
    slotsMs.findLastIndex((fromMs) => fromMs <= nowMs)
  )
