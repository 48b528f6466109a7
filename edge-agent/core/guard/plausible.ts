import type { Reading } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'

const phases = [0, 1, 2] as const
const limitTimes = 3 // A fuse carries more than its rating for seconds, but never this much.
const leastLimitMilliA = 100_000
const voltageShare = [0.5, 1.5] as const
const powerTimes = 1.2 // Power is at the most voltage times current; the rest is rounding and sampling.
const powerSlackW = 500
const jumpTimes = [8, 12] as const // A lost or doubled decimal, on all phases at once.
const jumpMilliA = 5_000 // On one phase at least: below that one car that starts looks the same.
const noticedMilliA = 300 // Less than that is rounding.
const flipTimes = [-1.25, -0.8] as const
const flipW = 1_000
const keptMilliA = 1_500 // Less than that on one phase may be a load of its own that went the other way.
export const turnedOver = 'sign turned over'

/** @returns what no site can show, in words, or null */
export function absurdity(
  reading: Reading,
  site: { readonly limitMilliA: PerPhase; readonly voltageV: number }
): string | null {
  const { currentMilliA, powerW, voltageV } = reading
  if (!isNumeric(reading)) return 'a value that is no number'
  if (currentMilliA === undefined && powerW === undefined) return 'neither current nor power'
  if (voltageV?.some((each) => isOutside(each / site.voltageV, voltageShare)) === true)
    return 'impossible voltage'
  if (currentMilliA !== undefined && isTooMuch(currentMilliA, site.limitMilliA))
    return 'more current than the connection can carry'
  const contradiction = contradicts({ currentMilliA, powerW, voltageV }, site.voltageV)
  return contradiction ? 'power and current contradict each other' : null
}

const isNumeric = ({ currentMilliA, powerW = 0, voltageV }: Reading): boolean =>
  Number.isFinite(powerW) && areFinite(currentMilliA) && areFinite(voltageV)

const areFinite = (three: PerPhase | undefined): boolean =>
  three === undefined || (Number.isFinite(three[0]) && Number.isFinite(three[1]) && Number.isFinite(three[2]))

const isTooMuch = (currents: PerPhase, limit: PerPhase): boolean =>
  phases.some((phase) => Math.abs(currents[phase]) > Math.max(leastLimitMilliA, limitTimes * limit[phase]))

/**
 * @param held `movedW`: by how much more chargers and devices show by themselves, the sun that comes is no wrong sign;
 * `leastMilliA`: what one phase has to carry at least for a tenfold to be one
 * @returns the sign of a fault that only a comparison with the sample before shows, or null
 */
export function jump(
  before: Reading,
  now: Reading,
  { movedW, leastMilliA } = { movedW: 0, leastMilliA: jumpMilliA }
): string | null {
  if (hasFlipped(before.powerW ?? 0, now.powerW ?? 0, movedW) && mayHaveTurned(before, now)) return turnedOver
  const [then, since] = [before.currentMilliA, now.currentMilliA]
  if (then === undefined || since === undefined) return null
  return isTenfold(then, since, leastMilliA) ? 'jumped tenfold' : null
}

function isTenfold(then: PerPhase, since: PerPhase, leastMilliA: number): boolean {
  const carrying = phases.filter((phase) => Math.abs(then[phase]) >= noticedMilliA)
  return (
    carrying.length > 1 &&
    carrying.some((phase) => Math.abs(then[phase]) >= leastMilliA) &&
    carrying.every((phase) => !isOutside(since[phase] / then[phase], jumpTimes))
  )
}

type Measured = {
  readonly currentMilliA: PerPhase | undefined
  readonly powerW: number | undefined
  readonly voltageV: PerPhase | undefined
}

function contradicts({ currentMilliA, powerW, voltageV }: Measured, nominalV: number): boolean {
  if (currentMilliA === undefined || powerW === undefined) return false
  const apparent = phases.reduce<number>(
    (sum, phase) => sum + (Math.abs(currentMilliA[phase]) * (voltageV?.[phase] ?? nominalV)) / 1000,
    0
  )
  return Math.abs(powerW) > apparent * powerTimes + powerSlackW
}

function hasFlipped(beforeW: number, nowW: number, movedW: number): boolean {
  if (Math.abs(beforeW) < flipW || isOutside(nowW / beforeW, flipTimes)) return false
  const changeW = nowW - beforeW
  return Math.abs(changeW - movedW) > Math.abs(changeW) / 2
}

/** A wrong sign turns every phase: where one carries as before, cars and devices have changed the sum. */
export function mayHaveTurned({ currentMilliA: then }: Reading, { currentMilliA: now }: Reading): boolean {
  if (then === undefined || now === undefined) return true
  const carries = (phase: 0 | 1 | 2): boolean =>
    Math.sign(then[phase]) === Math.sign(now[phase]) &&
    Math.min(Math.abs(then[phase]), Math.abs(now[phase])) >= keptMilliA
  return !phases.some(carries)
}

const isOutside = (value: number, [low, high]: readonly [number, number]): boolean =>
  !(value >= low && value <= high)
