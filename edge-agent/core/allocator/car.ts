import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import type { Direction } from './network.ts'
import { floorMilliA } from './claim.ts'
import type { Place } from './tree.ts'

/**
 * What a car has shown since it was plugged in: on which grid phases it draws, and how much it takes when it
 * may take more. Forgotten with the session.
 */
export type Car = {
  readonly transactionId: string
  readonly phases: Candidate
  readonly wishMilliA: MilliAmps | null // null: it takes what it gets.
  readonly belowSinceMs: number | null
  readonly idleSinceMs: number | null
  readonly servedSinceMs: number | null // Since when it has had a set-point above 0.
  readonly waitingSinceMs: number | null
  readonly restsUntilMs: number // Switched off a moment ago: not switched on again before.
}

type Candidate = {
  readonly direction: Direction
  readonly sinceMs: number
  readonly readings: number
}

/** One look at the car. `currents` are by grid phase; null: the charger does not tell. */
export type Look = {
  readonly transactionId: string
  readonly currents: PerPhase | null
  readonly drawMilliA: MilliAmps | null
  readonly heardAtMs: number | null
  readonly levelMilliA: MilliAmps | null
  readonly levelSinceMs: number
}

const phases = [0, 1, 2] as const
const drawsMilliA = 3_000 // Half the floor: more than any standby, less than any charge.
const silentPhaseMilliA = 500
const sureMs = 10_000 // A car that starts phase by phase shows its last one within seconds.
const sureReadings = 3
const belowMilliA = 1_500 // Chargers and cars round by up to an ampere; less than that is no wish.
const belowMs = 60_000
const marginMilliA = 2_000 // Room above its draw by which a car shows that it wants more.
const idleMilliA = 1_000
const idleMs = 300_000

/** A car just plugged in: nothing known, so it may use every phase of its charger and all it gets. */
export function newCar(place: Place, transactionId: string, nowMs: number): Car {
  return {
    transactionId,
    phases: { direction: directionOf(place), sinceMs: nowMs, readings: 0 },
    wishMilliA: null,
    belowSinceMs: null,
    idleSinceMs: null,
    servedSinceMs: null,
    waitingSinceMs: nowMs,
    restsUntilMs: 0
  }
}

/** All of the charger's phases. */
export function directionOf(place: Place): Direction {
  return [
    place.phases.includes(0) ? 1 : 0,
    place.phases.includes(1) ? 1 : 0,
    place.phases.includes(2) ? 1 : 0
  ]
}

/** Charger phases L1, L2, L3 put on the grid phases they hang on. */
export function onGrid(place: Place, currents: PerPhase): PerPhase {
  const grid: [number, number, number] = [0, 0, 0]
  place.phases.forEach((phase, index) => {
    grid[phase] = currents[index] ?? 0
  })
  return grid
}

export function lookedAt(car: Car, place: Place, look: Look, nowMs: number): Car {
  if (look.transactionId !== car.transactionId)
    return lookedAt(newCar(place, look.transactionId, nowMs), place, look, nowMs)
  const fresh = look.heardAtMs !== null && look.heardAtMs > look.levelSinceMs
  return {
    ...car,
    ...(fresh ? wish(car, look, nowMs) : {}),
    phases: look.currents === null ? car.phases : candidate(car.phases, place, look, nowMs),
    idleSinceMs: idleSince(car, look, nowMs)
  }
}

/** Who is told nothing shows nothing: it waits, and is no less awake for it. Who slept before that sleeps on. */
function idleSince(car: Car, { drawMilliA, levelMilliA }: Look, nowMs: number): number | null {
  if ((drawMilliA ?? Infinity) >= idleMilliA) return null
  if ((levelMilliA ?? Infinity) > 0) return car.idleSinceMs ?? nowMs
  return isIdle(car, nowMs) ? car.idleSinceMs : null
}

/** The phases the car is sure to draw on; until it is sure, all of its charger's. */
export function directionFor(car: Car, place: Place, nowMs: number): Direction {
  const { direction, sinceMs, readings } = car.phases
  return readings >= sureReadings && nowMs - sinceMs >= sureMs ? direction : directionOf(place)
}

/** Not drawing for five minutes what it might: full, or asleep. It is served after those who charge. */
export const isIdle = (car: Car, nowMs: number): boolean =>
  car.idleSinceMs !== null && nowMs - car.idleSinceMs >= idleMs

function candidate(known: Candidate, place: Place, look: Look, nowMs: number): Candidate {
  const currents = look.currents ?? [0, 0, 0]
  const charging = Math.max(...currents) >= drawsMilliA
  if (!charging || look.heardAtMs === null) return known
  const bit = (phase: 0 | 1 | 2): number =>
    place.phases.includes(phase) && currents[phase] > silentPhaseMilliA ? 1 : 0
  const direction: Direction = [bit(0), bit(1), bit(2)]
  const same = phases.every((phase) => direction[phase] === known.direction[phase])
  return same ? { ...known, readings: known.readings + 1 } : { direction, sinceMs: nowMs, readings: 1 }
}

/** A car that leaves a minute long what it may take is held to that, so that others get the rest. */
function wish(car: Car, look: Look, nowMs: number): Pick<Car, 'wishMilliA' | 'belowSinceMs'> {
  const level = look.levelMilliA ?? 0
  const draw = look.drawMilliA
  if (draw === null || level < floorMilliA) return { wishMilliA: car.wishMilliA, belowSinceMs: null }
  if (car.wishMilliA !== null && draw > car.wishMilliA - marginMilliA / 2)
    return { wishMilliA: null, belowSinceMs: null }
  if (draw > level - belowMilliA) return { wishMilliA: car.wishMilliA, belowSinceMs: null }
  const since = car.belowSinceMs ?? nowMs
  if (nowMs - since < belowMs) return { wishMilliA: car.wishMilliA, belowSinceMs: since }
  const wishMilliA = Math.max(floorMilliA, Math.ceil((draw + marginMilliA) / 500) * 500)
  return { wishMilliA: wishMilliA < level ? wishMilliA : car.wishMilliA, belowSinceMs: since }
}
