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
import { add, intOf, less, mul, type Int } from './int.ts'
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
  for (const [index, from] of cuts.entries()) walk.to(from, cuts[index + 1] ?? from)
  return walk.slices
}

/** Instants between begin and end at which the tariff, the connector or a signal may change, in order. */
function bordersIn({ from, to, states, signals, idleFrom, wall, borders }: Cuttable): number[] {
  const { minutes, durationsMs, idlesMs, seriesMs } = borders
  const found: number[] = []
  const note = (at: number): void => {
    if (at > from && at < to) found.push(at)
  }
  for (const { at } of states) note(at)
  for (const { at } of signals) note(at)
  if (minutes.length > 0) for (const at of wall.when(from, to, minutes)) note(at)
  for (const each of durationsMs) note(from + each)
  if (idleFrom !== null) for (const each of [0, ...idlesMs]) note(idleFrom + each)
  for (const at of seriesMs) note(at)
  return found.sort((a, b) => a - b)
}

/**
 * Without the readings between which nothing can change: those whose neighbours see the same stretch between two
 * borders and the same tier. Energy there is a difference of registers, whatever the course.
 */
function thinned({ points, digits, borders }: Cuttable, at: readonly number[]): readonly Point[] {
  const scale = Number(tenTo(digits))
  const first = Number(points[0]?.units ?? 0)
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

/** Begin, readings and borders between, and end, each instant once. Readings and borders are in order. */
function cutsOf({ points, from, to }: Cuttable, borders: readonly number[]): number[] {
  const cuts = [from]
  let last = from
  const cut = (at: number): void => {
    if (at > last && at < to) cuts.push(at)
    last = Math.max(last, at)
  }
  let border = 0
  for (const { at } of points) {
    for (let next = borders[border]; next !== undefined && next < at; next = borders[++border]) cut(next)
    cut(at)
  }
  for (; border < borders.length; border++) cut(borders[border] ?? from)
  if (to !== from) cuts.push(to)
  return cuts
}

const unsignalled: ReadonlyMap<string, Fraction> = new Map()

/** Goes along a session once, remembering which reading, state and signal holds. */
class Walk {
  /** Of what was gone along, in order of time. */
  readonly slices: Slice[] = []
  readonly #session: Cuttable
  readonly #scale: Int
  #point = 0
  #state = 0
  #signal = 0
  #energy: Fraction = nought
  #values: ReadonlyMap<string, Fraction> = unsignalled

  constructor(session: Cuttable) {
    this.#session = session
    this.#scale = intOf(tenTo(session.digits))
  }

  /** Makes the slices of [from, to); what was read twice at `from` comes before. */
  to(from: number, to: number): void {
    this.#goTo(from)
    const jumped = this.#jump(from)
    if (!isNought(jumped)) {
      this.#add(this.#sliceAt(from, { energy: jumped }, null), jumped)
      if (from === to) return
    }
    const energy = this.#energyOf(from, to)
    const quantities = this.#times(from, { top: to - from, bottom: 1000 })
    if (!isNought(energy)) quantities.energy = energy
    this.#add(this.#sliceAt(from, quantities, this.#powerAt(from)), energy)
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
    const { points } = this.#session
    let jumped: Int = 0
    for (;;) {
      const [here, next] = [points[this.#point], points[this.#point + 1]]
      if (!here || !next || next.at > from) return jumped === 0 ? nought : ratio(jumped, this.#scale)
      if (next.at === here.at) jumped = add(jumped, less(next.units, here.units))
      this.#point++
    }
  }

  #energyOf(from: number, to: number): Fraction {
    const { points } = this.#session
    const [here, next] = [points[this.#point], points[this.#point + 1]]
    if (!here || !next || here.at > from || from === to) return nought
    const units = less(next.units, here.units)
    if (here.at === from && next.at === to) return ratio(units, this.#scale)
    return ratio(mul(units, to - from), mul(this.#scale, next.at - here.at))
  }

  #sliceAt(from: number, quantities: Quantities, powerW: Span | null): Slice {
    const { wall, from: start, idleFrom } = this.#session
    return {
      at: from,
      local: wall.at(from),
      quantities,
      energyBefore: this.#energy,
      durationMs: from - start,
      idleMs: idleFrom === null || from < idleFrom ? null : from - idleFrom,
      powerW,
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
    return isIdle
      ? { parking: seconds, session: seconds, idle: seconds }
      : { parking: seconds, session: seconds }
  }

  #powerAt(from: number): Span | null {
    const { points, borders } = this.#session
    if (!borders.needsPower) return null
    const recorded = this.#recorded('power')
    if (recorded) return recorded
    const [here, next] = [points[this.#point], points[this.#point + 1]]
    if (!here || !next || here.at > from) return null
    const units = less(next.units, here.units)
    const average = ratio(mul(units, 3_600_000), mul(this.#scale, next.at - here.at))
    return { low: average, high: average }
  }

  /** The signals `power` (kW) and `current` (A, over all phases) are measurements of the session itself. */
  #recorded(name: 'power' | 'current'): Span | null {
    const value = this.#values.get(name)
    if (!value) return null
    const milli = times(value, whole(1000))
    return { low: milli, high: milli }
  }

  /** Adds a slice, cut where the session's energy reaches a tier, its times in the same proportion. */
  #add(slice: Slice, energy: Fraction): void {
    const before = this.#energy
    const after = plus(before, energy)
    this.#energy = after
    const tiers = tiersBetween(this.#session.borders.energiesWh, before, after)
    if (tiers.length === 0) {
      this.slices.push(slice)
      return
    }
    let begin = before
    for (const mark of [...tiers, after]) {
      const part = minus(mark, begin)
      const quantities = shared(slice.quantities, per(part, energy))
      if (slice.quantities.energy) quantities.energy = part
      this.slices.push({ ...slice, energyBefore: begin, quantities })
      begin = mark
    }
  }
}

const none: readonly Fraction[] = []

function tiersBetween(marks: readonly Fraction[], before: Fraction, after: Fraction): readonly Fraction[] {
  const isBetween = (each: Fraction): boolean => compare(each, before) > 0 && compare(each, after) < 0
  return marks.some(isBetween) ? marks.filter(isBetween) : none
}

/** All but the energy, of which the share is known. */
function shared(quantities: Quantities, share: Fraction): Quantities {
  const parts: Quantities = {}
  for (const dimension of dimensions) {
    const quantity = quantities[dimension]
    if (quantity) parts[dimension] = times(quantity, share)
  }
  return parts
}

const dimensions = Dimension.options.filter((each) => each !== 'energy')
