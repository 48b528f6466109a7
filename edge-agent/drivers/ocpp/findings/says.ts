import type { ChargingSchedule, RateUnit } from '@nova/shared-protocol/codecs/ocpp'

/** What a charger says that it will allow, in the unit it answered in; null where it knows no limit. */
export type Says = { readonly unit: RateUnit; readonly atS: (second: number) => number | null }

type Answer = { readonly status?: unknown; readonly chargingSchedule?: Partial<ChargingSchedule> }

/**
 * Reads an answer to GetCompositeSchedule (OCPP 1.6 §5.7), whatever unit it came in. The payload has not passed a
 * schema: what cannot be read is no answer.
 * @returns null when the charger refuses, accepts without a schedule (it may, and means many things by it), or answers
 * nonsense
 */
export function readSays(payload: unknown): Says | null {
  const { status, chargingSchedule: schedule } = (payload ?? {}) as Answer
  if (status !== 'Accepted') return null
  const unit = schedule?.chargingRateUnit
  const periods = schedule?.chargingSchedulePeriod as unknown
  if ((unit !== 'A' && unit !== 'W') || !Array.isArray(periods)) return null
  const known = periods.flatMap(readPeriod)
  if (known.length < periods.length) return null
  return { unit, atS: (second) => known.findLast(({ startS }) => startS <= second)?.limit ?? null }
}

function readPeriod(period: unknown): readonly { readonly startS: number; readonly limit: number }[] {
  const { startPeriod, limit } = (period ?? {}) as Readonly<Record<string, unknown>>
  return typeof startPeriod === 'number' && typeof limit === 'number' ? [{ startS: startPeriod, limit }] : []
}
