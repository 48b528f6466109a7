import type { Lines, NewRow } from './lines.ts'
import { excess, phasorOf, shareThatHolds } from './phasor.ts'
import { type Problem, type ProblemFault, type Slot, faultOf } from './problem.ts'
import { type Program, hoursOf, kWPerA, programOf, tangentOf } from './program.ts'

/** Who solves linear programs. It keeps the last one and may be given more rows. */
export type Solver = {
  load(lines: Lines): void
  add(rows: readonly NewRow[]): void
  /** @returns the columns' values at the optimum, or why there are none */
  run(): Answer
}

export type Answer =
  | { readonly ok: true; readonly values: ArrayLike<number>; readonly objective: number }
  | { readonly ok: false; readonly fault: 'infeasible' | 'unbounded' | 'late' | 'failed' }

/** Currents by slot, then by member and sun; every row holds for them. Negative: given back. */
export type HorizonPlan = {
  readonly slots: readonly { readonly startMs: number; readonly endMs: number; readonly siteW: number }[]
  readonly keys: readonly string[] // Members first, then suns.
  readonly currentsA: readonly (readonly number[])[]
  readonly objective: number // Of the linear program; what cuts left over makes it a bound from below.
  readonly scaled: number // Smallest share to which a slot had to be scaled so that its rows hold.
  readonly rounds: number // How often the solver ran.
}

export type PlanFault = ProblemFault | 'infeasible' | 'unbounded' | 'late' | 'failed' | 'base-load-over-limit'

export type PlanOutcome =
  | { readonly ok: true; readonly plan: HorizonPlan }
  | { readonly ok: false; readonly fault: PlanFault }

const mostRounds = 20 // Few are needed: each cut quarters what stands outside its circle.
const nearEnough = 1e-6 // Of a limit; the rest is scaled away.

/** Solves, cuts where a true circle is broken, solves again; at last scales until every row holds exactly. */
export function solvePlan(problem: Problem, solver: Solver): PlanOutcome {
  const fault = faultOf(problem)
  if (fault !== null) return { ok: false, fault }
  const program = programOf(problem)
  solver.load(program.lines)
  for (let rounds = 1; ; rounds++) {
    const answer = solver.run()
    if (!answer.ok) return answer
    const currents = settled(problem, currentsOf(problem, program, answer.values))
    const cuts = rounds < mostRounds ? cutsFor(problem, program, currents) : []
    if (cuts.length === 0) return planOf(problem, currents, { objective: answer.objective, rounds })
    solver.add(cuts)
  }
}

function currentsOf(problem: Problem, { flows }: Program, values: ArrayLike<number>): number[][] {
  const many = problem.members.length + problem.sun.length
  const currents = problem.slots.map(() => Array.from({ length: many }, () => 0))
  for (const { at, slot, charge, discharge } of flows) {
    const inward = charge === null ? 0 : Math.max(0, values[charge] ?? 0)
    const outward = discharge === null ? 0 : Math.max(0, values[discharge] ?? 0)
    const bySlot = currents[slot]
    if (bySlot !== undefined) bySlot[at] = inward - outward
  }
  return currents
}

/**
 * Giving and taking at once, netted, loses less than the program thought (it may burn energy when it is paid to
 * take it): what would not fit any more into a member, or would leave too little in it, is taken off.
 */
function settled(problem: Problem, currents: number[][]): number[][] {
  problem.members.forEach(({ wattsPerA, efficiency, energy }, at) => {
    let sum = 0
    problem.slots.forEach((slot, index) => {
      const bySlot = currents[index]
      if (bySlot === undefined) return
      const whPerA = wattsPerA * hoursOf(slot)
      const most = Math.max(0, energy.highWh - sum) / (whPerA * efficiency)
      const least = (-Math.max(0, sum - energy.lowWh) * efficiency) / whPerA
      const current = Math.min(most, Math.max(least, bySlot[at] ?? 0))
      bySlot[at] = current
      sum += current * whPerA * (current > 0 ? efficiency : 1 / efficiency)
    })
  })
  return currents
}

function cutsFor(problem: Problem, { wires, parts }: Program, currents: readonly number[][]): NewRow[] {
  return wires.flatMap((wire, index) => {
    const row = problem.rows[wire.row]
    if (row === undefined || !wire.round) return []
    return currents.flatMap((inSlot, slot) => {
      const [re, im] = phasorOf(row, slot, inSlot)
      if (excess(row, slot, [re, im]) <= (row.limitA[slot] ?? 0) * nearEnough) return []
      const cut = tangentOf(problem, wire, {
        parts: parts[index]?.get(slot) ?? [],
        slot,
        angle: Math.atan2(im, re)
      })
      return cut === null ? [] : [cut]
    })
  })
}

function planOf(
  problem: Problem,
  currents: readonly number[][],
  found: { readonly objective: number; readonly rounds: number }
): PlanOutcome {
  const shares = currents.map((inSlot, slot) => shareThatHolds(problem.rows, slot, inSlot))
  const over = shares.findIndex(
    (share, slot) => share === null && (currents[slot] ?? []).some((each) => each !== 0)
  )
  if (over >= 0) return { ok: false, fault: 'base-load-over-limit' }
  const held = currents.map((inSlot, slot) => inSlot.map((current) => current * (shares[slot] ?? 0)))
  const slots = problem.slots.map((slot, index) => ({
    startMs: slot.startMs,
    endMs: slot.endMs,
    siteW: siteW(problem, slot, held[index] ?? [])
  }))
  const keys = [...problem.members, ...problem.sun].map(({ key }) => key)
  const scaled = Math.min(1, ...shares.map((share) => share ?? 1))
  return { ok: true, plan: { slots, keys, currentsA: held, scaled, ...found } }
}

const siteW = (problem: Problem, { baseW }: Slot, currents: readonly number[]): number =>
  currents.reduce((watts, current, at) => watts + current * kWPerA(problem, at) * 1000, baseW)

/** What each member holds more than now at the end of every slot, Wh, losses taken off; in the order of members. */
export function contentsWh(problem: Problem, { currentsA }: Currents): readonly (readonly number[])[] {
  return problem.members.map(({ wattsPerA, efficiency }, at) => {
    let sum = 0
    return problem.slots.map((slot, index) => {
      const current = currentsA[index]?.[at] ?? 0
      sum += current * wattsPerA * hoursOf(slot) * (current > 0 ? efficiency : 1 / efficiency)
      return sum
    })
  })
}

/** What each member holds more at the plan's end, Wh. */
export const energyWh = (problem: Problem, plan: Currents): readonly number[] =>
  contentsWh(problem, plan).map((contents) => contents.at(-1) ?? 0)

type Currents = Pick<HorizonPlan, 'currentsA'>
