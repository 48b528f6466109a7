import { type Lines, type NewRow, type Term, column, noLines, row } from './lines.ts'
import { type Wire, wiresOf } from './phasor.ts'
import type { Commitment, Member, Problem, Slot } from './problem.ts'

/** A problem as a linear program, and where in it everything stands. Amperes, kW, kWh. */
export type Program = {
  readonly lines: Lines
  readonly flows: readonly Flow[]
  readonly wires: readonly Wire[]
  /** By wire: the columns that sum up to its phasor; members that weigh alike stand as one column. */
  readonly parts: readonly Parts[]
}

/** One member (or sun) in one slot: columns in amperes, null where it can give or take nothing. */
export type Flow = {
  readonly at: number
  readonly slot: number
  readonly charge: number | null
  readonly discharge: number | null
}

/** By slot. */
export type Parts = ReadonlyMap<number, readonly Part[]>

export type Part = {
  readonly slot: number
  readonly column: number
  readonly re: number
  readonly im: number
}

const hourMs = 3_600_000

export const hoursOf = ({ startMs, endMs }: Slot): number => (endMs - startMs) / hourMs

/** Share of the slot in which the member stands there. */
export function presence({ fromMs, untilMs }: Member, { startMs, endMs }: Slot): number {
  return Math.max(0, Math.min(untilMs, endMs) - Math.max(fromMs, startMs)) / (endMs - startMs)
}

/** @param problem one in which `faultOf` finds nothing */
export function programOf(problem: Problem): Program {
  const lines = noLines()
  const flows = [
    ...problem.members.flatMap((member, at) => memberFlows(lines, problem, member, at)),
    ...problem.sun.flatMap(({ wattsPerA, availableW }, index) =>
      availableW.map((watts, slot) => ({
        at: problem.members.length + index,
        slot,
        charge: column(lines, 0, watts / wattsPerA),
        discharge: null
      }))
    )
  ]
  const byMember = Map.groupBy(flows, ({ at }) => at)
  problem.members.forEach((member, at) => storage(lines, problem, member, byMember.get(at) ?? []))
  const wires = wiresOf(problem)
  const parts = partsOf(lines, problem, wires, flows)
  wires.forEach((wire, index) => {
    for (const slot of problem.slots.keys())
      for (const angle of wire.angles) {
        const tangent = tangentOf(problem, wire, { parts: parts[index]?.get(slot) ?? [], slot, angle })
        if (tangent !== null) row(lines, tangent)
      }
  })
  if (problem.commitments.length > 0) sitePower(lines, problem, flows)
  return { lines, flows, wires, parts }
}

function memberFlows(lines: Lines, problem: Problem, member: Member, at: number): readonly Flow[] {
  const [first] = problem.slots
  return problem.slots.flatMap((slot, index): readonly Flow[] => {
    const share = presence(member, slot)
    if (share === 0) return []
    const kWhPerA = (member.wattsPerA / 1000) * hoursOf(slot)
    const waitsHours = ((slot.startMs + slot.endMs) / 2 - (first?.startMs ?? 0)) / hourMs
    const value = member.valuePerKWh - hurryOf(problem, member) * waitsHours
    const inward = column(lines, 0, member.chargeA * share, -value * kWhPerA * member.efficiency)
    const outward = (value / member.efficiency + member.wearPerKWh) * kWhPerA
    const discharge = member.dischargeA > 0 ? column(lines, 0, member.dischargeA * share, outward) : null
    return [{ at, slot: index, charge: inward, discharge }]
  })
}

/** Who can give back is in no hurry: it would be paid for being empty. */
export const hurryOf = ({ hurryPerKWhHour }: Problem, { dischargeA }: Member): number =>
  dischargeA > 0 ? 0 : hurryPerKWhHour

/** What only takes needs one row for all its energy; what gives back needs its content at every slot's end. */
function storage(lines: Lines, problem: Problem, member: Member, flows: readonly Flow[]): void {
  const { lowWh, highWh } = member.energy
  const kWhPerA = (slot: number): number => (member.wattsPerA / 1000) * hoursOf(problem.slots[slot] as Slot)
  const into = ({ slot, charge, discharge }: Flow): readonly Term[] => [
    ...(charge === null ? [] : [[charge, kWhPerA(slot) * member.efficiency] as const]),
    ...(discharge === null ? [] : [[discharge, -kWhPerA(slot) / member.efficiency] as const])
  ]
  if (member.dischargeA === 0) {
    row(lines, { lower: -Infinity, upper: highWh / 1000, terms: flows.flatMap(into) })
    return
  }
  let before: number | null = null
  for (const flow of flows) {
    const content = column(lines, lowWh / 1000, highWh / 1000)
    const terms: Term[] = [[content, 1], ...into(flow).map(([at, factor]) => [at, -factor] as const)]
    if (before !== null) terms.push([before, -1])
    row(lines, { lower: 0, upper: 0, terms })
    before = content
  }
}

/** Members with the same weights in all round wires are summed up in one column a slot: three for Caltech's 54. */
function partsOf(
  lines: Lines,
  problem: Problem,
  wires: readonly Wire[],
  flows: readonly Flow[]
): readonly Parts[] {
  const weights = wires.map(({ row: at }) => new Map(problem.rows[at]?.terms.map((term) => [term.at, term])))
  const alike = (at: number): string =>
    wires.map(({ round }, index) => (!round ? '' : weightText(weights[index]?.get(at)))).join()
  const signatures = new Map(flows.map(({ at }) => [at, alike(at)]))
  const groups = Map.groupBy(flows, ({ at, slot }) => `${slot}:${signatures.get(at) ?? ''}`)
  const byMember = Map.groupBy(flows, ({ at }) => at)
  const anyRound = wires.some(({ round }) => round)
  const sums = anyRound
    ? [...groups.values()].map((members) => ({ at: members[0]?.at ?? 0, part: sumOf(lines, members) }))
    : []
  return wires.map(({ round }, index) => {
    const weigh = (at: number, part: { readonly slot: number; readonly column: number }): readonly Part[] => {
      const weight = weights[index]?.get(at)
      return weight === undefined ? [] : [{ ...part, re: weight.re, im: weight.im }]
    }
    const bySlot = (all: readonly Part[]): Parts => Map.groupBy(all, ({ slot }) => slot)
    if (round) return bySlot(sums.flatMap(({ at, part }) => weigh(at, part)))
    const through = [...(weights[index]?.keys() ?? [])].flatMap((at) => byMember.get(at) ?? [])
    return bySlot(
      through.flatMap(({ at, slot, charge, discharge }) => [
        ...(charge === null ? [] : weigh(at, { slot, column: charge })),
        ...(discharge === null ? [] : weigh(at, { slot, column: discharge }).map(turned))
      ])
    )
  })
}

const weightText = (weight: { readonly re: number; readonly im: number } | undefined): string =>
  weight === undefined ? '' : `${weight.re}/${weight.im}`

const turned = (part: Part): Part => ({ ...part, re: -part.re, im: -part.im })

function sumOf(lines: Lines, flows: readonly Flow[]): { readonly slot: number; readonly column: number } {
  const sum = column(lines, -Infinity, Infinity)
  const terms: Term[] = [[sum, -1]]
  for (const { charge, discharge } of flows) {
    if (charge !== null) terms.push([charge, 1])
    if (discharge !== null) terms.push([discharge, -1])
  }
  row(lines, { lower: 0, upper: 0, terms })
  return { slot: flows[0]?.slot ?? 0, column: sum }
}

/** The line that touches the wire's circle at this angle; null: nothing of the plan runs through it then. */
export function tangentOf(
  { rows }: Problem,
  { row: at, round }: Wire,
  where: { readonly parts: readonly Part[]; readonly slot: number; readonly angle: number }
): NewRow | null {
  const wire = rows[at]
  const [x, y] = [Math.cos(where.angle), Math.sin(where.angle)]
  const terms = where.parts
    .map((part): Term => [part.column, tidy(part.re * x + part.im * y)])
    .filter(([, factor]) => factor !== 0)
  if (wire === undefined || terms.length === 0) return null
  const [re, im] = wire.base[where.slot] ?? [0, 0]
  const limit = !round && x < 0 ? -(wire.lowA[where.slot] ?? 0) : (wire.limitA[where.slot] ?? 0)
  return limit === Infinity ? null : { lower: -Infinity, upper: limit - re * x - im * y, terms }
}

const tidy = (factor: number): number => (Math.abs(factor) < 1e-9 ? 0 : factor) // 90° is not quite 0 in floats.

function sitePower(lines: Lines, problem: Problem, flows: readonly Flow[]): void {
  const bySlot = Map.groupBy(flows, ({ slot }) => slot)
  const power = problem.slots.map(({ baseW }, slot) => {
    const site = column(lines, -Infinity, Infinity)
    const terms: Term[] = [[site, 1]]
    for (const { at, charge, discharge } of bySlot.get(slot) ?? []) {
      const kW = kWPerA(problem, at)
      if (charge !== null) terms.push([charge, -kW])
      if (discharge !== null) terms.push([discharge, kW])
    }
    row(lines, { lower: baseW / 1000, upper: baseW / 1000, terms })
    return site
  })
  for (const commitment of problem.commitments) promise(lines, problem, commitment, power)
}

/** Positive takes from the grid, negative gives. */
export function kWPerA({ members, sun }: Problem, at: number): number {
  const member = members[at]
  return member === undefined ? -(sun[at - members.length]?.wattsPerA ?? 0) / 1000 : member.wattsPerA / 1000
}

function promise(lines: Lines, problem: Problem, each: Commitment, power: readonly number[]): void {
  if (each.per === 'slot') {
    power.forEach((site, slot) => {
      const hours = hoursOf(problem.slots[slot] as Slot)
      const up = column(lines, 0, Infinity, (each.upPerKWh[slot] ?? 0) * hours)
      const down = column(lines, 0, Infinity, -(each.downPerKWh[slot] ?? 0) * hours)
      const quantity = (each.quantityW[slot] ?? 0) / 1000
      row(lines, {
        lower: quantity,
        upper: quantity,
        terms: [
          [site, 1],
          [up, -1],
          [down, 1]
        ]
      })
    })
    return
  }
  for (const [side, price] of [
    [1, each.upPerKW],
    [-1, -each.downPerKW]
  ] as const) {
    if (price === 0) continue
    const most = column(lines, 0, Infinity, price)
    power.forEach((site, slot) => {
      const quantity = ((each.quantityW[slot] ?? 0) / 1000) * side
      row(lines, {
        lower: -Infinity,
        upper: quantity,
        terms: [
          [site, side],
          [most, -1]
        ]
      })
    })
  }
}
