import type { Write } from '@nova/shared-protocol/codecs/sunspec'
import type { ParticipantAbilities, ParticipantSetPoint } from '../../contract.ts'
import type { Said } from './roles.ts'

/** Models that take set-points. */
export type ControlRole = 'derControls' | 'storage' | 'immediateControls'

/** Points to be set in one model; when they hold, the model is read back with these values. */
export type Step = {
  readonly role: ControlRole
  readonly wanted: Readonly<Partial<Record<string, number>>>
  readonly writes: readonly Write[]
}

/** One way to tell a device a set-point. */
export type Control = {
  readonly role: ControlRole
  readonly abilities: ParticipantAbilities
  /** @returns null when this cannot be said to it. @throws RangeError when the device gives no scale */
  steps(point: ParticipantSetPoint, said: Said): readonly Step[] | null
  /** The set-point that the device says it follows; null: none. */
  inForce(said: Said): ParticipantSetPoint | null
}

const longestReversionS = 65_534 // Greatest uint16 that is a value.

/** @param seconds what the timer's point shows; null: it is not implemented */
export const timer = (seconds: number | null): ParticipantAbilities['reversion'] =>
  seconds === null ? null : { leastS: 1, mostS: longestReversionS }

/** Of `baseW`, at most 100; nothing of nothing. */
export const percent = (watts: number, baseW: number): number =>
  baseW <= 0 ? 0 : Math.min(100, (watts / baseW) * 100)

const mayBeMissing = /(Tms|Rvrt|ChaGriSet)$/

/** Those of the wanted points that the device has: timers, reversion values and ChaGriSet are often left out. */
export function present<Wanted extends Readonly<Record<string, number>>>(
  wanted: Wanted,
  known: Readonly<Record<string, unknown>>
): Partial<Wanted> {
  const kept = Object.entries(wanted).filter(([name]) => !mayBeMissing.test(name) || known[name] !== null)
  return Object.fromEntries(kept) as Partial<Wanted>
}

type Shown = Readonly<Record<string, number | string | null>>

const roundsBy = 1 // Percent: many devices keep whole ones, and show what they keep.

/**
 * Whether the device shows what was written: to one step of its scale, and percentages also rounded toward 0 to
 * whole ones. Timers run and are not compared.
 */
export function holds({ role, wanted }: Step, said: Said): boolean {
  const shown: Shown = said[role] ?? {}
  return Object.entries(wanted).every(([name, value]) => {
    if (value === undefined || name.endsWith('Tms')) return true
    const found = shown[name]
    if (typeof found !== 'number') return false
    const off = Math.abs(found - value)
    const isRounded = /Pct$|WRte$/.test(name) && off < roundsBy && Math.abs(found) <= Math.abs(value)
    return isRounded || off < stepOf(name, shown)
  })
}

/** Whether its reversion timer was taken: without one it keeps the set-point for ever. */
export function keepsTimer({ role, wanted }: Step, said: Said): boolean {
  const shown: Shown = said[role] ?? {}
  return Object.entries(wanted).every(
    ([name, value]) => !name.endsWith('RvrtTms') || value === 0 || Number(shown[name]) > 0
  )
}

const scales: Readonly<Record<string, string>> = { OutWRte: 'InOutWRte_SF', InWRte: 'InOutWRte_SF' }

function stepOf(name: string, shown: Shown): number {
  const scale = shown[scales[name] ?? `${name.replace(/Rvrt$/, '')}_SF`]
  return typeof scale === 'number' ? 10 ** scale * 1.001 : 0.001
}
