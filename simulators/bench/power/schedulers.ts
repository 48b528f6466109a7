import {
  loadOf,
  strategies,
  type Claim,
  type Network,
  type Pilots,
  type Strategy
} from '@nova/edge-agent/allocator'
import { maxPilotMilliA, volts, type NetworkName } from './caltech.ts'
import type { Active, Scheduler } from './month.ts'
import type { Station } from './vectors.ts'

/** The names of the peer's algorithms for our strategies. */
export const algorithms = {
  FCFS: strategies['first-come'],
  EDF: strategies['earliest-deadline'],
  LLF: strategies['least-laxity'],
  RR: strategies['round-robin']
} as const satisfies Readonly<Record<string, Strategy>>
export type Algorithm = keyof typeof algorithms

const periodMs = 300_000
const periodH = 5 / 60
const amps = (list: readonly number[]): number[] => list.map((each) => each * 1000)
const wholeAmps = Array.from({ length: 27 }, (_, index) => index + 6)
const pilots: Readonly<Record<Station['kind'], Pilots>> = {
  AeroVironment: { kind: 'listed', milliA: amps([0, ...wholeAmps]) },
  ClipperCreek: { kind: 'listed', milliA: amps([0, 8, 16, 24, 32]) }
}
const floors: Readonly<Record<Station['kind'], number>> = { AeroVironment: 6_000, ClipperCreek: 8_000 }

/** A scheduler that asks one of our strategies under the garage's rows. */
export function scheduled(
  stations: readonly Station[],
  network: Network,
  { name, algorithm }: { readonly name: NetworkName; readonly algorithm: Algorithm }
): Scheduler {
  const strategy = algorithms[algorithm]
  const quantised = name === 'three_phase_q'
  return (_, active) => {
    const pilotA = new Float64Array(stations.length)
    const claims = quantised
      ? quantisedClaims(stations, active)
      : active.map(algorithm === 'RR' ? stepped : bisected)
    const shares = strategy(loadOf(network, [0, 0, 0]), claims)
    claims.forEach(({ place }, index) => {
      pilotA[place] = (shares[index]?.milliA ?? 0) / 1000
    })
    return pilotA
  }
}

/** Any current from 0 to 32 A, and no more than would be used. */
export function claimOf({ station, arrival, departure, leftWh }: Active): Claim {
  return {
    place: station,
    direction: [1, 0, 0],
    reservedMilliA: 0,
    capMilliA: Math.min(maxPilotMilliA, (leftWh / periodH / volts) * 1000),
    floorMilliA: 0,
    fullMilliA: maxPilotMilliA,
    fullW: (maxPilotMilliA / 1000) * volts,
    arrivedMs: arrival * periodMs,
    departMs: departure * periodMs,
    energyLeftWh: leftWh
  }
}

/** acnportal's round robin knows whole amperes only. */
const stepped = (car: Active): Claim => ({ ...claimOf(car), pilots: { kind: 'steps', stepMilliA: 1_000 } })

/** acnportal halves the way to the cap until it is no longer than this, and takes the lower end. */
const bisectedToMilliA = 10

function bisected(car: Active): Claim {
  const claim = claimOf(car)
  const halvings = Math.max(0, Math.ceil(Math.log2(claim.capMilliA / bisectedToMilliA)))
  return { ...claim, pilots: { kind: 'steps', stepMilliA: claim.capMilliA / 2 ** halvings } }
}

/**
 * The pilots of the post, its minimum first, least time left first. A car that misses no more than a period at
 * the minimum is left out.
 */
function quantisedClaims(stations: readonly Station[], active: readonly Active[]): Claim[] {
  return active
    .toSorted((a, b) => a.departure - b.departure)
    .flatMap((car) => {
      const kind = stations[car.station]?.kind ?? 'AeroVironment'
      const floorMilliA = floors[kind]
      if (car.leftWh <= (floorMilliA / 1000) * volts * periodH) return []
      return [{ ...claimOf(car), floorMilliA, pilots: pilots[kind] }]
    })
}
