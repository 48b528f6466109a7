import { reserveForTrip, type Part, type PartSetPoint } from '../core/schedule/index.ts'
import type { Needs } from './needs.ts'

const chargeShare = 0.8 // Of its rating on average: other cars want to charge before the morning, too.
const efficiency = 0.92 // Of a car's rectifier.

/** A car that feeds back keeps at any moment what it could not charge again before it leaves. Others as they are. */
export function keptForTrip<Kept extends Part>(part: Kept, trip: Needs['trip']): Kept {
  const reserve = reserveOf(part, trip)
  return reserve === null ? part : { ...part, reservePercent: Math.max(part.reservePercent ?? 0, reserve) }
}

function reserveOf({ id, kind, capacityWh, rating }: Part, trip: Needs['trip']): number | null {
  const next = kind === 'vehicle' ? trip(id) : null
  if (next === null || capacityWh === null) return null
  const target = { percent: next.percent, departMs: next.inMs }
  const percent = reserveForTrip(target, rating.mostW * chargeShare, 0, { capacityWh, efficiency })
  return Math.ceil(percent * 10) / 10 // A driver reads it.
}

/** Below what its trip needs it charges, whatever the peak says: as far as limits and the other cars leave room. */
export function chargedForTrip(told: PartSetPoint, part: Part, roomW: number): PartSetPoint {
  const socPercent = part.reading?.socPercent ?? null
  const reserve = part.reservePercent
  if (part.kind !== 'vehicle' || socPercent === null || reserve === null || socPercent >= reserve) return told
  const powerW = Math.max(told.powerW, Math.min(part.rating.mostW, roomW))
  return powerW > told.powerW ? { id: part.id, powerW, because: 'charges for its trip' } : told
}
