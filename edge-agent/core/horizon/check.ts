import { excess, phasorOf } from './phasor.ts'
import { presence } from './program.ts'
import type { Problem } from './problem.ts'
import { contentsWh, type HorizonPlan } from './solve.ts'

export type CheckFault =
  | 'another-question'
  | 'not-a-number'
  | 'row-overrun'
  | 'over-its-own'
  | 'energy-out-of-range'

const dustA = 1e-6
const dustWh = 1 // The solver keeps a row to 1e-7 of a kWh, times slots and scaling.

/** An answer is believed only after this, wherever it was made. @returns what is wrong with it; null: nothing */
export function checkPlan(problem: Problem, plan: HorizonPlan): CheckFault | null {
  const { slots, members, sun, rows } = problem
  const keys = [...members, ...sun].map(({ key }) => key)
  const same =
    plan.slots.length === slots.length &&
    plan.currentsA.length === slots.length &&
    plan.slots.every(
      ({ startMs, endMs }, at) => startMs === slots[at]?.startMs && endMs === slots[at]?.endMs
    ) &&
    keys.join('\n') === plan.keys.join('\n') &&
    plan.currentsA.every(({ length }) => length === keys.length)
  if (!same) return 'another-question'
  if (!plan.currentsA.flat().every(Number.isFinite)) return 'not-a-number'
  if (
    plan.currentsA.some((currents, slot) =>
      currents.some((current, at) => !isOwn(problem, slot, at, current))
    )
  )
    return 'over-its-own'
  const overrun = plan.currentsA.some(
    (currents, slot) =>
      currents.some((current) => current !== 0) &&
      rows.some((row) => excess(row, slot, phasorOf(row, slot, currents)) > dustA)
  )
  if (overrun) return 'row-overrun'
  return contentsWh(problem, plan).every((contents, at) => within(contents, problem.members[at]?.energy))
    ? null
    : 'energy-out-of-range'
}

function isOwn({ slots, members, sun }: Problem, slot: number, at: number, current: number): boolean {
  const member = members[at]
  const when = slots[slot]
  if (when === undefined) return false
  if (member === undefined) {
    const plant = sun[at - members.length]
    return (
      plant !== undefined &&
      current >= -dustA &&
      current <= (plant.availableW[slot] ?? 0) / plant.wattsPerA + dustA
    )
  }
  const share = presence(member, when)
  return current <= member.chargeA * share + dustA && current >= -member.dischargeA * share - dustA
}

const within = (
  contents: readonly number[],
  room: { readonly lowWh: number; readonly highWh: number } | undefined
): boolean =>
  room !== undefined && contents.every((each) => each >= room.lowWh - dustWh && each <= room.highWh + dustWh)
