import { epochMsOf } from '../units/index.ts'
import { readDecimal, showUnits, tenTo } from './decimal.ts'
import type { MeterReading } from './energy.ts'
import { intOf, less, mul, type Int } from './int.ts'

/** Why a session is not billed but looked at by a person. A closed list. */
export const reviewReasons = [
  'no-readings', // It is over and no trusted reading was taken.
  'one-reading', // It is over and there is a beginning or an end, but not both.
  'reading-unreadable', // An instant or a register that is none.
  'register-backwards', // Lower than before, and not because it rolled over.
  'begin-at-zero', // A beginning of 0 against an end that no vehicle takes.
  'impossible-power', // More energy than the connector can give in the time.
  'price-missing' // A dynamic price was not known when energy flowed.
] as const
export type ReviewReason = (typeof reviewReasons)[number]

/** What a reader of the bill should know about its readings; none of it stops the bill. */
export type ReadingNote = 'rolled-over' | 'untrusted-left-out' | 'out-of-order'

/** What is known of the meter. */
export type Meter = {
  readonly mostPowerW?: number | undefined // Of the connector; unknown: a megawatt.
  readonly wrapsAtWh?: number | undefined // The register shows less than this and then begins at 0 again.
  readonly stated?: true | undefined // A person states the energy and has looked: nothing more is doubted.
}

export type Point = { readonly at: number; readonly units: Int }

/** Registers in order of time, as units of 10^-digits Wh, rising: rolled-over registers are carried on. */
export type Judged = {
  readonly points: readonly Point[]
  readonly digits: number
  readonly review: readonly ReviewReason[]
  readonly notes: readonly ReadingNote[]
}

/** The register's difference in Wh, exact decimal text. */
export const energyOf = ({ points, digits }: Judged): string =>
  showUnits(BigInt(less(points.at(-1)?.units ?? 0, points[0]?.units ?? 0)), digits)

export type Window = {
  readonly from: number // ms since 1970; readings before it do not count
  readonly until: number
  readonly isOver: boolean
}

const anyConnectorW = 1_000_000
const anyVehicleWh = 200_000 // No battery on the road takes more from one register's beginning at 0.
const jitterMs = 60_000 // Charger clocks and reading instants are off by seconds; a minute is generous.

/** Orders the trusted readings of the window and says whether they can be billed. */
export function judgeReadings(readings: readonly MeterReading[], window: Window, meter: Meter): Judged {
  const read = readAll(readings, window)
  if (!read) return { points: [], digits: 0, review: ['reading-unreadable'], notes: [] }
  const ordered = inOrder(read.points)
  const isMixed = ordered !== read.points && isBackInTime(read.points)
  const carried = carryOn(ordered, meter, read.digits)
  const notes: ReadingNote[] = []
  if (read.untrusted) notes.push('untrusted-left-out')
  if (isMixed) notes.push('out-of-order')
  if (carried.rolledOver) notes.push('rolled-over')
  const reason = reasonOf(carried.points, { ...read, meter, isOver: window.isOver })
  return { points: carried.points, digits: read.digits, review: reason ? [reason] : [], notes }
}

const isBackInTime = (points: readonly Point[]): boolean =>
  points.some(({ at }, index) => at < (points[index - 1]?.at ?? at))

/** The same list where it is in order, as almost all are. */
function inOrder(points: readonly Point[]): readonly Point[] {
  const isOrdered = points.every(({ at, units }, index) => {
    const before = points[index - 1]
    return !before || before.at < at || (before.at === at && before.units <= units)
  })
  if (isOrdered) return points
  return points.toSorted((a, b) => a.at - b.at || (a.units < b.units ? -1 : 1))
}

type Read = { readonly points: Point[]; readonly digits: number; readonly untrusted: boolean }

function readAll(readings: readonly MeterReading[], { from, until }: Window): Read | undefined {
  const found: ReadPoint[] = []
  let [digits, untrusted] = [0, false]
  for (const { at: text, registerWh, trust } of readings) {
    const read = readOne(text, registerWh)
    if (!read) return undefined
    if (read.at < from || read.at > until) continue
    if ((trust ?? 'good') !== 'good') untrusted = true
    else {
      digits = Math.max(digits, read.digits)
      found.push(read)
    }
  }
  if (digits === 0) return { points: found, digits, untrusted } // Whole watt-hours, as most registers count.
  const points = found.map(({ at, units, digits: own }) => ({
    at,
    units: own === digits ? units : mul(units, intOf(tenTo(digits - own)))
  }))
  return { points, digits, untrusted }
}

/** A point in units of its own last digit. */
type ReadPoint = Point & { readonly digits: number }

function readOne(text: string, registerWh: number | string): ReadPoint | undefined {
  try {
    if (typeof registerWh === 'number' && Number.isSafeInteger(registerWh))
      return { at: epochMsOf(text), units: registerWh, digits: 0 }
    const { units, digits } = readDecimal(String(registerWh))
    return { at: epochMsOf(text), units: intOf(units), digits }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** A register that fell from its last tenth to its first went on from 0. */
function carryOn(
  ordered: readonly Point[],
  { wrapsAtWh }: Meter,
  digits: number
): { points: readonly Point[]; rolledOver: boolean } {
  if (wrapsAtWh === undefined) return { points: ordered, rolledOver: false }
  const size = BigInt(wrapsAtWh) * tenTo(digits)
  let carried = 0n
  const points = ordered.map(({ at, units: shown }, index) => {
    const units = BigInt(shown)
    const before = BigInt(ordered[index - 1]?.units ?? shown)
    if (units < before && before * 10n >= size * 9n && units * 10n < size) carried += size
    return { at, units: intOf(units + carried) }
  })
  return { points, rolledOver: carried > 0n }
}

type Known = { readonly digits: number; readonly meter: Meter; readonly isOver: boolean }

function reasonOf(points: readonly Point[], { digits, meter, isOver }: Known): ReviewReason | undefined {
  if (points.length === 0) return isOver ? 'no-readings' : undefined
  if (points.length === 1) return isOver ? 'one-reading' : undefined
  const scale = tenTo(digits)
  const most = { scale: Number(scale), ...mostOf(meter) }
  let before: Point | undefined
  for (const after of points) {
    const reason = before && reasonBetween(before, after, most)
    if (reason) return reason
    before = after
  }
  return undefined
}

const mostOf = ({ mostPowerW, stated }: Meter): Omit<Most, 'scale'> =>
  stated === true
    ? { watts: Number.POSITIVE_INFINITY, vehicleWh: Number.POSITIVE_INFINITY }
    : { watts: mostPowerW ?? anyConnectorW, vehicleWh: anyVehicleWh }

type Most = { readonly scale: number; readonly watts: number; readonly vehicleWh: number }

/** Plausibility only, so that floats will do: nothing here is billed. */
function reasonBetween(
  before: Point,
  after: Point,
  { scale, watts, vehicleWh }: Most
): ReviewReason | undefined {
  if (after.units < before.units) return 'register-backwards'
  const wh = Number(less(after.units, before.units)) / scale
  const isBroken = wh * 3_600_000 > watts * (after.at - before.at + jitterMs)
  if (Number(before.units) === 0) return isBroken || wh > vehicleWh ? 'begin-at-zero' : undefined
  return isBroken ? 'impossible-power' : undefined
}
