import {
  effectiveLimit,
  freshAccount,
  loadOf,
  networkOf,
  newCar,
  plan,
  strategies,
  treeOf,
  type Claim,
  type PowerSite,
  type Scene,
  type Seat,
  type Tree
} from '@nova/edge-agent/allocator'
import { Charger, type StrategyName } from '@nova/shared-protocol/model'
import { percentile } from '../figure.ts'

export const sizes = [54, 500, 5_000] as const
export const names = Object.keys(strategies) as StrategyName[]

/**
 * Milliseconds of one decision by the clock: the 99th percentile, the median and the least of so many. `quiet` leaves
 * out the decisions in which the system took the processor away for somebody else (involuntary context switches of
 * the process, by its own count): what is left is ours alone, collections of garbage included. null where less than
 * twenty were quiet. `meanCpuMs` is the thread's own time, which the system counts in ticks of some milliseconds:
 * only its mean says anything.
 */
export type Speed = {
  readonly p99Ms: number
  readonly quietP99Ms: number | null
  readonly quiet: number // Decisions of them.
  readonly decisions: number
  readonly medianMs: number
  readonly leastMs: number
  readonly meanCpuMs: number
}

const moment = { instant: '2026-03-01T10:00:00Z', timeZone: 'Europe/Berlin' }
const behindOne = 10 // Connectors behind a circuit.
const wordsA = [6, 10, 16, 20, 32]

/** A site of so many connectors, ten behind each circuit, ten circuits behind each feeder; a third of the power. */
export function siteOf(connectors: number): PowerSite {
  const circuits = Math.ceil(connectors / behindOne)
  const feeders = Math.ceil(circuits / 10)
  const three = (amps: number): [number, number, number] => [amps, amps, amps]
  return {
    grid: { limitA: three(connectors * 10), voltageV: 230, baseLoadReserveW: 0 },
    circuits: [
      ...Array.from({ length: feeders }, (_, index) => ({
        id: `f${index}`,
        parent: 'grid',
        limitA: three(1100)
      })),
      ...Array.from({ length: circuits }, (_, index) => ({
        id: `c${index}`,
        parent: `f${Math.floor(index / 10)}`,
        limitA: three(100 + 10 * (index % 5))
      }))
    ],
    chargers: Array.from({ length: connectors }, (_, index) => chargerOf(index)),
    failsafe: { cloudSilentSeconds: 120, limitW: null, meterSilentSeconds: 5 },
    timeZone: moment.timeZone
  }
}

const rotations = ['RST', 'STR', 'TRS', 'R', 'S', 'T'] as const

const chargerOf = (index: number): Charger =>
  Charger.parse({
    id: `cp${index}`,
    protocol: 'ocpp1.6',
    identity: `cp${index}`,
    circuit: `c${Math.floor(index / behindOne)}`,
    phaseRotation: rotations[index % rotations.length],
    fallbackA: 0,
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: index % 6 < 3 ? 22_080 : 7_360 }] }]
  })

/** One strategy deciding for all connectors at once, again and again, with other wishes each time. */
export function strategySpeed(connectors: number, name: StrategyName, short: boolean): Speed {
  const site = siteOf(connectors)
  const tree = treeOf(site)
  const network = networkOf(tree, effectiveLimit(site, [], moment), 230)
  const decide = strategies[name]
  return measured(short, (round) => {
    const claims = claimsOf(tree, round)
    return () => decide(loadOf(network, [0, 0, 0]), claims)
  })
}

function claimsOf({ places }: Tree, round: number): Claim[] {
  return places.map(({ phases, ratingMilliA }, place): Claim => {
    const noise = ((place + 1) * 7919 + round * 104_729) % 10_007
    const bit = (phase: 0 | 1 | 2): number => (phases.includes(phase) ? 1 : 0)
    return {
      place,
      direction: [bit(0), bit(1), bit(2)],
      reservedMilliA: 0,
      capMilliA: Math.min(ratingMilliA, 1000 * (wordsA[noise % wordsA.length] ?? 32)),
      fullMilliA: ratingMilliA,
      fullW: 230 * phases.length * (ratingMilliA / 1000),
      arrivedMs: noise * 1000,
      departMs: (20_000 - noise) * 1000,
      energyLeftWh: 1000 + (noise % 40) * 500,
      priority: noise % 3
    }
  })
}

/** The whole of a cycle's thinking: accounts, strategy, what may rise. */
export function planSpeed(connectors: number, name: StrategyName, short: boolean): Speed {
  const site = siteOf(connectors)
  const tree = treeOf(site)
  const seats = tree.places.map((place): Seat => {
    const account = freshAccount(0)
    return {
      place,
      account,
      standing: {
        ratingMilliA: place.ratingMilliA,
        managed: true,
        connected: true,
        transactionId: 'tx',
        drawMilliA: null,
        drawHeardAtMs: null,
        distrustMilliA: null
      },
      car: newCar(place, 'tx', 0),
      ceiling: { milliA: place.ratingMilliA, because: 'rating of the connector' },
      expected: account
    }
  })
  return measured(short, (round) => {
    const limits = [{ source: 'test', limitW: connectors * (2_000 + (round % 7) * 200), reason: 'test' }]
    return () => {
      const limit = effectiveLimit(site, limits, moment)
      const scene: Scene = {
        tree,
        network: networkOf(tree, limit, 230),
        base: [0, 0, 0],
        seats,
        nowMs: 100_000,
        settling: false,
        strategy: strategies[name]
      }
      return plan(scene)
    }
  })
}

const warmUpMs = 400 // Until the compiler has seen enough: an edge runs for months.
const leastWarmUp = 20
const enoughQuiet = { short: 100, full: 400 } // Of each some hundred the worst few are the percentile.
const longestMs = { short: 1_500, full: 6_000 } // On a busy machine few are quiet.
const fewestQuiet = 20

function measured(short: boolean, prepare: (round: number) => () => unknown): Speed {
  warmUp(prepare)
  const kind = short ? 'short' : 'full'
  const tookMs: number[] = []
  const quietMs: number[] = []
  let cpuMs = 0
  const endMs = performance.now() + longestMs[kind]
  for (let round = 0; quietMs.length < enoughQuiet[kind] && performance.now() < endMs; round++) {
    const decide = prepare(round)
    const [before, switches] = [cpuNowMs(), switchesNow()]
    const began = performance.now()
    decide()
    const took = performance.now() - began
    tookMs.push(took)
    if (switchesNow() === switches) quietMs.push(took)
    cpuMs += cpuNowMs() - before
  }
  return {
    p99Ms: percentile(tookMs, 0.99),
    quietP99Ms: quietMs.length < fewestQuiet ? null : percentile(quietMs, 0.99),
    quiet: quietMs.length,
    decisions: tookMs.length,
    medianMs: percentile(tookMs, 0.5),
    leastMs: Math.min(...tookMs),
    meanCpuMs: cpuMs / tookMs.length
  }
}

function warmUp(prepare: (round: number) => () => unknown): void {
  const began = performance.now()
  for (let round = 0; round < leastWarmUp || performance.now() - began < warmUpMs; round++) prepare(round)()
}

const switchesNow = (): number => process.resourceUsage().involuntaryContextSwitches

function cpuNowMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
