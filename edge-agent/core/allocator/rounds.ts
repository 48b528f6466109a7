import type { MilliAmps } from '@nova/shared-protocol/units'
import type { Filling } from './claim.ts'
import { fits, pullUp, roomFor, type Load } from './network.ts'
import { atMost } from './pilots.ts'

/** Everyone who still rises, by row, and what one step of all of them adds to it. */
type Rounds = {
  readonly load: Load
  readonly fillings: readonly Filling[]
  readonly stepMilliA: MilliAmps
  readonly in: Uint8Array
  readonly members: number[][]
  readonly step: Float64Array // By row.
  readonly leaving: number[][] // By the number of rounds that take one to his cap.
  left: number
  done: number // Rounds so far.
}

/**
 * Rounds in which everyone rises by the same step, where no current hides another. A row that has room for a step
 * of all who run through it binds nobody in this round; only behind the others each is asked, in the given order.
 * So a round costs as much as there are rows, not as there are cars.
 */
export function evenRounds(load: Load, fillings: readonly Filling[], stepMilliA: MilliAmps): void {
  const rounds = begun(load, fillings, stepMilliA)
  while (rounds.left > 0) {
    for (const index of rounds.leaving[rounds.done] ?? []) reachCap(rounds, index)
    const asked = whoIsAsked(rounds)
    for (const index of asked) takeStep(rounds, index, -1)
    load.used.forEach((used, row) => {
      load.used[row] = used + (rounds.step[row] ?? 0)
    })
    for (const index of asked) takeStep(rounds, index, 1)
    for (const index of asked) ask(rounds, index)
    rounds.done++
  }
}

/** Whether all rise by one step, none of it reserved, and no row counts one against another. */
export function areEven(load: Load, fillings: readonly Filling[], stepMilliA: MilliAmps): boolean {
  return (
    !load.network.wires.cancels &&
    fillings.every(({ claim: { pilots }, level, counted }) => {
      const even = pilots === undefined || (pilots.kind === 'steps' && stepMilliA % pilots.stepMilliA === 0)
      return even && counted === level
    })
  )
}

function begun(load: Load, fillings: readonly Filling[], stepMilliA: MilliAmps): Rounds {
  const rows = load.network.rows.length
  const rounds: Rounds = {
    load,
    fillings,
    stepMilliA,
    in: new Uint8Array(fillings.length).fill(1),
    members: Array.from({ length: rows }, () => []),
    step: new Float64Array(rows),
    leaving: [],
    left: fillings.length,
    done: 0
  }
  fillings.forEach(({ claim, pull, level }, index) => {
    const most = Math.max(0, Math.floor((atMost(claim.pilots, claim.capMilliA) - level) / stepMilliA))
    ;(rounds.leaving[most] ??= []).push(index)
    for (const row of pull.rows) rounds.members[row]?.push(index)
    takeStep(rounds, index, 1)
  })
  return rounds
}

/** Adds one's step to what a round adds to the rows, or takes it away. */
function takeStep({ fillings, step, stepMilliA }: Rounds, index: number, sign: 1 | -1): void {
  const pull = fillings[index]?.pull
  pull?.rows.forEach((row, at) => {
    step[row] = (step[row] ?? 0) + (pull.re[at] ?? 0) * stepMilliA * sign
  })
}

/** Those behind rows that have no room for a step of all, in order. */
function whoIsAsked({ load, members, step, in: still }: Rounds): number[] {
  const asked = new Set<number>()
  for (let row = 0; row < step.length; row++) {
    const more = step[row] ?? 0
    if (more <= 0 || (load.used[row] ?? 0) + more <= (load.high[row] ?? 0)) continue
    for (const index of members[row] ?? []) if (still[index] === 1) asked.add(index)
  }
  return [...asked].toSorted((a, b) => a - b)
}

function ask(rounds: Rounds, index: number): void {
  const { load, fillings, stepMilliA } = rounds
  const filling = fillings[index]
  if (filling === undefined) return
  if (fits(load, filling.pull, stepMilliA)) pullUp(load, filling.pull, stepMilliA)
  else leave(rounds, index, roomFor(load, filling.pull).row)
}

/** What is less than a step to his cap is his too, where his pile can say it and it fits. */
function reachCap(rounds: Rounds, index: number): void {
  const filling = rounds.fillings[index]
  if (filling === undefined || rounds.in[index] === 0) return
  leave(rounds, index, null)
  const { claim, pull, level } = filling
  const rest = atMost(claim.pilots, claim.capMilliA) - level
  if (rest <= 0) return
  if (fits(rounds.load, pull, rest)) {
    pullUp(rounds.load, pull, rest)
    filling.level = level + rest
    filling.counted = filling.level
  } else filling.row = roomFor(rounds.load, pull).row
}

function leave(rounds: Rounds, index: number, row: number | null): void {
  const filling = rounds.fillings[index]
  if (filling === undefined || rounds.in[index] === 0) return
  rounds.in[index] = 0
  rounds.left--
  takeStep(rounds, index, -1)
  filling.level += rounds.done * rounds.stepMilliA
  filling.counted = filling.level
  filling.row = row
}
