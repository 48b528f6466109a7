/**
 * What an optimiser is asked. Currents are amperes of a member's own set-point; a row says by its weights what one
 * such ampere is as a phasor in a wire. Money is any currency, as planning only compares it.
 */
export type Problem = {
  readonly slots: readonly Slot[] // Without gaps; the first begins now.
  readonly members: readonly Member[]
  readonly sun: readonly Sun[]
  readonly rows: readonly HorizonRow[]
  readonly commitments: readonly Commitment[]
  readonly hurryPerKWhHour: number // A kWh is worth so much less for every hour it comes later.
}

export type Slot = { readonly startMs: number; readonly endMs: number; readonly baseW: number }

/** A car or a battery. One that gives nothing back has `dischargeA` 0. */
export type Member = {
  readonly key: string
  readonly wattsPerA: number // 208 line to line, 690 for three phases at 230 V.
  readonly fromMs: number
  readonly untilMs: number // Departure; a battery stays to the end.
  readonly chargeA: number
  readonly dischargeA: number
  readonly energy: Room
  readonly efficiency: number // One way, of what is stored against what flows in: above 0, at most 1.
  readonly valuePerKWh: number // Of each kWh it holds more at the end.
  readonly wearPerKWh: number // Of each kWh given back.
}

/** Energy above what it holds now: from `lowWh` (0 or less: may be given back) to `highWh`. */
export type Room = { readonly lowWh: number; readonly highWh: number }

/** A PV plant that may be held back; by slot what it could give. */
export type Sun = { readonly key: string; readonly wattsPerA: number; readonly availableW: readonly number[] }

/**
 * A wire or fuse. `round`: |Σ weight · current + base| ≤ limit; else the real parts' sum stands between `lowA`
 * and `limitA`. All series are by slot; an infinite limit bounds nothing. `at` counts members first, then suns.
 */
export type HorizonRow = {
  readonly name: string
  readonly round: boolean
  readonly limitA: readonly number[]
  readonly lowA: readonly number[]
  readonly base: readonly (readonly [re: number, im: number])[]
  readonly terms: readonly { readonly at: number; readonly re: number; readonly im: number }[]
}

/**
 * A promise about the site's power with the price of not keeping it. Power above `quantityW` costs `up`, power
 * below it `down` (negative power is export), so a price of energy is a commitment to 0 W: `up` the price of
 * buying, `down` that of selling. `once` prices the largest deviation of all slots, as a demand charge does.
 */
export type Commitment =
  | {
      readonly per: 'slot'
      readonly quantityW: readonly number[]
      readonly upPerKWh: readonly number[]
      readonly downPerKWh: readonly number[]
    }
  | {
      readonly per: 'once'
      readonly quantityW: readonly number[]
      readonly upPerKW: number
      readonly downPerKW: number // Negative: export beyond the quantity costs, too.
    }

export type ProblemFault =
  | 'no-slots'
  | 'slots-have-gaps'
  | 'not-a-number'
  | 'senseless-member' // No watts to an ampere, no efficiency, a current or a room that is less than none.
  | 'unknown-member'
  | 'wrong-length'
  | 'negative-limit'
  | 'selling-beats-buying' // Whoever earns by buying and selling at once has no best plan.

/** The first thing that makes the question meaningless; null: it can be asked. */
export const faultOf = (problem: Problem): ProblemFault | null =>
  faults.find(([, isSo]) => isSo(problem))?.[0] ?? null

const faults: readonly (readonly [ProblemFault, (problem: Problem) => boolean])[] = [
  ['no-slots', ({ slots }) => slots.length === 0],
  ['slots-have-gaps', hasGaps],
  ['not-a-number', (problem) => !numbersOf(problem).every(Number.isFinite)],
  [
    'senseless-member',
    ({ members, sun }) => members.some(isSenseless) || sun.some(({ wattsPerA }) => wattsPerA <= 0)
  ],
  [
    'unknown-member',
    ({ rows, members, sun }) =>
      rows.some(({ terms }) => terms.some(({ at }) => !isAt(at, members.length + sun.length)))
  ],
  ['wrong-length', (problem) => seriesOf(problem).some(({ length }) => length !== problem.slots.length)],
  ['negative-limit', ({ rows }) => rows.some(({ limitA }) => limitA.some((limit) => limit < 0))],
  // Here infinity means something: no limit.
  ['not-a-number', ({ rows }) => rows.some(({ limitA, lowA }) => [...limitA, ...lowA].some(Number.isNaN))],
  ['selling-beats-buying', ({ commitments }) => commitments.some(pays)]
]

function hasGaps({ slots }: Problem): boolean {
  return slots.some(
    ({ startMs, endMs }, at) => endMs <= startMs || startMs !== (slots[at - 1]?.endMs ?? startMs)
  )
}

const seriesOf = ({ sun, rows, commitments }: Problem): readonly (readonly unknown[])[] => [
  ...sun.map(({ availableW }) => availableW),
  ...rows.flatMap(({ limitA, lowA, base }) => [limitA, lowA, base]),
  ...commitments.map(({ quantityW }) => quantityW),
  ...commitments.flatMap((each) => (each.per === 'slot' ? [each.upPerKWh, each.downPerKWh] : []))
]

function isSenseless({ wattsPerA, chargeA, dischargeA, energy, efficiency }: Member): boolean {
  if (Math.min(wattsPerA, efficiency) <= 0 || efficiency > 1) return true
  return Math.min(chargeA, dischargeA, energy.highWh, -energy.lowWh) < 0
}

const isAt = (at: number, length: number): boolean => Number.isInteger(at) && at >= 0 && at < length

const pays = (each: Commitment): boolean =>
  each.per === 'once'
    ? each.upPerKW < each.downPerKW
    : each.upPerKWh.some((up, at) => up < (each.downPerKWh[at] ?? 0))

function numbersOf({ slots, members, sun, rows, commitments, hurryPerKWhHour }: Problem): readonly number[] {
  return [
    hurryPerKWhHour,
    ...slots.flatMap(({ startMs, endMs, baseW }) => [startMs, endMs, baseW]),
    ...members.flatMap(({ energy, ...rest }) => [
      ...Object.values(rest).filter((value) => typeof value === 'number'),
      energy.lowWh,
      energy.highWh
    ]),
    ...sun.flatMap(({ wattsPerA, availableW }) => [wattsPerA, ...availableW]),
    ...rows.flatMap(({ base, terms }) => [
      ...base.flat(),
      ...terms.flatMap(({ at, re, im }) => [at, re, im])
    ]),
    ...commitments.flatMap((each) =>
      each.per === 'once'
        ? [...each.quantityW, each.upPerKW, each.downPerKW]
        : [...each.quantityW, ...each.upPerKWh, ...each.downPerKWh]
    )
  ]
}
