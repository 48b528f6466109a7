import type { Needs } from '@nova/edge-agent/power'
import type { Chance } from '../../world/chance.ts'
import type { Temper, Weather } from './temper.ts'
import type { Ticker } from './ticker.ts'
import type { Visit } from './visits.ts'

export type ChargerSite = ReturnType<Needs['site']>['chargers'][number]
export type View = ReturnType<Needs['views']>[number]

export type Car = {
  readonly transactionId: string
  readonly cameAt: string
  readonly maxMilliA: number
  readonly phases: number
  readonly leavesAtMs: number
  leftMilliAms: number // Milliampere-milliseconds until it is full, on one phase.
}

/** A charger with whatever stands at it. One connector. Runs by itself only when something falls due. */
export type Pile = {
  readonly site: ChargerSite
  readonly temper: Temper
  readonly phases: readonly (0 | 1 | 2)[]
  readonly ratingMilliA: number
  readonly clock: Ticker
  readonly chance: Chance
  readonly voltageV: number
  readonly weather: Weather
  readonly liesFromMs: number
  readonly visits: readonly Visit[]
  readonly hearing: Hearing
  readonly line: Line
  nextVisit: number
  dueMs: number // Nothing changes by itself before.
  steppedMs: number
  connected: boolean
  backAtMs: number
  quietAtMs: number
  stored: number | null // null: full power when nobody guides it.
  profile: { readonly milliA: number; readonly endsMs: number; readonly transactionId: string } | null
  car: Car | null
  cameAtMs: number // When the car came that stands there, or the last one.
  flowMilliA: number
  flows: number // Counts each change of what flows.
  excessSinceMs: number | null // Since when it has been drawing more than it was told.
  hasLied: boolean // Has ever drawn more than it was told, by more than rounding.
  deafSinceMs: number | null // Since when it has not taken a word that was sent to it.
  isUnanswered: boolean // It took the last word, and its yes was lost: the edge does not know.
}

/** What the edge has heard of a charger: late, in odd order, twice or not at all where the line is bad. */
export type Hearing = {
  readonly everyMs: number
  nextMs: number
  car: Pile['car'] // What the edge knows of the car: an event while out of touch comes later.
  reading: View['reading']
  heardAtMs: number | null
  takenAtMs: number
  heard: number // Counts each change of what is known.
  readonly befell: { lost: number; late: number; passed: number } // Readings; passed by a newer one on the way.
  connected: boolean
  full: boolean
}

/** One order after the other, as a driver sends them. */
export type Line = {
  readonly waiting: (() => void)[]
  busy: boolean
  asked: number
  readonly befell: { lost: number; unanswered: number; twice: number; late: number }
}

/** IEC 61851-1: the vehicle follows the pilot within this. */
export const rampMs = 5_000

/** What it holds to at this moment, as it was told. */
export function told({ temper, connected, profile, car, stored, ratingMilliA }: Pile, nowMs: number): number {
  const keeps = temper === 'silent-keeping' && !connected
  const leased = profile !== null && profile.transactionId === car?.transactionId
  if (leased && (keeps || nowMs < profile.endsMs)) return profile.milliA
  return stored ?? ratingMilliA
}

/** By how much more per phase it draws than it was told: 0 but for liars and those who round up. */
export function excess(pile: Pile, nowMs: number): number {
  const { car, temper, liesFromMs, flowMilliA } = pile
  const may = temper === 'rounding' || nowMs >= liesFromMs
  return car === null || !may ? 0 : Math.max(0, flowMilliA - told(pile, nowMs))
}

/** The car is gone, by itself or because it was stopped. */
export function leave(pile: Pile): void {
  pile.car = null
  pile.flows++
  pile.dueMs = 0
}
