import type { Phase } from './ledger.ts'
import type { Phases, PhaseState, Switching } from './phases.ts'

/** A charger, battery or inverter at a node. `phases` in the device's own order; one phase means the first. */
export type Device = {
  readonly node: number
  readonly phases: readonly Phase[]
  readonly switching: PhaseState // As its session stands; `active` is what its contactors let through.
  readonly rank?: number // Who has a lower one has what he can before the others; 0 when left out.
}

export type Terms = {
  readonly voltageV: number
  readonly sliceMilliA: number
  readonly sliceW: number // For devices that nobody limits in amperes.
  readonly switching: Switching
  readonly nowMs: number // The slot that holds now keeps the stable time; plans for later may not wait for it.
}

/** What one device gets in one slot: positive draws, negative feeds in. */
export type SlotShare = {
  readonly fromMs: number
  readonly milliA: number | null // By phase; null: only watts are limited on its way.
  readonly watts: number
  readonly phases: Phases
  readonly because: readonly string[] // Whose limits bind, from the root on.
  readonly phasesBecause: readonly string[]
}
