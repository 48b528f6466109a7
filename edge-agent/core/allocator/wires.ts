import type { PerPhase } from '@nova/shared-protocol/units'

/** One ampere of a wire adds the phasor `re` + j`im` to the row. */
export type Strand = { readonly row: number; readonly re: number; readonly im: number }

/** What one milliampere of a set-point adds to the rows; each row once. */
export type Pull = {
  readonly rows: Int32Array
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Which rows each place's three wires run through, laid flat. They belong to a tree and live as long as it, so
 * that a cycle allocates nothing for them; `pulls` remembers what has been asked for.
 */
export type Wires = {
  readonly places: number
  readonly start: Int32Array // By place × 3 + wire; one more at the end.
  readonly row: Int32Array
  readonly re: Float64Array
  readonly im: Float64Array
  readonly round: Uint8Array // By row: 1 where phasors of different angles meet.
  readonly phasors: boolean // Any row is round.
  readonly cancels: boolean // One current may hide another: who draws less may leave a row with more.
  readonly pulls: (Pull | undefined)[] // By place × 8 + bits of the direction.
  // Places on one circuit share what is equal: less memory to walk through in each decision.
  readonly alike: Map<string, Pull>
  readonly numbers: Map<string, Float64Array>
}

const phases = [0, 1, 2] as const

/** @param strands by place, by wire; a wire may meet a row more than once */
export function wiresOf(strands: readonly PerPhase<readonly Strand[]>[], rows: number): Wires {
  const flat = strands.flatMap((wires) => wires.flat())
  const start = new Int32Array(strands.length * 3 + 1)
  const round = new Uint8Array(rows)
  let at = 0
  strands.forEach((wires, place) => {
    for (const phase of phases) {
      start[place * 3 + phase] = at
      at += wires[phase].length
    }
  })
  start[strands.length * 3] = at
  for (const { row, im } of flat) if (im !== 0) round[row] = 1
  return {
    places: strands.length,
    start,
    row: Int32Array.from(flat, ({ row }) => row),
    re: Float64Array.from(flat, ({ re }) => re),
    im: Float64Array.from(flat, ({ im }) => im),
    round,
    phasors: round.includes(1),
    cancels: round.includes(1) || flat.some(({ re }) => re < 0),
    pulls: Array.from({ length: strands.length * 8 }),
    alike: new Map(),
    numbers: new Map()
  }
}

/** @throws RangeError for a place that is not there */
export function pullOf(wires: Wires, place: number, direction: PerPhase<number>): Pull {
  if (!(place >= 0 && place < wires.places)) throw new RangeError(`no place ${place}`)
  const bits = bitsOf(direction)
  if (bits === null) return gathered(wires, place, direction)
  const known = wires.pulls[place * 8 + bits]
  if (known !== undefined) return known
  const pull = interned(wires, gathered(wires, place, direction))
  wires.pulls[place * 8 + bits] = pull
  return pull
}

/** A direction of zeros and ones as a number; null when it is anything else. */
function bitsOf(direction: PerPhase<number>): number | null {
  let bits = 0
  for (const phase of phases) {
    if (direction[phase] === 1) bits += 1 << phase
    else if (direction[phase] !== 0) return null
  }
  return bits
}

function gathered(wires: Wires, place: number, direction: PerPhase<number>): Pull {
  const sums = new Map<number, { re: number; im: number }>()
  for (const phase of phases) {
    const share = direction[phase]
    const end = wires.start[place * 3 + phase + 1] ?? 0
    for (let at = wires.start[place * 3 + phase] ?? 0; share !== 0 && at < end; at++) {
      const row = wires.row[at] ?? 0
      const sum = sums.get(row) ?? { re: 0, im: 0 }
      sum.re += (wires.re[at] ?? 0) * share
      sum.im += (wires.im[at] ?? 0) * share
      sums.set(row, sum)
    }
  }
  const rows = [...sums].filter(([, { re, im }]) => Math.hypot(re, im) > vanished)
  return {
    rows: Int32Array.from(rows, ([row]) => row),
    re: Float64Array.from(rows, ([, { re }]) => re),
    im: Float64Array.from(rows, ([, { im }]) => im)
  }
}

function interned({ alike, numbers }: Wires, { rows, re, im }: Pull): Pull {
  const same = (values: Float64Array): Float64Array => shared(numbers, values.join(' '), () => values)
  const key = `${rows.join(' ')} ${re.join(' ')} ${im.join(' ')}`
  return shared(alike, key, () => ({ rows, re: same(re), im: same(im) }))
}

function shared<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

const vanished = 1e-12 // Three equal phases cancel to this, not to 0.
