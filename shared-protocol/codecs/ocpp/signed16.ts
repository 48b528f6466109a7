import { longestSigned, type SignedValue } from '../../model/index.ts'
import { readInstant } from './instant.ts'

const mostValues = 2_000 // As for readings.
const mostSigned = 20 // A begin, an end and what lies between; more is a flood.

/**
 * Samples of format `SignedData` (OCPP 1.6 §7.45) in `meterValue` or `transactionData`, as they came. A value without
 * a readable timestamp counts from `heardAt`; one that is too long to be carried is named.
 */
export function readSigned16(
  values: unknown,
  heardAt: string
): { readonly signed: readonly SignedValue[]; readonly problems: readonly string[] } {
  const signed: SignedValue[] = []
  const problems: string[] = []
  const entries: readonly unknown[] = Array.isArray(values) ? values.slice(0, mostValues) : []
  for (const entry of entries) {
    for (const { at, sample } of samplesOf(entry, heardAt)) {
      const { value, context } = sample
      if (typeof value !== 'string' || value === '') continue
      if (value.length > longestSigned || signed.length === mostSigned)
        problems.push(`a signed value of ${value.length} characters is left out`)
      else signed.push({ at, context: typeof context === 'string' ? context.slice(0, 40) : null, raw: value })
    }
  }
  return { signed, problems: problems.slice(0, 3) }
}

type Sample = { readonly format?: unknown; readonly value?: unknown; readonly context?: unknown }

function samplesOf(entry: unknown, heardAt: string): { readonly at: string; readonly sample: Sample }[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { timestamp, sampledValue } = entry as { timestamp?: unknown; sampledValue?: unknown }
  const at = readInstant(timestamp) ?? heardAt
  const samples: readonly unknown[] = Array.isArray(sampledValue) ? sampledValue : [sampledValue]
  return samples.flatMap((sample) =>
    typeof sample === 'object' && sample !== null && (sample as Sample).format === 'SignedData'
      ? [{ at, sample }]
      : []
  )
}
