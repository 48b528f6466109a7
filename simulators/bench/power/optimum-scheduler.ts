import { loadOf, weightsOf, type Claim, type Network, type Strategy } from '@nova/edge-agent/allocator'
import {
  checkPlan,
  edgesOf,
  followPlan,
  horizonRows,
  isBetter,
  isStale,
  solvePlan,
  targetsAt,
  type Commitment,
  type Ground,
  type HighsSolver,
  type HorizonPlan,
  type Member,
  type Problem,
  type Slot
} from '@nova/edge-agent/planner'
import { volts } from './caltech.ts'
import type { Active, Scheduler } from './month.ts'

export const periodMs = 300_000
const mostPilotA = 32

/** What is to be good, and by how much: money of any kind. */
export type Goal = {
  readonly valuePerKWh: number
  readonly hurryPerKWhHour: number
  /** Prices of the site's power in these slots, with the month's peak so far; none: energy delivered is all. */
  commitments(slots: readonly Slot[], peakKw: number): readonly Commitment[]
  readonly holdsPeak: boolean // What the plan leaves is given away below the highest peak so far only.
  changesMs(fromMs: number, untilMs: number): readonly number[]
}

/** What a run of the optimiser cost, and how good its plans were. */
export type Effort = {
  solves: number
  ms: number
  refused: number
  behind: number // Plans that would have brought less than the strategy of the moment.
  rounds: number
  leastShare: number
}

type Garage = {
  readonly stations: number
  readonly network: Network
  readonly claimOf: (car: Active) => Claim
  readonly everyPeriods: number // A plan is asked for at every arrival, and when it is so old.
}

/**
 * The optimiser as the edge runs it: it knows the cars that have come, plans to the last departure, follows the plan
 * under the kernel's rows and gives away what is left. A plan that does not hold is refused; then the fallback decides.
 */
export function receding(
  garage: Garage,
  goal: Goal,
  solver: HighsSolver,
  fallback: Strategy
): { readonly schedule: Scheduler; readonly effort: Effort } {
  const effort: Effort = { solves: 0, ms: 0, refused: 0, behind: 0, rounds: 0, leastShare: 1 }
  let plan: HorizonPlan | null = null
  let isFollowed = false
  let peakKw = 0
  const schedule: Scheduler = (period, active) => {
    const pilotA = new Float64Array(garage.stations)
    if (active.length === 0) return pilotA
    const here = active.map(keyOf)
    const claims = active.map(garage.claimOf)
    const now: Now = { garage, goal, peakKw }
    if (isStale(plan, here, { nowMs: period * periodMs, mostMs: garage.everyPeriods * periodMs })) {
      const problem = problemFor(period, active, now)
      plan = planned(problem, solver, effort)
      isFollowed = plan !== null && beats(fallback, { problem, plan, active, claims, now })
      if (plan !== null && !isFollowed) effort.behind++
    }
    const strategy =
      plan === null || !isFollowed ? fallback : following(plan, period * periodMs, { active, goal, peakKw })
    const shares = strategy(loadOf(garage.network, [0, 0, 0]), claims)
    active.forEach((car, at) => {
      pilotA[car.station] = (shares[at]?.milliA ?? 0) / 1000
    })
    peakKw = Math.max(peakKw, powerKw(active, pilotA))
    return pilotA
  }
  return { schedule, effort }
}

const keyOf = ({ station, arrival }: Active): string => `${station} since ${arrival}`

const powerKw = (active: readonly Active[], pilotA: Float64Array): number =>
  active.reduce((sum, { station, carMaxW, leftWh }) => {
    const drawnW = Math.min((pilotA[station] ?? 0) * volts, carMaxW, (leftWh * 3_600_000) / periodMs)
    return sum + drawnW / 1000
  }, 0)

function planned(problem: Problem, solver: HighsSolver, effort: Effort): HorizonPlan | null {
  const began = performance.now()
  const outcome = solvePlan(problem, solver)
  effort.ms += performance.now() - began
  effort.solves++
  if (!outcome.ok || checkPlan(problem, outcome.plan) !== null) {
    effort.refused++
    return null
  }
  effort.rounds += outcome.plan.rounds
  effort.leastShare = Math.min(effort.leastShare, outcome.plan.scaled)
  return outcome.plan
}

type Now = { readonly garage: Garage; readonly goal: Goal; readonly peakKw: number }

function problemFor(period: number, active: readonly Active[], { garage, goal, peakKw }: Now): Problem {
  const nowMs = period * periodMs
  const departures = active.map(({ departure }) => departure * periodMs)
  const endMs = Math.max(...departures)
  const changes = [...departures, ...goal.changesMs(nowMs, endMs)]
  const slots = slotsBetween(edgesOf(nowMs, periodMs, endMs, changes))
  return {
    slots,
    members: active.map((car) => memberOf(car, nowMs, goal)),
    sun: [],
    rows: rowsOf(garage.network, slots, active),
    commitments: goal.commitments(slots, peakKw),
    hurryPerKWhHour: goal.hurryPerKWhHour
  }
}

export const slotsBetween = (edges: readonly number[]): readonly Slot[] =>
  edges.slice(1).map((endMs, at) => ({ startMs: edges[at] ?? 0, endMs, baseW: 0 }))

export function memberOf(car: Active, fromMs: number, { valuePerKWh }: Pick<Goal, 'valuePerKWh'>): Member {
  return {
    key: keyOf(car),
    wattsPerA: volts,
    fromMs,
    untilMs: car.departure * periodMs,
    chargeA: Math.min(mostPilotA, car.carMaxW / volts),
    dischargeA: 0,
    energy: { lowWh: 0, highWh: car.leftWh },
    efficiency: 1,
    valuePerKWh,
    wearPerKWh: 0
  }
}

export function rowsOf(network: Network, slots: readonly Slot[], cars: readonly Active[]): Problem['rows'] {
  const load = loadOf(network, [0, 0, 0])
  return horizonRows(
    slots.map(() => load),
    cars.map(({ station }) => weightsOf(network, station, [1, 0, 0]))
  )
}

type Following = { readonly active: readonly Active[]; readonly goal: Goal; readonly peakKw: number }

type Contest = {
  readonly problem: Problem
  readonly plan: HorizonPlan
  readonly active: readonly Active[]
  readonly claims: readonly Claim[]
  readonly now: Now
}

/** As the edge's keeper asks before it follows a plan. */
function beats(rival: Strategy, { problem, plan, active, claims, now }: Contest): boolean {
  const { network } = now.garage
  const ground: Ground = {
    claims,
    pulls: active.map(({ station }) => weightsOf(network, station, [1, 0, 0])),
    loadAt: () => loadOf(network, [0, 0, 0])
  }
  const share = (slot: number): Strategy =>
    following(plan, plan.slots[slot]?.startMs ?? 0, { active, goal: now.goal, peakKw: now.peakKw })
  return isBetter(problem, ground, { plan, share, rival })
}

function following(plan: HorizonPlan, nowMs: number, { active, goal, peakKw }: Following): Strategy {
  const targets = targetsAt(plan, nowMs)
  const keys = new Map(active.map((car) => [car.station, keyOf(car)]))
  const slot = plan.slots.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)
  return followPlan({
    target: ({ place }) => targets.get(keys.get(place) ?? '') ?? null,
    spareW: goal.holdsPeak ? Math.max(peakKw * 1000, slot?.siteW ?? 0) : Infinity
  })
}
