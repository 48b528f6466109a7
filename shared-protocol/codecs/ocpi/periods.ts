import { epochMsOf } from '../../units/index.ts'
import {
  isNought,
  minus,
  nought,
  per,
  plus,
  ratio,
  times,
  whole,
  type Fraction
} from '../../tariff/fraction.ts'
import type { Quantities, Slice, Span } from '../../tariff/slice.ts'
import { wallOf, type Wall } from '../../tariff/wall.ts'
import { exactly, secondsOf, wattHoursOf } from './numbers.ts'
import type { Numeric, OcpiPeriod } from './wire.ts'

export type Outcome = 'RESERVATION' | 'RESERVATION_EXPIRES'

export type Periods = {
  readonly periods: readonly OcpiPeriod[]
  readonly timeZone: string
  readonly endDateTime?: string | null | undefined
  readonly outcome?: Outcome | null | undefined
}

/** A period's slices (its reservation apart), and how the same slice looks at the period's end. */
export type PeriodSlices = {
  readonly from: number
  readonly to: number | null
  readonly slices: readonly Slice[]
  readonly atEnd: Slice | null
}

const noSignals: ReadonlyMap<string, Fraction> = new Map()

/** OCPI writes UTC with or without its Z. @throws RangeError when the text is no instant */
export const instantOf = (text: string): number =>
  epochMsOf(/(Z|[-+]\d{2}:?\d{2})$/i.test(text.trim()) ? text.trim() : `${text.trim()}Z`)

/**
 * Charging periods as slices. A period is one slice, judged at its beginning: its maker has cut the session
 * where the tariff changes (mod_cdrs, ChargingPeriod). Durations count from the first period.
 * @throws RangeError on a bad instant or an unknown zone
 */
export function slicesOfPeriods({ periods, timeZone, endDateTime, outcome }: Periods): PeriodSlices[] {
  const wall = wallOf(timeZone)
  const ordered = periods
    .map((period) => ({ from: instantOf(period.start_date_time), volumes: volumesOf(period) }))
    .toSorted((a, b) => a.from - b.from)
  const start = ordered[0]?.from ?? 0
  const end = endDateTime ? instantOf(endDateTime) : null
  const expired = outcome === 'RESERVATION_EXPIRES'
  let energyBefore = nought
  const made = ordered.map(({ from, volumes }, index): PeriodSlices => {
    const to = ordered[index + 1]?.from ?? end
    const cut = { wall, from, to, start, volumes, energyBefore, expired }
    energyBefore = plus(energyBefore, volumes.get('ENERGY')?.wattHours ?? nought)
    return { from, to, ...slicesOf(cut) }
  })
  return outcome ? withReservation(made, expired) : made
}

type Volume = { readonly volume: Numeric; readonly wattHours: Fraction; readonly seconds: Fraction }

function volumesOf({ dimensions }: OcpiPeriod): ReadonlyMap<string, Volume> {
  const volumes = new Map<string, Volume>()
  for (const { type, volume } of dimensions ?? []) {
    if (volume === null || volume === undefined) continue
    const name = type.toUpperCase()
    const same = volumes.get(name)
    const [wattHours, seconds] = [wattHoursOf(volume), secondsOf(volume)]
    volumes.set(name, {
      volume,
      wattHours: plus(wattHours, same?.wattHours ?? nought),
      seconds: plus(seconds, same?.seconds ?? nought)
    })
  }
  return volumes
}

type Cut = {
  readonly wall: Wall
  readonly from: number
  readonly to: number | null
  readonly start: number
  readonly volumes: ReadonlyMap<string, Volume>
  readonly energyBefore: Fraction
  readonly expired: boolean
}

function slicesOf(cut: Cut): Pick<PeriodSlices, 'slices' | 'atEnd'> {
  const { volumes } = cut
  const reserved = volumes.get('RESERVATION_TIME')?.seconds
  const base = baseOf(cut)
  const isSession = reserved === undefined || volumes.size > 1
  const reservation = cut.expired ? 'expired' : 'made'
  const slices: Slice[] = reserved ? [{ ...base, quantities: { reservation: reserved }, reservation }] : []
  if (!isSession) return { slices, atEnd: null }
  slices.push(base)
  return { slices, atEnd: atEndOf(cut, base) }
}

/** The slice just before its end; null where neither time nor energy is known to have passed. */
function atEndOf({ wall, volumes, from, to, start, energyBefore }: Cut, base: Slice): Slice | null {
  const ended = to !== null && to > from ? { local: wall.at(to - 1), durationMs: to - 1 - start } : null
  const taken = volumes.get('ENERGY')?.wattHours ?? nought
  const more = taken.top > 0 ? { energyBefore: plus(energyBefore, minus(taken, least)) } : null
  return ended || more ? { ...base, ...ended, ...more } : null
}

const least = ratio(1n, 1_000_000n) // Wh: a period that ends at a border has not crossed it.

function baseOf(cut: Cut): Slice {
  const quantities = quantitiesOf(cut.volumes)
  return {
    at: cut.from,
    local: cut.wall.at(cut.from),
    quantities,
    energyBefore: cut.energyBefore,
    durationMs: cut.from - cut.start,
    idleMs: null,
    powerW: powerOf(cut, quantities),
    currentMilliA: spanOf(cut.volumes, 'CURRENT') ?? resting(quantities),
    reservation: null,
    signals: noSignals
  }
}

/** A reservation without time of its own still has its fee. */
function withReservation(made: PeriodSlices[], expired: boolean): PeriodSlices[] {
  const [first, ...others] = made
  const slice = first?.slices[0]
  if (!first || !slice || made.some(({ slices }) => slices.some(({ reservation }) => reservation !== null)))
    return made
  const reservation: Slice = { ...slice, quantities: {}, reservation: expired ? 'expired' : 'made' }
  return [{ ...first, slices: [reservation, ...first.slices] }, ...others]
}

function quantitiesOf(volumes: ReadonlyMap<string, Volume>): Quantities {
  const [energy, time, parking] = [
    volumes.get('ENERGY')?.wattHours,
    volumes.get('TIME')?.seconds,
    volumes.get('PARKING_TIME')?.seconds
  ]
  const session = plus(time ?? nought, parking ?? nought)
  return {
    ...(energy ? { energy } : {}),
    ...(time ? { time } : {}),
    ...(parking ? { parking } : {}),
    ...(isNought(session) ? {} : { session })
  }
}

/** kW and A as thousandths; a side that is not said is the other one. */
function spanOf(volumes: ReadonlyMap<string, Volume>, of: 'POWER' | 'CURRENT'): Span | null {
  const [low, high, plain] = [`MIN_${of}`, `MAX_${of}`, of].map((name) => volumes.get(name)?.volume)
  const [least, most] = [low ?? plain ?? high, high ?? plain ?? low]
  if (least === undefined || most === undefined) return null
  return { low: times(exactly(least), whole(1000)), high: times(exactly(most), whole(1000)) }
}

const still: Span = { low: nought, high: nought }

/** Nothing flows into a vehicle that is only parked. */
const resting = ({ energy, parking, time }: Quantities): Span | null =>
  parking && !time && (!energy || isNought(energy)) ? still : null

/** What was measured, else the average over the period where its length is known. */
function powerOf({ volumes, from, to }: Cut, quantities: Quantities): Span | null {
  const measured = spanOf(volumes, 'POWER') ?? resting(quantities)
  if (measured) return measured
  const seconds = quantities.time ?? (to !== null && to > from ? { top: to - from, bottom: 1000 } : null)
  if (!quantities.energy || !seconds || isNought(seconds)) return null
  const average = per(times(quantities.energy, whole(3600)), seconds)
  return { low: average, high: average }
}
