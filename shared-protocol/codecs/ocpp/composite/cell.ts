import {
  nothing,
  type Period,
  type Profile,
  type Source,
  type Triple,
  type Unit,
  type Version
} from './profile.ts'

/** What is said in one unit. */
export type Values = {
  readonly limit: Triple
  readonly discharge: Triple
  readonly setpoint: Triple
  readonly by: Source | null
}

/** What is said at an instant, kept in the units it was said in: conversion needs the phases of all together. */
export type Cell = {
  readonly A: Values
  readonly W: Values
  readonly phases: number | null
  readonly phaseToUse: number | null // Only where one phase is in use.
}

const silent: Values = { limit: nothing, discharge: nothing, setpoint: nothing, by: null }
export const emptyCell: Cell = { A: silent, W: silent, phases: null, phaseToUse: null }

export function cellOf({ profile, period }: { readonly profile: Profile; readonly period: Period }): Cell {
  const { id, purpose, stackLevel, evse, minRate } = profile
  const { limit, discharge, setpoint, phases } = period
  const values = { limit, discharge, setpoint, by: { id, purpose, stackLevel, evse, minRate } }
  const use = { phases, phaseToUse: phases === 1 ? period.phaseToUse : null }
  const cell = profile.unit === 'A' ? { A: values, W: silent, ...use } : { A: silent, W: values, ...use }
  return saysNothing(cell) ? emptyCell : cell
}

export const saysNothing = ({ A, W }: Cell): boolean =>
  [A, W].every(({ limit, discharge, setpoint }) =>
    [limit, discharge, setpoint].every((triple) => triple.every((value) => value === null))
  )

/** The lowest of all that is said: fewest phases, of one phase the first that is named, least limit, least discharge, set-point within both. */
export function lowest(cells: readonly Cell[], version: Version): Cell {
  const phases = least(cells.map((cell) => cell.phases))
  const even = evened(cells, phases, version)
  const [A, W] = (['A', 'W'] as const).map((unit) => lowestValues(even.map((cell) => cell[unit])))
  const phaseToUse =
    phases === 1 ? (cells.find((cell) => cell.phaseToUse !== null)?.phaseToUse ?? null) : null
  return { A: A ?? silent, W: W ?? silent, phases, phaseToUse }
}

function lowestValues(all: readonly Values[]): Values {
  const limit = all.map((values) => values.limit).reduce(phaseWise(lower), nothing)
  const discharge = all.map((values) => values.discharge).reduce(phaseWise(higher), nothing)
  const wanted = all.map((values) => values.setpoint).reduce(nearerZero, nothing)
  const leader = all.find((values) => values.limit[0] !== null && values.limit[0] === limit[0])
  return {
    limit,
    discharge,
    setpoint: within(wanted, limit, discharge),
    by: (leader ?? all.find(({ by }) => by))?.by ?? null
  }
}

const lower = (a: number, b: number) => Math.min(a, b)
const higher = (a: number, b: number) => Math.max(a, b)

/** Both set-points asked for: the one that moves less energy, judged by the sign of the first (V2X.03, V2X.04). */
const nearerZero = (one: Triple, other: Triple): Triple =>
  phaseWise((one[0] ?? other[0] ?? 0) < 0 ? higher : lower)(one, other)

function within(setpoint: Triple, limit: Triple, discharge: Triple): Triple {
  const charges = (setpoint[0] ?? 0) >= 0
  const bound = charges ? limit : discharge
  return mapTriple(setpoint, (value, at) => {
    const edge = bound[at] ?? null
    if (value === null || edge === null) return value
    return charges ? Math.min(value, edge) : Math.max(value, edge)
  })
}

/** Sums limits over EVSEs; `fill` stands for an EVSE that names none in a unit, null makes the sum unknown. */
export function sum(
  cells: readonly Cell[],
  fill: Readonly<Record<Unit, number | null>>,
  version: Version
): Cell {
  const phases = most(cells.map((cell) => cell.phases))
  const even = evened(cells, phases, version)
  const threefold = even !== cells
  const add = (unit: Unit): Values => ({
    ...silent,
    limit: mapTriple(nothing, (_, at) =>
      at > 0 && !threefold
        ? null
        : even
            .map((cell) => cell[unit].limit[at] ?? fill[unit])
            .reduce<number | null>(
              (total, each) => (total === null || each === null ? null : total + each),
              0
            )
    )
  })
  return { A: add('A'), W: add('W'), phases, phaseToUse: null }
}

/** 2.1: once one of them speaks of single phases all do. @returns the same list when none does */
function evened(cells: readonly Cell[], phases: number | null, version: Version): readonly Cell[] {
  if (version !== '2.1' || !cells.some(byPhase)) return cells
  return cells.map(({ A, W, phases: own, phaseToUse }) => ({
    A: mapValues(A, (triple) => spread(triple, phases, 1)),
    W: mapValues(W, (triple) => spread(triple, phases, phases ?? 1)),
    phases: own,
    phaseToUse
  }))
}

const byPhase = ({ A, W }: Cell): boolean =>
  [A, W].some(({ limit, discharge, setpoint }) =>
    [limit, discharge, setpoint].some(([, l2, l3]) => l2 !== null || l3 !== null)
  )

/** One phase in use: the least of what is said counts. Several: what is said once is said for each. */
function spread([l1, l2, l3]: Triple, phases: number | null, share: number): Triple {
  if (l1 === null || phases === null) return [l1, l2, l3]
  if (phases === 1) return [Math.min(l1, l2 ?? l1, l3 ?? l1), null, null]
  if (l2 !== null && l3 !== null) return [l1, l2, l3]
  return [l1 / share, l1 / share, l1 / share]
}

export const mapTriple = (
  [l1, l2, l3]: Triple,
  change: (value: number | null, at: 0 | 1 | 2) => number | null
): Triple => [change(l1, 0), change(l2, 1), change(l3, 2)]

const mapValues = (values: Values, change: (triple: Triple) => Triple): Values => ({
  limit: change(values.limit),
  discharge: change(values.discharge),
  setpoint: change(values.setpoint),
  by: values.by
})

const phaseWise =
  (pick: (a: number, b: number) => number) =>
  (one: Triple, other: Triple): Triple =>
    mapTriple(one, (value, at) => {
      const second = other[at]
      return value === null ? second : second === null ? value : pick(value, second)
    })

const defined = (all: readonly (number | null)[]) => all.filter((each) => each !== null)
const least = (all: readonly (number | null)[]) =>
  defined(all).length > 0 ? Math.min(...defined(all)) : null
const most = (all: readonly (number | null)[]) => (defined(all).length > 0 ? Math.max(...defined(all)) : null)

export { phaseWise }
