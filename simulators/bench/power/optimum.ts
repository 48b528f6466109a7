import { networkFrom, strategies, type Claim, type Network } from '@nova/edge-agent/allocator'
import { openSolver, type HighsSolver } from '@nova/edge-agent/planner'
import { show } from '../figure.ts'
import { garage, maxPilotMilliA, networks as known, type NetworkName } from './caltech.ts'
import { judgeOf } from './lines.ts'
import { playMonth, type Active, type Month, type Scheduler } from './month.ts'
import { leastPeakKw, offlineOptimum } from './optimum-offline.ts'
import { kilowatts, noneGiven, words, type PowerOptions } from './options.ts'
import { receding, type Effort, type Goal } from './optimum-scheduler.ts'
import { leastCost, mostEnergy, readTariff } from './optimum-tariff.ts'
import { claimOf, scheduled } from './schedulers.ts'
import { folder, readAcn, type Acn, type Station } from './vectors.ts'

const periodH = 5 / 60
const everyPeriods = 12 // Nothing new for an hour: ask again, as an edge would.
const everyPeriodsRounded = 3 // Rounding strays from the plan, so ask again sooner.
const ampleKw = 150 // Only the demand charge bounds the power.
const shortUntil = 5 * 288 // The short form plays the first five days.
const wholeMonth = 954
const usualNetworks = 'three_phase,three_phase_q'
const withinPoints = 1
const indistinctPoints = 1e-5 // 0.9 of 8.9 million Wh; a single car counts as full when less than 1 Wh is missing.
const withinPointsRounded = 3
const mostDollars = 600
const leastPercent = 99

/**
 * Figure 2: the optimiser in a receding horizon (it knows only the cars that have come) beside the optimum of who knew
 * the whole month, and beside least laxity; with pilots as the posts know them; and its demand charge.
 */
export async function benchOptimum(options: PowerOptions): Promise<void> {
  const whole = readAcn()
  if (whole === null) {
    process.stderr.write(`optimum: no sessions at ${folder}: skipped\n`)
    return
  }
  const acn = options.short
    ? { ...whole, sessions: whole.sessions.filter(({ departure }) => departure <= shortUntil) }
    : whole
  const solver = await openSolver()
  try {
    const capacities = kilowatts(options.capacities) ?? (options.short ? [30] : [10, 30, 50, 70])
    const chosen = words('networks', options.networks ?? usualNetworks, known)
    for (const capacityKw of capacities) await besideOptimum(acn, { capacityKw, chosen }, solver)
    if (noneGiven(options)) await cost(acn, solver)
  } finally {
    solver.close()
  }
}

type Where = { readonly network: NetworkName; readonly capacityKw: number }

type Played = { readonly month: Month; readonly over: number; readonly energyDollars: number }

/** The month under a scheduler, its currents judged by formulas of their own. */
async function play(acn: Acn, { network, capacityKw }: Where, schedule: Scheduler): Promise<Played> {
  const judge = judgeOf(acn.stations, network, capacityKw)
  const march = readTariff()
  let [over, energyDollars] = [0, 0]
  const month = await playMonth(acn.sessions, acn.stations.length, schedule, (period, pilotA, drawnA) => {
    if (judge(pilotA) > 0 || judge(drawnA) > 0) over++
    const kWh = (drawnA.reduce((sum, amps) => sum + amps, 0) * 208 * periodH) / 1000
    energyDollars += march.priceAt(period * periodH * 3_600_000) * kWh
  })
  return { month, over, energyDollars }
}

const strictly = 1 - 1e-6

/** The garage without the peer's tolerance above each limit: who uses a line up to its end must not lean on it. */
function strictGarage({ stations }: Acn, { network, capacityKw }: Where): Network {
  const { rows, wires } = garage(stations, network, capacityKw)
  const strict = rows.map((row) => ({ ...row, limit: row.limit * strictly }))
  return networkFrom(strict, wires)
}

type Run = Where & { readonly goal: Goal }

type Optimised = Played & { readonly effort: Effort }

async function optimised(acn: Acn, run: Run, solver: HighsSolver): Promise<Optimised> {
  const rounded = run.network === 'three_phase_q'
  const { schedule, effort } = receding(
    {
      stations: acn.stations.length,
      network: strictGarage(acn, run),
      claimOf: rounded ? (car) => withPilots(car, acn.stations[car.station]) : claimOf,
      everyPeriods: rounded ? everyPeriodsRounded : everyPeriods
    },
    run.goal,
    solver,
    strategies['least-laxity']
  )
  return { ...(await play(acn, run, schedule)), effort }
}

const wholeAmps = Array.from({ length: 27 }, (_, index) => (index + 6) * 1000)

/** As far as the next pilot above what the car would use. */
function withPilots(car: Active, station: Station | undefined): Claim {
  const milliA = station?.kind === 'ClipperCreek' ? [0, 8000, 16_000, 24_000, 32_000] : [0, ...wholeAmps]
  const claim = claimOf(car)
  const capMilliA = milliA.find((each) => each >= claim.capMilliA) ?? maxPilotMilliA
  return { ...claim, capMilliA, floorMilliA: milliA[1] ?? 0, pilots: { kind: 'listed', milliA } }
}

type Garages = { readonly capacityKw: number; readonly chosen: readonly NetworkName[] }

async function besideOptimum(acn: Acn, { capacityKw, chosen }: Garages, solver: HighsSolver): Promise<void> {
  const optima = new Map<string, number>()
  for (const network of chosen) {
    const where: Where = { network, capacityKw }
    const bound = network === 'single_phase' ? network : 'three_phase' // Pilots are known to nobody's optimum.
    const offline = optima.get(bound) ?? showOptimum(acn, { network: bound, capacityKw }, solver)
    optima.set(bound, offline)
    const rows = garage(acn.stations, network, capacityKw)
    const laxity = scheduled(acn.stations, rows, { name: network, algorithm: 'LLF' })
    const llf = (await play(acn, where, laxity)).month.deliveredPercent
    const run: Run = { ...where, goal: mostEnergy }
    showDelivered(run, await optimised(acn, run, solver), { offline, llf })
  }
}

function showOptimum(acn: Acn, where: Where, solver: HighsSolver): number {
  const { percent, boundPercent } = offlineOptimum(strictGarage(acn, where), acn.sessions, solver)
  show({
    name: 'offline optimum',
    ...where,
    value: percent,
    unit: '%',
    boundPercent,
    ...(acn.sessions.length === wholeMonth && { peers: published(acn, where) }),
    sessions: acn.sessions.length
  })
  return percent
}

function showDelivered(
  { network, capacityKw }: Run,
  { month, over, effort }: Optimised,
  { offline, llf }: { readonly offline: number; readonly llf: number }
): void {
  const within = network === 'three_phase_q' ? withinPointsRounded : withinPoints
  const value = month.deliveredPercent
  show({
    name: 'delivered',
    network,
    algorithm: 'optimiser',
    capacityKw,
    value,
    unit: '%',
    limit: `within ${within} points of the offline optimum, never below LLF`,
    met: value >= offline - within && value >= llf - indistinctPoints,
    ratio: value / offline,
    peers: { offlineOptimum: offline, LLF: llf },
    belowOptimumPoints: offline - value,
    aboveLlfPoints: value - llf,
    lineViolations: over,
    fullyMetPercent: month.fullyMetPercent,
    peakKw: month.peakKw,
    ...told(effort)
  })
}

/** The optimum that the peers' solver found, where it was asked. */
function published({ peers }: Acn, { network, capacityKw }: Where): Record<string, number> {
  const row = peers.find(
    (each) =>
      each.algorithm.startsWith('offline') && each.capacityKw === capacityKw && each.network === network
  )
  return row === undefined ? {} : { [network === 'single_phase' ? 'HiGHS' : 'Clarabel']: row.energyPercent }
}

const told = ({ solves, ms, refused, behind, leastShare, rounds }: Effort) => ({
  solves,
  refused,
  behind,
  solveMs: ms / solves,
  solverRuns: rounds / solves,
  leastShare
})

/**
 * The demand charge: the month's highest kW, times 15.51 $. Uncontrolled it is 1,535.49 $ (99.0 kW), which is what is
 * compared; energy is paid besides.
 */
async function cost(acn: Acn, solver: HighsSolver): Promise<void> {
  const march = readTariff()
  const free: Scheduler = () => new Float64Array(acn.stations.length).fill(maxPilotMilliA / 1000)
  const ample: Where = { network: 'three_phase', capacityKw: ampleKw }
  const uncontrolled = await play(acn, ample, free)
  const run: Run = { ...ample, goal: leastCost(march) }
  const { month, over, energyDollars, effort } = await optimised(acn, run, solver)
  const dollars = (kW: number): number => kW * march.demandPerKw
  const hindsight = dollars(leastPeakKw(acn.sessions, solver))
  show({
    name: 'demand charge',
    algorithm: 'optimiser',
    ...ample,
    value: dollars(month.peakKw),
    unit: '$ a month',
    limit: `${mostDollars} with at least ${leastPercent} % delivered`,
    met: dollars(month.peakKw) <= mostDollars && month.deliveredPercent >= leastPercent,
    ratio: dollars(month.peakKw) / mostDollars,
    deliveredPercent: month.deliveredPercent,
    energyDollars,
    totalDollars: dollars(month.peakKw) + energyDollars,
    peers: {
      uncontrolled: dollars(uncontrolled.month.peakKw),
      uncontrolledEnergy: uncontrolled.energyDollars,
      hindsight
    },
    lineViolations: over,
    peakKw: month.peakKw,
    ...told(effort)
  })
}
