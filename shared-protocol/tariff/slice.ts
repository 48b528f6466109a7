import type { Fraction } from './fraction.ts'
import type { Dimension } from './model.ts'
import type { Local } from './wall.ts'

/** Amounts of one slice: Wh for energy, seconds for times, absent where there is none. */
export type Quantities = Partial<Record<Dimension, Fraction>>

/** A piece of a session in which no restriction of the tariff changes its answer. */
export type Slice = {
  readonly at: number // Its beginning, ms since 1970.
  readonly local: Local
  readonly quantities: Quantities
  readonly energyBefore: Fraction // Wh of the session so far.
  readonly durationMs: number // Of the session so far.
  readonly idleMs: number | null // Since charging ended; null before that.
  readonly powerW: Span | null
  readonly currentMilliA: Span | null
  readonly reservation: 'made' | 'expired' | null // Not null: this slice is a reservation, not a session.
  readonly signals: ReadonlyMap<string, Fraction>
}

/** Lowest and highest in the slice. */
export type Span = { readonly low: Fraction; readonly high: Fraction }

/** Who drives: his memberships and fleets, and the coupons he brought. */
export type Driver = { readonly groups: ReadonlySet<string>; readonly coupons: ReadonlySet<string> }

export const nobody: Driver = { groups: new Set(), coupons: new Set() }
