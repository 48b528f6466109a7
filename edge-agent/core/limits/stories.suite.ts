import type { Heard } from './failsafe.ts'

/** What is heard, and when, in seconds from a cold start. */
export type Line = readonly [atS: number, what: Heard]

export const beat: Heard = { kind: 'heartbeat' }
export const tick: Heard = { kind: 'tick' }
export const release: Heard = { kind: 'release' }
export const limit = (limitW: number, untilMs: number | null = null): Heard => ({
  kind: 'limit',
  limitW,
  untilMs
})

/** Heartbeats each minute in [fromS, untilS]. */
export const beats = (fromS: number, untilS: number): Line[] =>
  Array.from({ length: Math.floor((untilS - fromS) / 60) + 1 }, (_, index) => [fromS + 60 * index, beat])

/** Released by the window, at 181 s. */
export const normal: readonly Line[] = [...beats(0, 180), [181, tick]]

const hourS = 3_600
const cycleS = 10
const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** Words of a start or of an event, and what they mean from a given second on. */
type Rule = readonly [words: RegExp, lines: (found: readonly string[], atS: number) => readonly Line[]]

const starts: readonly Rule[] = [
  [/^(cold start|never connected)/, () => [[0, tick]]],
  [/^normal/, () => normal],
  [/^failsafe again, stale/, () => [...normal, [400, tick], [500, beat], [700, tick]]],
  [
    /^failsafe, entered (\d+) h ago/,
    ([, hours]) => [...normal, [301, tick], [301 + Number(hours) * hourS, tick]]
  ],
  [/^failsafe$/, () => [...normal, [400, tick]]]
]

const events: readonly Rule[] = [
  [/^first cycle/, (_, atS) => [[atS, tick]]],
  [/^heartbeat (still )?missing/, (_, atS) => [[atS + 120, tick]]],
  [
    /^heartbeat back(, no limit)?$/,
    (_, atS) => [
      [atS + 60, beat],
      [atS + 61, tick]
    ]
  ],
  [/^limit (\d+) W written$/, ([, watts], atS) => [[atS + 1, limit(Number(watts))]]],
  [
    /^limit (\d+) W active, no duration$/,
    ([, watts], atS) => [[atS + 1, limit(Number(watts))], ...beats(atS + 60, atS + 100_000)]
  ],
  [
    /^limit (\d+) W active for (\d+) h$/,
    ([, watts, hours], atS) => [[atS + 1, limit(Number(watts), (atS + 1 + Number(hours) * hourS) * 1000)]]
  ],
  [
    /^limit (\d+) W active, (\w+) cycles$/,
    ([, watts, many = ''], atS) => [
      [atS + 1, limit(Number(watts))],
      ...Array.from({ length: numbers.indexOf(many) }, (_, at): Line => [atS + 1 + (at + 1) * cycleS, tick])
    ]
  ],
  [
    /^limit deactivated before (\d+) h$/,
    ([, hours], atS) => alive(atS, (Number(hours) * hourS) / 4, release)
  ],
  [/^no limit written, (\d+) s$/, ([, seconds], atS) => alive(atS, Number(seconds), tick)],
  [/^no limit written for >(\d+) s$/, ([, seconds], atS) => alive(atS, Number(seconds) + 1, tick)]
]

/** So many seconds with heartbeats, and then this. */
const alive = (atS: number, forS: number, then: Heard): readonly Line[] => [
  ...beats(atS, atS + forS),
  [atS + forS, then]
]

/**
 * A scenario's words as what is heard.
 * @throws RangeError for words that are not known: such a scenario must not pass for one that came out
 */
export function storyOf(start: string, happens: readonly string[]): readonly Line[] {
  return happens.reduce<readonly Line[]>(
    (before, words) => [...before, ...linesOf(events, words, before.at(-1)?.[0] ?? 0)],
    linesOf(starts, start, 0)
  )
}

function linesOf(rules: readonly Rule[], said: string, atS: number): readonly Line[] {
  for (const [words, lines] of rules) {
    const found = words.exec(said)
    if (found !== null) return lines(found, atS)
  }
  throw new RangeError(`no such words: ${said}`)
}
