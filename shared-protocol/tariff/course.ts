import { epochMsOf } from '../units/index.ts'
import type { MeterReading } from './energy.ts'
import type { Plan } from './plan.ts'
import type { Ratable } from './rated.ts'
import type { ConnectorState, MeteredSession, Signal } from './session.ts'

/** By whom energy was held back from `at` on; null: it may flow again. */
export type Suspension = { readonly at: string; readonly by: 'ev' | 'evse' | 'unknown' | null }

/** What is kept of a session, alike at the edge and in the cloud. Instants are RFC 3339, `now` too. */
export type Kept = {
  readonly startedAt: string | null
  readonly endedAt: string | null // Of the transaction; null while it runs.
  readonly leftAt: string | null // When the vehicle left after that; null: with the end, or it stands there still.
  readonly standing: boolean // Ended, and the vehicle has not left.
  readonly readings: readonly MeterReading[]
  readonly suspensions: readonly Suspension[]
  readonly groups: readonly string[]
  readonly coupons: readonly string[]
  readonly reservation: MeteredSession['reservation'] | null
  readonly signals: readonly Signal[]
}

type Priced = Pick<Ratable, 'readings' | 'startedAt' | 'endedAt' | 'course'>

/**
 * What `rate` needs of a session: the one way from what was kept to a cost, so that the running cost, at the edge
 * too, and the bill cannot differ. A vehicle that takes no more has finished, until it takes some again.
 */
export function pricedOf(kept: Kept, now: string): Priced {
  const { readings, startedAt, standing } = kept
  const isOver = kept.endedAt !== null && !standing
  const endedAt = isOver ? (kept.leftAt ?? kept.endedAt) : laterOf(now, lastOf(readings))
  const states = statesOf(kept)
  const { groups, coupons, reservation, signals } = kept
  return {
    readings,
    startedAt,
    endedAt,
    course: {
      isOver,
      ...(states.length > 0 ? { states } : {}),
      ...(groups.length + coupons.length > 0 ? { driver: { groups, coupons } } : {}),
      ...(reservation ? { reservation } : {}),
      ...(signals.length > 0 ? { signals } : {})
    }
  }
}

const lastOf = (readings: readonly MeterReading[]): string | undefined =>
  readings.findLast(({ trust = 'good' }) => trust === 'good')?.at

/** A station's clock may run ahead of ours: what it has read already has happened. */
const laterOf = (now: string, read: string | undefined): string =>
  read !== undefined && epochMsOf(read) > epochMsOf(now) ? read : now

const stateBy: Readonly<Record<'ev' | 'evse' | 'unknown', ConnectorState>> = {
  ev: 'finished',
  evse: 'held-back',
  unknown: 'paused'
}

function statesOf({ suspensions, endedAt, leftAt, standing }: Kept): { at: string; state: ConnectorState }[] {
  const states = suspensions.map(
    ({ at, by }) => ({ at, state: by === null ? 'charging' : stateBy[by] }) as const
  )
  const stood = endedAt !== null && (leftAt !== null || standing)
  return stood ? [...states, { at: endedAt, state: 'finished' }] : states
}

/** What a plan wants recorded with its sessions. Time of use asks for nothing beside the registers. */
export type Asks = {
  readonly departure: boolean // The time after charging costs: the bill waits until the vehicle has left.
  readonly noShow: boolean // A reservation that nobody came for has a bill of its own.
  readonly signals: readonly string[]
}

export function asksOf({ rules }: Pick<Plan, 'rules'>): Asks {
  const elements = rules?.elements ?? []
  const restrictions = [...elements, ...(rules?.discounts ?? [])].flatMap((each) => each.restrictions ?? [])
  const dimensions = new Set(
    elements.flatMap(({ components }) => components.map(({ dimension }) => dimension))
  )
  const measured = new Set(['power', 'current']) // Signals of the session itself, not of the site.
  return {
    departure:
      dimensions.has('idle') ||
      dimensions.has('parking') ||
      restrictions.some(({ minIdleS, maxIdleS }) => (minIdleS ?? maxIdleS) !== undefined),
    noShow: restrictions.some(({ reservation }) => reservation !== undefined),
    signals: [...new Set(restrictions.flatMap(({ signal }) => signal?.name ?? []))].filter(
      (name) => !measured.has(name)
    )
  }
}
