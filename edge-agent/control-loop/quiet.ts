import type { PerPhase } from '@nova/shared-protocol/units'
import type { Entry, LoopState } from './entry.ts'
import { onLines } from './lines.ts'

const zero: PerPhase = [0, 0, 0]
const anything: PerPhase = [Infinity, Infinity, Infinity]
const wayLooks = 9 // Seconds: a reading may be on its way for eight.

/**
 * One look. Whenever the site has fallen since a charger's last word, its car may have stopped; what is left of that word
 * when all falls are held against it is what it draws at least, should it be silent. Looks that are not trusted leave
 * nothing of it.
 * @param site what the site draws, by phase; null: nobody knows
 */
export function watchQuiet(state: Pick<LoopState, 'entries' | 'rests'>, site: PerPhase | null): void {
  const { entries } = state
  if (site === null) state.rests = []
  else state.rests = [...state.rests.slice(1 - wayLooks), restOf(entries.values(), site)]
  const rest = state.rests.at(-1) ?? null
  for (const entry of entries.values()) entry.quiet = quietOf(entry, rest, state.rests)
}

function quietOf({ draw, quiet }: Entry, rest: PerPhase | null, rests: readonly PerPhase[]): Entry['quiet'] {
  if (draw === null) return null
  const { heardAtMs } = draw
  if (rest === null) return { heardAtMs, from: zero, fell: anything }
  const isNew = quiet === null || quiet.heardAtMs !== heardAtMs
  const from = isNew ? rests.reduce((most, each) => both(Math.max, most, each)) : quiet.from
  const fell = both(Math.max, isNew ? zero : quiet.fell, both(minus, from, rest))
  return { heardAtMs, from, fell }
}

/** What the site draws beside all chargers' last words. */
function restOf(entries: Iterable<Entry>, site: PerPhase): PerPhase {
  let rest = site
  for (const { place, draw } of entries)
    if (draw !== null && draw.milliA > 0) rest = both(minus, rest, onLines(place, draw.currents))
  return rest
}

const minus = (left: number, right: number): number => left - right

const both = (of: (one: number, other: number) => number, left: PerPhase, right: PerPhase): PerPhase => [
  of(left[0], right[0]),
  of(left[1], right[1]),
  of(left[2], right[2])
]
