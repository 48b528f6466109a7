import { z } from 'zod'

/** Why a reading was taken (TX): begin, charging, exception, the kinds of end, suspended, tariff change. */
export type Transaction = 'B' | 'C' | 'X' | 'E' | 'L' | 'R' | 'A' | 'P' | 'S' | 'T'
/** How far the clock counts (last letter of TM): synchronised, informative, relative, unknown. */
export type Clock = 'S' | 'I' | 'R' | 'U'

export type SignedReading = {
  readonly at: string | null // In the system's form of an instant; null when TM names none.
  readonly clock: Clock
  readonly transaction: Transaction | null
  readonly value: string | null // As the meter wrote it, not a number.
  readonly register: string | null // OBIS code.
  readonly unit: string | null
  readonly currentType: string | null
  readonly status: string | null // G is good; anything else is not billed.
  readonly errors: string // E: energy, t: time; empty: none.
}

const word = z.string().max(100).nullable().optional().catch(null)
const RawReading = z.object({
  TM: word,
  TX: word,
  RV: word,
  RI: word,
  RU: word,
  RT: word,
  ST: word,
  EF: word
})
type Raw = z.infer<typeof RawReading>
export const RawReadings = z.array(RawReading).max(1_000)

/** What stands for the reading before it when it is left out; its value alone is always its own. */
const inherited = ['TM', 'TX', 'RI', 'RU', 'RT', 'ST', 'EF'] as const

/** Readings of a record in their order, each filled up from the one before it. */
export function readReadings(raw: readonly Raw[]): SignedReading[] {
  let before: Raw = {}
  return raw.map((each) => {
    const filled = { ...each }
    for (const field of inherited) if (filled[field] === undefined) filled[field] = before[field]
    before = filled
    return finished(filled)
  })
}

const kinds = new Set(['B', 'C', 'X', 'E', 'L', 'R', 'A', 'P', 'S', 'T'])
const clocks = new Set(['S', 'I', 'R', 'U'])

const finished = ({ TM, TX, RV, RI, RU, RT, ST, EF }: Raw): SignedReading => ({
  ...instantOf(TM ?? ''),
  transaction: kinds.has(TX ?? '') ? (TX as Transaction) : null,
  value: RV ?? null,
  register: RI ?? null,
  unit: RU ?? null,
  currentType: RT ?? null,
  status: ST ?? null,
  errors: EF ?? ''
})

/** `2018-07-24T13:22:04,000+0200 S`; without a known letter the clock is unknown. */
function instantOf(text: string): { at: string | null; clock: Clock } {
  const [, time = '', letter = ''] = /^(.*?)\s*([A-Z])?\s*$/.exec(text) ?? []
  return { at: systemForm(time), clock: clocks.has(letter) ? (letter as Clock) : 'U' }
}

/** A comma before the milliseconds, a zone without a colon: what the format prescribes is no RFC 3339. */
function systemForm(text: string): string | null {
  try {
    return Temporal.Instant.from(text).toString({ fractionalSecondDigits: 3 })
  } catch (cause) {
    if (cause instanceof RangeError) return null
    throw cause
  }
}
