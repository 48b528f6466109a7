import type { RateUnit } from '@nova/shared-protocol/codecs/ocpp'
import { compositeAt, type Profile } from '@nova/shared-protocol/codecs/ocpp/composite'
import { ledOn } from './told.ts'

/** `ampereIn`: how much of the unit one ampere per phase is, with the phases that the limit was said for. */
export type Expected = { readonly limit: number; readonly ampereIn: number }

export type At = {
  readonly connector: number
  readonly unit: RateUnit
  readonly voltageV: number
  readonly atMs: number
}

/** What the profiles that the charger has accepted must give at an instant; null: they say nothing. */
export function expectedOf(
  told: readonly Profile[],
  { connector, unit, voltageV, atMs }: At
): Expected | null {
  const station = {
    version: '1.6',
    evses: [{ id: connector, transaction: ledOn(told, connector) ?? { id: 'none', startedMs: null } }],
    voltageV,
    phases: 3,
    gap: { kind: 'undefined' },
    offlineS: null
  } as const
  const asked = { evse: connector, unit, fromMs: atMs, toMs: atMs } as const
  const { limit, phases } = compositeAt(told, station, asked, atMs)
  if (limit[0] === null) return null
  return { limit: limit[0], ampereIn: unit === 'A' ? 1 : voltageV * (phases ?? 3) }
}

const clockOffMs = 5_000 // The station's clock may be off by this and still mean the same.
const roundsAmps = 1 // Whole amperes are the coarsest that stations round to.
const sameAmps = 0.05 // One decimal, rounded.

/**
 * Whether what a charger says fits what it was told. Lower by rounding, or because it can no more than its plate
 * says, is no difference; higher always is.
 */
export function fits(says: number | null, told: readonly Profile[], at: At, plateW: number): boolean {
  return [-clockOffMs, 0, clockOffMs].some((off) => {
    const wanted = expectedOf(told, { ...at, atMs: at.atMs + off })
    if (wanted === null) return true // Told nothing for then.
    if (says === null) return false
    const { limit, ampereIn } = wanted
    const plate = at.unit === 'W' ? plateW : plateW / (3 * at.voltageV) // The least that the plate can mean.
    return says <= limit + sameAmps * ampereIn && says > Math.min(limit, plate) - roundsAmps * ampereIn
  })
}
