import { execFileSync } from 'node:child_process'

/** One measured figure. `limit` is the floor or the physical bound it is held against; `peers` ran in this run. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit?: number | string
  readonly met?: boolean | null // Whether the limit was met, as who states it compares; left out: see `metOf`.
  readonly ratio?: number
  readonly peers?: Readonly<Record<string, number>>
  readonly seed?: number
  readonly [extra: string]: unknown
}

const commit = (() => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown' // A release archive has no .git; the figure is still worth printing.
  }
})()

/** What does not apply is null, so that each line has every field that readers of figures count on. */
const notApplying = { limit: null, met: null, ratio: null, peers: null, seed: null } as const

/** What was asked for and not measured: said again as it was. */
const asAsked = new Set(['capacityKw', 'seed'])

/** @returns the figure as one line of JSON, rounded to what a person would read; percentages to what peers are compared by */
export function lineOf(figure: Figure): string {
  const { name, value, unit, ...more } = figure
  const rounded = Object.entries({ name, value, unit, ...notApplying, ...more, met: metOf(figure) }).map(
    ([key, each]) => [
      key,
      typeof each === 'number' && !asAsked.has(key) ? tidy(each, digitsOf(key, unit)) : each
    ]
  )
  return JSON.stringify({ ...Object.fromEntries(rounded), commit })
}

/** A limit of 0 is met by 0 alone; of any other one only who states it knows which side is good. null: nobody knows. */
const metOf = ({ met, limit, value }: Figure): boolean | null => met ?? (limit === 0 ? value === 0 : null)

const seen: Figure[] = []

/** Prints the figure as one JSON line. */
export function show(figure: Figure): void {
  seen.push(figure)
  process.stdout.write(`${lineOf(figure)}\n`)
}

/** One line for people about the limits of all that was shown or is given. */
export function verdict(figures: readonly Figure[] = seen): string {
  const judged = figures.filter((figure) => metOf(figure) !== null)
  const missed = judged.filter((figure) => metOf(figure) === false)
  const told = missed.map(
    ({ name, value, unit, limit }) => `${name} ${tidy(value)} ${unit} (limit: ${limit ?? 'none'})`
  )
  const met = `${judged.length - missed.length} of ${judged.length} stated limits met`
  return missed.length === 0 ? `bench: ${met}` : `bench: ${met}; MISSED: ${told.join('; ')}`
}

const usual = 4
const inPercent = 6 // A peer's percentage is met within 0.05 points: a rounded figure must not use a tenth of that.
const digitsOf = (key: string, unit: string): number => (key === 'value' && unit === '%' ? inPercent : usual)

const tidy = (value: number, digits = usual): number =>
  Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(digits))

export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** Nearest-rank percentile, `share` in 0…1; NaN when there are no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}
