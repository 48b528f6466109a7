import type { Borders } from './borders.ts'
import { tenTo } from './decimal.ts'
import {
  compare,
  isNought,
  minus,
  nought,
  per,
  plus,
  ratio,
  times,
  whole,
  type Fraction
} from './fraction.ts'
import type { Point } from './judge.ts'
import { Dimension } from './model.ts'
import type { SignalLine, StateLine } from './session.ts'
import type { Quantities, Slice, Span } from './slice.ts'
import type { Wall } from './wall.ts'

export type Cuttable = {
  readonly points: readonly Point[]
  readonly digits: number
  readonly from: number
  readonly to: number
  readonly states: StateLine
  readonly signals: SignalLine
  readonly idleFrom: number | null // Charging has ended and the driver has been told.
  readonly wall: Wall
  readonly borders: Borders
}

/** A session as slices in order of time, cut at every border of the tariff; energy evenly between readings. */
export function slicesOfSession(given: Cuttable): Slice[] {
  const borders = bordersIn(given)
  const session = { ...given, points: given.borders.needsPower ? given.points : thinned(given, borders) }
  const cuts = cutsOf(session, borders)
  const walk = new Walk(session)
  const slices: Slice[] = []
  for (const [index, from] of cuts.entries()) slices.push(...walk.to(from, cuts[index + 1] ?? from))
  return slices
}

/** Instants between begin and end at which the tariff, the connector or a signal may change, in order. */
function bordersIn({ from, to, states, signals, idleFrom, wall, borders }: Cuttable): number[] {
  const { minutes, durationsMs, idlesMs, seriesMs } = borders
  return [
    ...states.map(({ at }) => at),
    ...signals.map(({ at }) => at),
    ...(minutes.length > 0 ? wall.when(from, to, minutes) : []),
    ...durationsMs.map((each) => from + each),
    ...(idleFrom === null ? [] : [idleFrom, ...idlesMs.map((each) => idleFrom + each)]),
    ...seriesMs
  ]
    .filter((at) => at > from && at < to)
    .toSorted((a, b) => a - b)
}

/**
 * Without the readings between which nothing can change: those whose neighbours see the same stretch between two
 * borders and the same tier. Energy there is a difference of registers, whatever the course.
 */
function thinned({ points, digits, borders }: Cuttable, at: readonly number[]): readonly Point[] {
  const scale = Number(tenTo(digits))
  const first = Number(points[0]?.units ?? 0n)
  const tiers = borders.energiesWh.map(({ top, bottom }) => first + (Number(top) / Number(bottom)) * scale)
  const isBorderNear = ahead(at)
  const isTierNear = ahead(tiers) // In floats, so a unit more on both sides is near too.
  return points.filter((point, index) => {
    const [before, next] = [points[index - 1], points[index + 1]]
    if (!before || !next || before.at === point.at || next.at === point.at) return true
    const isTier = isTierNear(Number(before.units) - 1, Number(next.units) + 1)
    return isBorderNear(before.at, next.at) || isTier
  })
}

/** Whether one of `marks`, which are in order, lies in [low, high]; asked with rising bounds. */
function ahead(marks: readonly number[]): (low: number, high: number) => boolean {
  let index = 0
  return (low, high) => {
    while ((marks[index] ?? Number.POSITIVE_INFINITY) < low) index++
    return (marks[index] ?? Number.POSITIVE_INFINITY) <= high
  }
}

function cutsOf({ points, from, to }: Cuttable, borders: readonly number[]): number[] {
  const inside = points.map(({ at }) => at).filter((at) => at > from && at < to)
  const ordered = [from, ...[...inside, ...borders].toSorted((a, b) => a - b), to]
  return ordered.filter((at, index) => at !== ordered[index - 1])
}

/** Goes along a session once, remembering which reading, state and signal holds. */
class Walk {
  readonly #session: Cuttable
  #point = 0
  #state = 0
  #signal = 0
  #energy: Fraction = nought
  #values: ReadonlyMap<string, Fraction> = new Map()

  constructor(session: Cuttable) {
    this.#session = session
  }

  /** Slices of [from, to); what was read twice at `from` comes before. */
  to(from: number, to: number): Slice[] {
    this.#goTo(from)
    const jumped = this.#jump(from)
    const base = this.#baseAt(from)
    const made = isNought(jumped) ? [] : this.#tiers({ ...base, quantities: { energy: jumped } }, jumped)
    if (from === to && made.length > 0) return made
    const energy = this.#energyOf(from, to)
    const seconds = { top: to - from, bottom: 1000 }
    const quantities = { ...(isNought(energy) ? {} : { energy }), ...this.#times(from, seconds) }
    const power = this.#powerOf(from, base)
    return [...made, ...this.#tiers({ ...base, quantities, powerW: power }, energy)]
  }

  #goTo(from: number): void {
    const { states, signals } = this.#session
    while ((states[this.#state]?.at ?? Number.POSITIVE_INFINITY) <= from) this.#state++
    let values: Map<string, Fraction> | undefined
    for (let next = signals[this.#signal]; next && next.at <= from; next = signals[++this.#signal])
      values = (values ?? new Map(this.#values)).set(next.name, next.value)
    this.#values = values ?? this.#values
  }

  /** Energy between readings of one instant; afterwards the reading at or before `from` is the current one. */
  #jump(from: number): Fraction {
    const { points, digits } = this.#session
    let jumped = 0n
    for (;;) {
      const [here, next] = [points[this.#point], points[this.#point + 1]]
      if (!here || !next || next.at > from) return ratio(jumped, tenTo(digits))
      if (next.at === here.at) jumped += next.units - here.units
      this.#point++
    }
  }

  #energyOf(from: number, to: number): Fraction {
    const { points, digits } = this.#session
    const [here, next] = [points[this.#point], points[this.#point + 1]]
    if (!here || !next || here.at > from || from === to) return nought
    const units = next.units - here.units
    if (here.at === from && next.at === to) return ratio(units, tenTo(digits))
    return ratio(units * BigInt(to - from), tenTo(digits) * BigInt(next.at - here.at))
  }

  #baseAt(from: number): Slice {
    const { wall, from: start, idleFrom } = this.#session
    return {
      at: from,
      local: wall.at(from),
      quantities: {},
      energyBefore: this.#energy,
      durationMs: from - start,
      idleMs: idleFrom === null || from < idleFrom ? null : from - idleFrom,
      powerW: null,
      currentMilliA: this.#recorded('current'),
      reservation: null,
      signals: this.#values
    }
  }

  #times(from: number, seconds: Fraction): Quantities {
    if (isNought(seconds)) return {}
    const state = this.#session.states[this.#state - 1]?.state ?? 'charging'
    if (state === 'held-back') return {}
    if (state === 'charging') return { time: seconds, session: seconds }
    const { idleFrom } = this.#session
    const isIdle = state === 'finished' && idleFrom !== null && from >= idleFrom
    return { parking: seconds, session: seconds, ...(isIdle ? { idle: seconds } : {}) }
  }

  #powerOf(from: number, { powerW }: Slice): Span | null {
    const { points, digits, borders } = this.#session
    if (!borders.needsPower) return powerW
    const recorded = this.#recorded('power')
    if (recorded) return recorded
    const [here, next] = [points[this.#point], points[this.#point + 1]]
    if (!here || !next || here.at > from) return null
    const average = ratio((next.units - here.units) * 3_600_000n, tenTo(digits) * BigInt(next.at - here.at))
    return { low: average, high: average }
  }

  /** The signals `power` (kW) and `current` (A, over all phases) are measurements of the session itself. */
  #recorded(name: 'power' | 'current'): Span | null {
    const value = this.#values.get(name)
    if (!value) return null
    const milli = times(value, whole(1000))
    return { low: milli, high: milli }
  }

  /** Cuts a slice where the session's energy reaches a tier, its times in the same proportion. */
  #tiers(slice: Slice, energy: Fraction): Slice[] {
    const before = this.#energy
    const after = plus(before, energy)
    this.#energy = after
    const marksOf = this.#session.borders.energiesWh
    const tiers = marksOf.filter((each) => compare(each, before) > 0 && compare(each, after) < 0)
    if (tiers.length === 0)
      return [slice.energyBefore === before ? slice : { ...slice, energyBefore: before }]
    const marks = [before, ...tiers, after]
    return marks.slice(1).map((mark, index) => {
      const begin = marks[index] ?? before
      const share = per(minus(mark, begin), energy)
      return { ...slice, energyBefore: begin, quantities: shared(slice.quantities, share) }
    })
  }
}

function shared(quantities: Quantities, share: Fraction): Quantities {
  const parts: Quantities = {}
  for (const dimension of Dimension.options) {
    const quantity = quantities[dimension]
    if (quantity) parts[dimension] = times(quantity, share)
  }
  return parts
}
