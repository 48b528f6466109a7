import type { PerPhase } from '@nova/shared-protocol/units'
import { directionAt } from '../allocator/index.ts'
import type { Sight } from './foresee.ts'

/** On which phases what is promised may flow, as the last decision counted it. */
export type Wires = {
  readonly of: ReadonlyMap<string, PerPhase> // By connector's key: 1 where it draws, 0 where it does not.
  readonly baseMilliA: PerPhase
}

const kept = new WeakMap<Sight, Wires>() // Asked each second; a calm loop shows the same sight for many.

/** A car that was seen to charge on one phase is promised that phase alone, whatever its charger hangs on. */
export function wiresOf(sight: Sight): Wires {
  const before = kept.get(sight)
  if (before !== undefined) return before
  const { seats, nowMs, base } = sight.scene
  const wires = {
    of: new Map(seats.map((seat) => [seat.place.key, directionAt(seat, nowMs)])),
    baseMilliA: base
  }
  kept.set(sight, wires)
  return wires
}
