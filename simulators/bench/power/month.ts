import type { AcnSession } from './vectors.ts'
import { volts } from './caltech.ts'

/** A car that is plugged in and wants more. */
export type Active = AcnSession & { leftWh: number }

/**
 * Says what every car may draw in the coming period.
 * @returns amperes by station; stations without a car 0
 */
export type Scheduler = (
  period: number,
  active: readonly Active[]
) => ArrayLike<number> | Promise<ArrayLike<number>>

/** What a month gave: percentages of all that was asked for, amperes by station drawn in each busy period. */
export type Month = {
  readonly deliveredPercent: number
  readonly fullyMetPercent: number
  readonly peakKw: number
  readonly deliveredWh: number
  readonly leftWh: readonly number[] // By session.
  readonly decisionsMs: Float64Array
  readonly busy: number // Periods in which anything was drawn.
}

/** Looks at the currents of one period: what was allowed and what the cars took, by station. */
export type Watch = (period: number, pilotA: ArrayLike<number>, drawnA: Float64Array) => void

const periodH = 5 / 60
const fullBelowWh = 1 // acnportal takes a car as full when less than this is missing.
const metWithinWh = 100 // ... and a demand as met.

/**
 * Plays sessions through in periods of five minutes, as ACN-Sim does it (energy.md §1.1): first who leaves, then
 * who comes, then the scheduler, then ideal batteries take what they are allowed, can take and still want.
 */
export async function playMonth(
  sessions: readonly AcnSession[],
  stations: number,
  schedule: Scheduler,
  watch: Watch = () => undefined
): Promise<Month> {
  const cars = sessions.map((session): Active => ({ ...session, leftWh: session.requestedWh }))
  const plugged: (Active | null)[] = Array.from({ length: stations }, () => null)
  const arriving = cars.toSorted((a, b) => a.arrival - b.arrival)
  const end = Math.max(0, ...cars.map(({ departure }) => departure))
  const decisionsMs: number[] = []
  let [next, peakW, busy] = [0, 0, 0]
  for (let period = arriving[0]?.arrival ?? 0; period < end; period++) {
    leave(plugged, period)
    for (; arriving[next]?.arrival === period; next++) arrive(plugged, arriving[next])
    const active = plugged.filter((car) => car !== null).filter(({ leftWh }) => leftWh > fullBelowWh)
    const began = performance.now()
    const answer = schedule(period, active)
    const pilotA = answer instanceof Promise ? await answer : answer
    if (active.length > 0) decisionsMs.push(performance.now() - began)
    const drawnA = draw(active, pilotA, stations)
    const powerW = drawnA.reduce((sum, amps) => sum + amps * volts, 0)
    peakW = Math.max(peakW, powerW)
    if (powerW > 0) busy++
    watch(period, pilotA, drawnA)
  }
  return { ...sums(cars), peakKw: peakW / 1000, decisionsMs: Float64Array.from(decisionsMs), busy }
}

function leave(plugged: (Active | null)[], period: number): void {
  plugged.forEach((car, station) => {
    if (car !== null && car.departure <= period) plugged[station] = null
  })
}

function arrive(plugged: (Active | null)[], car: Active | undefined): void {
  if (car === undefined) return
  if (plugged[car.station] !== null) throw new Error(`two cars at station ${car.station}`)
  plugged[car.station] = car
}

function draw(active: readonly Active[], pilotA: ArrayLike<number>, stations: number): Float64Array {
  const drawnA = new Float64Array(stations)
  for (const car of active) {
    const powerW = Math.min((pilotA[car.station] ?? 0) * volts, car.carMaxW, car.leftWh / periodH)
    car.leftWh -= powerW * periodH
    drawnA[car.station] = powerW / volts
  }
  return drawnA
}

function sums(cars: readonly Active[]): Omit<Month, 'peakKw' | 'decisionsMs' | 'busy'> {
  const requestedWh = cars.reduce((sum, car) => sum + car.requestedWh, 0)
  const deliveredWh = cars.reduce((sum, car) => sum + car.requestedWh - car.leftWh, 0)
  const met = cars.filter(({ leftWh }) => leftWh <= metWithinWh).length
  return {
    deliveredPercent: (100 * deliveredWh) / requestedWh,
    fullyMetPercent: (100 * met) / cars.length,
    deliveredWh,
    leftWh: cars.map(({ leftWh }) => leftWh)
  }
}
