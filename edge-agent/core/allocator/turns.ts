import { isIdle, type Car } from './car.ts'

/** Who cannot get 6 A waits; after this time those who were served make room for those who wait. */
export const turnMs = 15 * 60_000
// A contactor and a car's charger are not made for being switched each second when room comes and goes.
export const restMs = 30_000

/**
 * Order in which cars are admitted when there is not room for all: whose turn is not over, then who has waited
 * longest, then those whose turn is over, and at last cars that do not draw. Nobody starves: who waits goes
 * ahead of everyone whose turn ends.
 * @returns indices into `cars`, first come first
 */
export function turns(cars: readonly Car[], nowMs: number): number[] {
  return cars
    .map((car, index) => ({ index, rank: rankOf(car, nowMs), car }))
    .map(({ index, rank, car }) => ({ index, rank, sinceMs: sinceOf(car, rank) }))
    .toSorted((a, b) => a.rank - b.rank || a.sinceMs - b.sinceMs || a.index - b.index)
    .map(({ index }) => index)
}

/** When the first of those served now must make room. */
export function turnEndsMs(cars: readonly Car[]): number | null {
  const ends = cars.flatMap(({ servedSinceMs }) => (servedSinceMs === null ? [] : [servedSinceMs + turnMs]))
  return ends.length === 0 ? null : Math.min(...ends)
}

/** The car's turn begins when it gets something and its waiting when it gets nothing. */
export function served(car: Car, milliA: number, nowMs: number): Car {
  if (milliA > 0)
    return car.servedSinceMs === null ? { ...car, servedSinceMs: nowMs, waitingSinceMs: null } : car
  if (car.waitingSinceMs !== null) return car
  return { ...car, servedSinceMs: null, waitingSinceMs: nowMs, restsUntilMs: nowMs + restMs }
}

function rankOf(car: Car, nowMs: number): number {
  if (isIdle(car, nowMs)) return 3
  if (car.servedSinceMs === null) return 1
  return nowMs - car.servedSinceMs < turnMs ? 0 : 2
}

/** Of those whose turn is over, the longest served makes room first. */
function sinceOf(car: Car, rank: number): number {
  const sinceMs = car.servedSinceMs ?? car.waitingSinceMs ?? 0
  return rank === 2 ? -sinceMs : sinceMs
}
