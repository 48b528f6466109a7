import type { ConnectorForecast, ForecastPoint } from '@nova/shared-protocol/model'
import type { Car } from '../allocator/car.ts'
import {
  add,
  floorMilliA,
  loadOf,
  networkOf,
  scaled,
  served,
  type Claim,
  type EffectiveLimit,
  type Load,
  type Network,
  type Share
} from '../allocator/index.ts'
import { amps } from '../allocator/reasons.ts'
import { turns } from '../allocator/turns.ts'
import { at } from './gates.ts'
import { instantOf, slotsIn, type LimitSpan, type Outlook, type Session } from './outlook.ts'

type Span = { readonly fromMs: number; readonly untilMs: number }
type Slot = Span & { readonly instant: string }

const dustWh = 1e-6 // What sums of floating numbers leave over.

/** A session on its way through the slots. */
type Course = {
  readonly session: Session
  readonly wattsPerAmp: number
  car: Car
  leftWh: number
  energyWh: number
  fullMs: number | null
  readonly points: ForecastPoint[]
}

/**
 * What each session will get if nothing happens that is not known now: the loop's own strategy over each slot in
 * turn, what a slot delivers being missing from the need of the next. An estimate: no ramps, no waiting for
 * chargers to follow, and what a car leaves when it becomes full goes to others from the next slot on. Where no
 * limit is known nothing is given. At most 96 slots.
 * @returns one for each session, in order
 */
export function forecastOf(outlook: Outlook): ConnectorForecast[] {
  const courses = outlook.sessions.map((session) => courseOf(session, outlook))
  const networks = new Map<EffectiveLimit, Network>()
  const { startsMs, untilMs } = slotsIn(outlook)
  startsMs.forEach((fromMs, index) => {
    const slot = { fromMs, untilMs: startsMs[index + 1] ?? untilMs, instant: instantOf(fromMs) }
    const span = at(outlook.limits, fromMs)
    const load = span === undefined ? null : loadAt(outlook, span, slot, networks)
    if (load === null) for (const course of courses) rest(course, slot, 'no limit known: nothing is given')
    else shareOut(outlook, courses, slot, load)
  })
  return courses.map((course) => forecastFrom(course, outlook))
}

/** The same with other limits, to be looked at before they are applied. */
export function whatIf(
  outlook: Outlook,
  changed: readonly LimitSpan[]
): { readonly now: ConnectorForecast[]; readonly after: ConnectorForecast[] } {
  return { now: forecastOf(outlook), after: forecastOf({ ...outlook, limits: changed }) }
}

function courseOf(session: Session, { tree, voltageV }: Outlook): Course {
  const [l1, l2, l3] = session.direction
  // A loop's current runs between two lines: the square root of three times the voltage to neutral.
  const volts = tree.places[session.place]?.loop === true ? voltageV * Math.sqrt(3) : voltageV
  return {
    session,
    wattsPerAmp: (l1 + l2 + l3) * volts,
    car: session.car,
    leftWh: session.energyLeftWh ?? Infinity,
    energyWh: 0,
    fullMs: null,
    points: []
  }
}

/** The base load, those who cannot be guided and everybody's stored fallback. null: nobody knows the base load. */
function loadAt(
  { tree, base, kept, sessions, voltageV }: Outlook,
  { limit }: LimitSpan,
  slot: Slot,
  networks: Map<EffectiveLimit, Network>
): Load | null {
  const baseLoad = at(base, slot.fromMs)
  if (baseLoad === undefined) return null
  const network = networks.get(limit) ?? networkOf(tree, limit, voltageV)
  networks.set(limit, network)
  const load = loadOf(network, baseLoad.milliA)
  for (const { place, direction, milliA } of kept) add(load, place, scaled(direction, milliA))
  for (const { place, direction, reservedMilliA } of sessions)
    add(load, place, scaled(direction, reservedMilliA))
  return load
}

function shareOut(outlook: Outlook, courses: readonly Course[], slot: Slot, load: Load): void {
  const open: Course[] = []
  for (const course of courses) {
    const why = overBecause(course, slot)
    if (why === null) open.push(course)
    else rest(course, slot, why)
  }
  const order = turns(
    open.map(({ car }) => car),
    slot.fromMs
  ).flatMap((index) => open[index] ?? [])
  const claims = order.map(claimOf)
  outlook.strategy(load, claims).forEach((share, index) => {
    const course = order[index]
    if (course !== undefined) give(course, slot, { share, load })
  })
}

function overBecause({ session, leftWh, fullMs }: Course, { fromMs }: Slot): string | null {
  if (session.departMs !== null && session.departMs <= fromMs) return 'the car has left'
  if (fullMs !== null || leftWh <= 0) return 'full'
  return session.arrivedMs > fromMs ? 'not there yet' : null
}

function claimOf({ session, wattsPerAmp, leftWh }: Course): Claim {
  const { place, direction, reservedMilliA, ceiling, arrivedMs, departMs, pilots, priority } = session
  return {
    place,
    direction,
    reservedMilliA,
    capMilliA: ceiling.milliA,
    floorMilliA: session.floorMilliA ?? floorMilliA,
    fullMilliA: ceiling.milliA,
    fullW: (ceiling.milliA * wattsPerAmp) / 1000,
    arrivedMs,
    ...(departMs === null ? {} : { departMs }),
    ...(leftWh === Infinity ? {} : { energyLeftWh: leftWh }),
    ...(pilots === undefined ? {} : { pilots }),
    ...(priority === undefined ? {} : { priority })
  }
}

type Given = { readonly share: Share; readonly load: Load }

function give(course: Course, slot: Slot, given: Given): void {
  const milliA = Math.max(0, Math.floor(given.share.milliA))
  const watts = (milliA * course.wattsPerAmp) / 1000
  const gone = Math.min(course.session.departMs ?? Infinity, slot.untilMs)
  const stays = { fromMs: slot.fromMs, untilMs: gone }
  const energyWh = Math.min(course.leftWh, watts * hours(stays))
  if (energyWh > 0 && course.leftWh - energyWh < dustWh)
    course.fullMs = slot.fromMs + (course.leftWh / watts) * 3_600_000
  course.leftWh = course.fullMs === null ? course.leftWh - energyWh : 0
  course.energyWh += energyWh
  course.car = served(course.car, milliA, slot.fromMs)
  say(course, slot, {
    limitMilliA: milliA,
    powerW: Math.floor(watts),
    reason: reasonOf(course, given)
  })
}

function reasonOf({ session }: Course, { share, load }: Given): string {
  const row = share.row === null ? undefined : load.network.rows[share.row]
  const because = row?.because ?? null
  if (share.milliA < 1) return because === null ? `0 A: ${session.ceiling.because}` : `waits: ${because}`
  return `${amps(share.milliA)}: ${because ?? session.ceiling.because}`
}

function rest(course: Course, slot: Slot, reason: string): void {
  say(course, slot, { limitMilliA: 0, powerW: 0, reason })
}

/** Slots alike are one point. */
function say({ points }: Course, { instant }: Slot, point: Omit<ForecastPoint, 'at'>): void {
  const last = points.at(-1)
  if (last?.limitMilliA === point.limitMilliA && last.powerW === point.powerW && last.reason === point.reason)
    return
  points.push({ at: instant, ...point, reason: point.reason.slice(0, 300) })
}

function forecastFrom({ session, energyWh, fullMs, points }: Course, { tree }: Outlook): ConnectorForecast {
  const place = tree.places[session.place]
  if (place === undefined) throw new RangeError(`no place ${session.place}`)
  const { chargerId, evseId, connectorId } = place
  const fullAt = fullMs === null ? null : instantOf(fullMs)
  return { chargerId, evseId, connectorId, energyWh: Math.floor(energyWh), fullAt, points }
}

const hours = ({ fromMs, untilMs }: Span): number => (untilMs - fromMs) / 3_600_000
