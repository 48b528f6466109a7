import { weightsOf, type Load, type Place } from '../allocator/index.ts'
import type { MilliAmps } from '@nova/shared-protocol/units'
import type { Phases, Room } from './phases.ts'

/**
 * What limits in watts leave a car, for the choice of its phases: fuses do not matter there, because a phase gets no
 * more amperes when others are switched off.
 * @param load everything else that is or may be drawn, without this car
 */
export function phaseRoom(
  load: Load,
  at: { readonly index: number; readonly place: Pick<Place, 'phases'>; readonly voltageV: number },
  floorMilliA: MilliAmps,
  least: Phases
): Room {
  const { index, place, voltageV } = at
  const first = place.phases[0] ?? 0
  const { rows, re } = weightsOf(load.network, index, [bit(first, 0), bit(first, 1), bit(first, 2)])
  let leftMilliA = Infinity
  rows.forEach((row, entry) => {
    if (load.network.rows[row]?.kind !== 'total') return
    leftMilliA = Math.min(leftMilliA, ((load.high[row] ?? 0) - (load.used[row] ?? 0)) / (re[entry] ?? 1))
  })
  const most = place.phases.length >= 3 ? 3 : place.phases.length === 2 ? 2 : 1
  return {
    availableW: leftMilliA === Infinity ? null : (leftMilliA * voltageV) / 1000,
    floorMilliA,
    most,
    least: least > most ? most : least,
    voltageV
  }
}

const bit = (first: number, phase: number): number => (first === phase ? 1 : 0)
