import type { WattHours } from '@nova/shared-protocol/units'
import type { Car } from '../allocator/car.ts'
import { commitmentOf, reserveOf } from '../allocator/commitment.ts'
import { directionAt, isGuided, type Scene, type Seat } from '../allocator/index.ts'
import type { Kept, Outlook, Session } from './outlook.ts'

/** What is known about a session beside its charging: all Unix milliseconds. */
export type Need = {
  readonly energyLeftWh: WattHours | null // null: unknown.
  readonly arrivedMs: number
  readonly departMs: number | null
  readonly priority?: number
}

/**
 * A cycle's seats as a forecast takes them. Who cannot be guided keeps what it may draw.
 * @param needs by connector key; a session without one arrived now and takes all it gets
 * @param wallMs what the wall clock shows at `scene.nowMs`, which is monotonic
 */
export function sessionsFrom(
  scene: Scene,
  needs: ReadonlyMap<string, Need>,
  wallMs: number
): Pick<Outlook, 'kept' | 'sessions'> {
  const kept: Kept[] = []
  const sessions: Session[] = []
  scene.seats.forEach((seat, place) => {
    const direction = directionAt(seat, scene.nowMs)
    const need = needs.get(seat.place.key) ?? { energyLeftWh: null, arrivedMs: wallMs, departMs: null }
    if (isGuided(seat) && seat.car !== null)
      sessions.push({
        place,
        direction,
        ceiling: seat.ceiling,
        reservedMilliA: reserveOf(seat.expected, seat.standing),
        car: shifted(seat.car, wallMs - scene.nowMs),
        ...need
      })
    else kept.push({ place, direction, milliA: keptBy(seat, scene.nowMs) })
  })
  return { kept, sessions }
}

const keptBy = (seat: Seat, nowMs: number): number => commitmentOf(seat.expected, seat.standing, nowMs)

/** A car remembers monotonic instants; a forecast is about the wall clock's. */
function shifted(car: Car, byMs: number): Car {
  const moved = (atMs: number | null): number | null => (atMs === null ? null : atMs + byMs)
  return {
    ...car,
    idleSinceMs: moved(car.idleSinceMs),
    servedSinceMs: moved(car.servedSinceMs),
    waitingSinceMs: moved(car.waitingSinceMs),
    restsUntilMs: car.restsUntilMs + byMs
  }
}
