import { epochMsOf } from '../units/index.ts'
import type { MeterReading } from './energy.ts'
import { fractionOf, type Fraction } from './fraction.ts'
import type { Meter } from './judge.ts'

/**
 * What the connector did from an instant on: energy may flow (`charging`); the vehicle takes none but may again
 * (`paused`); we hold it back (`held-back`: no time is billed); charging has ended (`finished`).
 */
export type ConnectorState = 'charging' | 'paused' | 'held-back' | 'finished'

/** A value that was recorded with the session, such as site load, outside temperature, grid load. */
export type Signal = { readonly name: string; readonly at: string; readonly value: string }

/** All that a session is priced by. Instants are RFC 3339. */
export type MeteredSession = {
  readonly readings: readonly MeterReading[]
  readonly startedAt?: string | null | undefined // Left out: the first reading.
  readonly endedAt?: string | null | undefined // The end, or now while it runs; left out: the last that is known.
  readonly isOver?: boolean | undefined // Left out: it is over when `endedAt` is given.
  readonly states?: readonly { readonly at: string; readonly state: ConnectorState }[] | undefined
  readonly idleToldAt?: string | null | undefined // Idle time is not counted before the driver was told.
  readonly reservation?:
    | { readonly from: string; readonly until: string; readonly outcome: 'used' | 'expired' }
    | undefined
  readonly driver?:
    | { readonly groups?: readonly string[] | undefined; readonly coupons?: readonly string[] | undefined }
    | undefined
  readonly signals?: readonly Signal[] | undefined
  readonly meter?: Meter | undefined
}

/** States in order of time; the last said for an instant holds. */
export type StateLine = readonly { readonly at: number; readonly state: ConnectorState }[]

const nothingSaid: StateLine = []

export const statesOf = ({ states = [] }: MeteredSession): StateLine =>
  states.length === 0
    ? nothingSaid
    : states.map(({ at, state }) => ({ at: epochMsOf(at), state })).toSorted((a, b) => a.at - b.at)

/** Signals in order of time. */
export type SignalLine = readonly { readonly at: number; readonly name: string; readonly value: Fraction }[]

export const signalsOf = ({ signals = [] }: MeteredSession): SignalLine =>
  signals
    .map(({ at, name, value }) => ({ at: epochMsOf(at), name, value: fractionOf(value) }))
    .toSorted((a, b) => a.at - b.at)

/** @returns instants of the session's begin and end; null when nothing is known of it */
export function spanOf(
  { startedAt, endedAt }: MeteredSession,
  known: { readonly first: number; readonly last: number }
): { from: number; to: number } | null {
  const from = startedAt ? epochMsOf(startedAt) : known.first
  const to = endedAt ? epochMsOf(endedAt) : known.last
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to: Math.max(from, to) } : null
}
