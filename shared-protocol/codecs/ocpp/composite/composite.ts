import { cellOf, emptyCell, lowest, mapTriple, phaseWise, saysNothing, sum, type Cell } from './cell.ts'
import { inForce, leading, ofPurpose, turnsOf, wholeSecond, type When } from './leading.ts'
import {
  type Asked,
  type Composite,
  type CompositePeriod,
  type Profile,
  type Purpose,
  type Station,
  type Triple
} from './profile.ts'
import { inUnit, speak, spoken, type Spoken } from './speak.ts'

/**
 * The composite schedule (1.6 §5.7, 2.x K08): per instant the lowest of the transaction's limit, the external
 * constraints and the station's maximum; for EVSE 0 the sum over the EVSEs under the station's. A window that ends
 * before it begins is the instant of its end. Every window has at least one period.
 */
export function composite(profiles: readonly Profile[], station: Station, asked: Asked): Composite {
  const toMs = wholeSecond(asked.toMs)
  const fromMs = Math.min(wholeSecond(asked.fromMs), toMs)
  const counted = inForce(profiles, station)
  const whole = { ...asked, fromMs, toMs }
  const periods: CompositePeriod[] = []
  for (const atMs of instants(counted, station, whole)) {
    const said = spokenAt(counted, station, whole, atMs)
    const last = periods.at(-1)
    if (!last || !same(last, said)) periods.push({ startS: (atMs - fromMs) / 1000, ...said })
  }
  const [first, ...rest] = periods
  if (!first) throw new Error('a window has at least its first instant')
  return {
    evse: asked.evse,
    unit: asked.unit,
    startMs: fromMs,
    durationS: (toMs - fromMs) / 1000,
    periods: [first, ...rest]
  }
}

/** What the composite schedule says at one instant of the window, without building it. */
export function compositeAt(
  profiles: readonly Profile[],
  station: Station,
  asked: Asked,
  atMs: number
): Spoken {
  const fromMs = Math.min(wholeSecond(asked.fromMs), wholeSecond(asked.toMs))
  return spokenAt(inForce(profiles, station), station, { ...asked, fromMs }, wholeSecond(atMs))
}

function spokenAt(profiles: readonly Profile[], station: Station, asked: Asked, atMs: number): Spoken {
  const { evses, version } = station
  const when = (id: number): When => ({
    transaction: evses.find((evse) => evse.id === id)?.transaction ?? null,
    fromMs: asked.fromMs,
    atMs
  })
  const cap = lead(profiles, 'station-max', 0, when(asked.evse))
  if (asked.evse !== 0) {
    const own = ownCell(profiles, station, asked.evse, when(asked.evse))
    return speak(lowest([...own, cap], version), station, asked.unit)
  }
  const each = evses.map(({ id }) => lowest(ownCell(profiles, station, id, when(id)), version))
  // External constraints of the station bind the sum as well: they are the station's, not each EVSE's.
  const outer = constraints(profiles, 0, when(0), station)
  return speak(lowest([total(each, station, asked), outer, cap], version), station, asked.unit)
}

/** What an EVSE hears beside the station's maximum. */
function ownCell(profiles: readonly Profile[], station: Station, evse: number, when: When): readonly Cell[] {
  const outer = constraints(profiles, evse, when, station)
  if (when.transaction === null) return [outer]
  const { id, priority = false } = when.transaction
  const mine = profiles.filter(
    ({ purpose, transactionId }) =>
      purpose !== 'tx' || transactionId === null || id === null || transactionId === id
  )
  const order: readonly Purpose[] = priority ? ['priority', 'tx', 'tx-default'] : ['tx', 'tx-default']
  const said = order.map((purpose) => lead(mine, purpose, evse, when)).find((cell) => !saysNothing(cell))
  return [outer, said ?? emptyCell]
}

/** External constraints, raised by what is generated on site (2.1 LocalGeneration). */
function constraints(
  profiles: readonly Profile[],
  evse: number,
  when: When,
  { version, voltageV, phases }: Station
): Cell {
  const outer = lead(profiles, 'external', evse, when)
  const extra = lead(profiles, 'local-generation', evse, when)
  if (saysNothing(outer) || saysNothing(extra)) return outer
  const raised = lowest([outer], version)
  const add = (unit: 'A' | 'W') => {
    const other = inUnit(extra[unit === 'A' ? 'W' : 'A'], unit, extra.phases ?? phases, voltageV)
    return {
      ...raised[unit],
      limit: mapTriple(raised[unit].limit, (limit, at) =>
        limit === null ? null : limit + (extra[unit].limit[at] ?? other.limit[at] ?? 0)
      )
    }
  }
  return { ...raised, A: add('A'), W: add('W') }
}

function lead(profiles: readonly Profile[], purpose: Purpose, evse: number, when: When): Cell {
  const found = leading(ofPurpose(profiles, purpose, evse), when)
  return found ? cellOf(found) : emptyCell
}

/** Over all EVSEs: exact in the unit asked for, and under `fill` no more than the defaults of both units allow. */
function total(each: readonly Cell[], station: Station, { unit }: Asked): Cell {
  if (each.length === 0) return emptyCell
  const { gap, version } = station
  const fill = gap.kind === 'fill' ? { A: gap.limitA, W: gap.limitW } : { A: null, W: null }
  const summed = sum(each, fill, version)
  const exact = each
    .map((cell) => speak(cell, station, unit).limit)
    .reduce<Triple | null>((sofar, limit) => (sofar ? plus(sofar, limit) : limit), null)
  if (!exact || exact[0] === null) return summed
  const values = summed[unit]
  const limit =
    values.limit[0] === null ? exact : phaseWise(Math.min)(values.limit, within(exact, values.limit))
  return { ...summed, [unit]: { ...values, limit } }
}

const plus = ([a1, a2, a3]: Triple, [b1, b2, b3]: Triple): Triple => [
  a1 === null || b1 === null ? null : a1 + b1,
  a2 === null || b2 === null ? null : a2 + b2,
  a3 === null || b3 === null ? null : a3 + b3
]

/** Only where both speak of the same phases: a total in watts is not one phase's share. */
const within = (exact: Triple, like: Triple): Triple =>
  (exact[1] === null) === (like[1] === null) ? exact : [null, null, null]

/** Every instant at which what is said may change, oldest first, the window's begin included. */
function instants(profiles: readonly Profile[], { evses }: Station, asked: Asked): readonly number[] {
  const turns = new Set([asked.fromMs])
  const transactions = asked.evse === 0 ? evses : evses.filter(({ id }) => id === asked.evse)
  for (const profile of profiles) {
    for (const { transaction } of [{ transaction: null }, ...transactions])
      for (const ms of turnsOf(profile, { transaction, fromMs: asked.fromMs }, asked.toMs)) turns.add(ms)
  }
  return [...turns].toSorted((a, b) => a - b)
}

const same = (one: Spoken, other: Spoken): boolean => spoken(one) === spoken(other)
