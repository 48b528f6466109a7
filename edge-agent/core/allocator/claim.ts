import type { MilliAmps, Watts, WattHours } from '@nova/shared-protocol/units'
import type { Direction, Load } from './network.ts'
import type { Pull } from './wires.ts'

/** IEC 61851-1: no pilot says less than 6 A; a car either gets that or waits. */
export const floorMilliA: MilliAmps = 6_000

/**
 * Set-points that a pile understands: multiples of a step (1 000: whole amperes), or exactly those listed
 * ({0, 8, 16, 24, 32} A), smallest first; 0 is always one of them.
 */
export type Pilots =
  | { readonly kind: 'steps'; readonly stepMilliA: MilliAmps }
  | { readonly kind: 'listed'; readonly milliA: readonly MilliAmps[] }

/**
 * A car that asks. The load already carries `reservedMilliA` for it (its stored fallback, which nobody can take
 * away in a hurry), so up to there it costs nothing more. What is not known is left out: a car without a
 * departure comes after those with one, one without energy is taken to need all the time until its departure.
 */
export type Claim = {
  readonly place: number
  readonly direction: Direction
  readonly reservedMilliA: MilliAmps
  readonly capMilliA: MilliAmps
  readonly floorMilliA?: MilliAmps // The pile's own minimum; 6 A when left out, 0: any current will do.
  readonly pilots?: Pilots // Any current when left out.
  readonly fullMilliA?: MilliAmps // The most that the car and its pile could take; the cap when left out.
  readonly fullW?: Watts // Power at that current.
  readonly arrivedMs?: number
  readonly departMs?: number
  readonly energyLeftWh?: WattHours
  readonly priority?: number // Higher goes first; 0 when left out.
}

/** What a strategy answers for each claim: row is what binds; null when its own cap does. */
export type Share = { readonly milliA: MilliAmps; readonly row: number | null }

/**
 * A strategy: claims in the order of who gets his minimum first when not all can; answers in the same order.
 * The load is changed by what was given.
 */
export type Strategy = (load: Load, claims: readonly Claim[]) => Share[]

/** A claim while it is being served. `counted` is what the load carries for it: its level, or its reserve. */
export type Filling = {
  readonly claim: Claim
  readonly pull: Pull
  level: MilliAmps
  counted: MilliAmps
  row: number | null // What binds it, once something does.
  open: boolean // May still rise.
}
