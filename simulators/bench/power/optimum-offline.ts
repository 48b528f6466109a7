import type { Network } from '@nova/edge-agent/allocator'
import { energyWh, solvePlan, type HighsSolver, type Problem } from '@nova/edge-agent/planner'
import { memberOf, periodMs, rowsOf, slotsBetween } from './optimum-scheduler.ts'
import type { AcnSession } from './vectors.ts'

/**
 * The most energy that anybody could deliver who knew all arrivals and departures, in percent. Between two of them
 * nothing changes, so a mean current does as well as any course of it; and where the garage is empty, the
 * question falls apart. `boundPercent` is what the straight lines around the circles would allow.
 */
export function offlineOptimum(
  network: Network,
  sessions: readonly AcnSession[],
  solver: HighsSolver
): { readonly percent: number; readonly boundPercent: number } {
  let [got, bound] = [0, 0]
  for (const together of apart(sessions)) {
    const problem = hindsight(network, together)
    const outcome = solvePlan(problem, solver)
    if (!outcome.ok) throw new Error(`no optimum: ${outcome.fault}`)
    got += energyWh(problem, outcome.plan).reduce((sum, each) => sum + each, 0)
    bound -= outcome.plan.objective * 1000
  }
  const asked = sessions.reduce((sum, { requestedWh }) => sum + requestedWh, 0)
  return { percent: (100 * got) / asked, boundPercent: (100 * bound) / asked }
}

/** Sessions that touch each other in time, in groups that do not. */
function apart(sessions: readonly AcnSession[]): readonly (readonly AcnSession[])[] {
  const groups: AcnSession[][] = []
  let emptyAt = -Infinity
  for (const session of sessions.toSorted((a, b) => a.arrival - b.arrival)) {
    if (session.arrival >= emptyAt) groups.push([])
    groups.at(-1)?.push(session)
    emptyAt = Math.max(emptyAt, session.departure)
  }
  return groups
}

function hindsight(network: Network | null, sessions: readonly AcnSession[]): Problem {
  const edges = [...new Set(sessions.flatMap(({ arrival, departure }) => [arrival, departure]))]
  const slots = slotsBetween(edges.toSorted((a, b) => a - b).map((edge) => edge * periodMs))
  const cars = sessions.map((session) => ({ ...session, leftWh: session.requestedWh }))
  return {
    slots,
    members: cars.map((car) => memberOf(car, car.arrival * periodMs, { valuePerKWh: 1 })),
    sun: [],
    rows: network === null ? [] : rowsOf(network, slots, cars),
    commitments: [],
    hurryPerKWhHour: 0
  }
}

const dearPerKw = 1
const dearerPerKWh = 1000 // No kWh is left out for a lower peak.

/** The lowest peak with which whoever knew the month could have given every car all that it could take. */
export function leastPeakKw(sessions: readonly AcnSession[], solver: HighsSolver): number {
  const problem = hindsight(null, sessions)
  const nothing = problem.slots.map(() => 0)
  const outcome = solvePlan(
    {
      ...problem,
      members: problem.members.map((member) => ({ ...member, valuePerKWh: dearerPerKWh })),
      commitments: [{ per: 'once', quantityW: nothing, upPerKW: dearPerKw, downPerKW: 0 }]
    },
    solver
  )
  if (!outcome.ok) throw new Error(`no lowest peak: ${outcome.fault}`)
  return Math.max(...outcome.plan.slots.map(({ siteW }) => siteW)) / 1000
}
