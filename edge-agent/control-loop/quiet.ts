import type { PerPhase } from '@nova/shared-protocol/units'
import type { Entry, Quiet } from './entry.ts'
import { onLines } from './lines.ts'

const zero: PerPhase = [0, 0, 0]
const anything: PerPhase = [Infinity, Infinity, Infinity]

/**
 * One look. A silent charger's car may have stopped whenever the site has fallen; what is left of its last word when all
 * falls are held against it is what it draws at least. Looks that are not trusted leave nothing of it.
 * @param site what the site draws, by phase; null: nobody knows
 */
export function watchQuiet(entries: readonly Entry[], site: PerPhase | null): void {
  const rest = site && entries.reduce((left, entry) => each(minus, left, lastWord(entry)), site)
  for (const entry of entries) entry.quiet = entry.connected ? null : quietOf(entry.quiet, rest)
}

function quietOf(before: Quiet | null, rest: PerPhase | null): Quiet {
  if (rest === null) return { from: zero, fell: anything }
  if (before === null) return { from: rest, fell: zero }
  return { from: before.from, fell: each(Math.max, before.fell, each(minus, before.from, rest)) }
}

const lastWord = ({ place, draw }: Entry): PerPhase => (draw === null ? zero : onLines(place, draw.currents))

const minus = (left: number, right: number): number => left - right

const each = (of: (one: number, other: number) => number, left: PerPhase, right: PerPhase): PerPhase => [
  of(left[0], right[0]),
  of(left[1], right[1]),
  of(left[2], right[2])
]
