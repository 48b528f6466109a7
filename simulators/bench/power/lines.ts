import { volts, type NetworkName } from './caltech.ts'
import type { Station } from './vectors.ts'

/**
 * Judges currents by the formulas of the garage, written out once more without the kernel.
 * @param amps by station
 * @returns by what share the worst line is over its limit; 0: none is
 */
export type Judge = (amps: ArrayLike<number>) => number

const hundredTwenty = (-2 * Math.PI) / 3

/** Tolerance as in acnportal: 1e-7 of the limit or 1e-5 A. */
const over = (amps: number, limitA: number): number =>
  amps > limitA + Math.max(1e-5, 1e-7 * limitA) ? amps / limitA - 1 : 0

export function judgeOf(stations: readonly Station[], name: NetworkName, capacityKw: number): Judge {
  if (name === 'single_phase')
    return (amps) =>
      over(
        sumOf(stations, amps, () => true),
        (capacityKw * 1000) / volts
      )
  return (amps) => worstLine(stations, capacityKw, amps)
}

function worstLine(stations: readonly Station[], capacityKw: number, amps: ArrayLike<number>): number {
  const [ab, bc, ca] = (['AB', 'BC', 'CA'] as const).map((between) =>
    sumOf(stations, amps, (station) => station.between === between)
  ) as [number, number, number]
  const secondary = [difference(ab, ca), difference(bc, ab), difference(ca, bc)]
  // Turned by 30°, AB is 1∠0, BC 1∠-120, CA 1∠120: Ia - Ic = AB + BC - 2·CA, and so on around.
  const primary = [primaryOf(ca, ab, bc), primaryOf(ab, bc, ca), primaryOf(bc, ca, ab)]
  const pod = (which: 'AV' | 'CC'): number => sumOf(stations, amps, (station) => station.pod === which)
  return Math.max(
    ...secondary.map((each) => over(each, (capacityKw * 1000) / 3 / 120)),
    ...primary.map((each) => over(each, (capacityKw * 1000) / 3 / 277)),
    over(pod('AV'), 80),
    over(pod('CC'), 80)
  )
}

/** |x - y| for two currents 120° apart: x² + y² + xy under the root. */
const difference = (x: number, y: number): number => Math.sqrt(x * x + y * y + x * y)

/** |one + other - 2·twice| / 4 for three currents 120° apart. */
function primaryOf(twice: number, one: number, other: number): number {
  const re = -2 * twice + (one + other) * Math.cos(hundredTwenty)
  const im = (one - other) * Math.sin(hundredTwenty)
  return Math.hypot(re, im) / 4
}

function sumOf(
  stations: readonly Station[],
  amps: ArrayLike<number>,
  counts: (station: Station) => boolean
): number {
  return stations.reduce((sum, station, at) => (counts(station) ? sum + (amps[at] ?? 0) : sum), 0)
}
