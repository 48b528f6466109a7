import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'tap'
import { z } from 'zod'
import {
  coldStart,
  limitInForce,
  stepFailsafe,
  usualRules,
  type Act,
  type FailsafeState
} from './failsafe.ts'
import { beat, beats, limit, normal, release, storyOf, tick, type Line } from './stories.suite.ts'
import { randomHistory, walkFailsafe, type Happening } from './walk.ts'

const file = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/edge-limits/edge_limit_vectors.json`
const skip = existsSync(file) ? false : `no test cases at ${file}`
const Cases = z.object({
  eebus_lpc_failsafe: z.object({
    constants: z.record(z.string(), z.number()),
    scenarios: z.array(
      z.object({
        id: z.string(),
        start: z.string(),
        events: z.array(z.string()).default([]),
        expect: z.object({
          state: z.string().optional(),
          consumption_W: z.number().optional(),
          production_curtailed: z.boolean().optional(),
          expires: z.boolean().optional(),
          actuator_calls: z.number().optional(),
          limit: z.string().optional()
        })
      })
    )
  })
})
const cases = skip === false ? Cases.parse(JSON.parse(readFileSync(file, 'utf8'))).eebus_lpc_failsafe : null

const minuteMs = 60_000
const hourMs = 60 * minuteMs

type Lived = {
  readonly state: FailsafeState
  readonly acts: readonly Act[]
  readonly refused: readonly string[]
}

/** [second, what] in turn, from a cold start at 0. */
function live(story: readonly Line[], from = coldStart(0)): Lived {
  let state = from
  const acts: Act[] = []
  const refused: string[] = []
  for (const [atS, what] of story) {
    const stepped = stepFailsafe(state, what, atS * 1000)
    state = stepped.state
    acts.push(...stepped.acts)
    if (stepped.refused !== null) refused.push(stepped.refused)
  }
  return { state, acts, refused }
}

void test('the table has eleven scenarios or more, and its constants are ours', { skip }, async (t) => {
  t.ok((cases?.scenarios.length ?? 0) >= 11)
  t.match(cases?.constants, {
    heartbeat_timeout_s: usualRules.heartbeatMs / 1000,
    release_window_s: usualRules.releaseMs / 1000,
    failsafe_limit_default_W: usualRules.failsafeW,
    failsafe_duration_min_default_h: usualRules.leastMs / hourMs
  })
})

void test('words of a scenario that are not known are no scenario that came out', async (t) => {
  t.throws(() => storyOf('normal', ['limit 3 kW written']), { message: 'no such words: limit 3 kW written' })
  t.throws(() => storyOf('tired', []), { message: 'no such words: tired' })
})

const differs = 'differs: 0 W means "unlimited" in the table; here that is null, and 0 is a limit'

type Expect = NonNullable<typeof cases>['scenarios'][number]['expect']

/** What is to be seen, by the words of the table; what it does not name is not looked at. */
const seenOf = (story: readonly Line[], { expires, consumption_W }: Expect): Expect => {
  const { state, acts } = live(story)
  const ever = beats(story.at(-1)?.[0] ?? 0, 9_000_000)
  return {
    state: state.standing,
    consumption_W: limitInForce(state) ?? 0,
    production_curtailed: acts.at(-1)?.curtailed,
    actuator_calls: acts.filter(({ limitW, curtailed }) => limitW !== null && !curtailed).length,
    expires: expires !== undefined && limitInForce(live(ever, state).state) !== consumption_W,
    limit: state.wrote === undefined ? 'undefined (not zero)' : JSON.stringify(state.wrote)
  }
}

for (const { id, start, events, expect } of cases?.scenarios ?? [])
  void test(`scenario ${id}: ${start}; ${events.join(', ')}`, async (t) => {
    t.comment(differs)
    t.match(seenOf(storyOf(start, events), expect), expect)
  })

const further: { title: string; story: readonly Line[]; limitW: number | null }[] = [
  { title: 'alive to the last millisecond of the time-out', story: [...normal, [300, tick]], limitW: null },
  { title: 'a window kept up to its last second is not over', story: beats(0, 120), limitW: 4200 },
  {
    title: 'a release in fail-safe is no limit: the window decides',
    story: [...normal, [400, tick], [500, beat], [501, release], [502, tick]],
    limitW: 4200
  },
  {
    title: 'a limit written into the silence holds when the heartbeat is back',
    story: [...normal, [400, tick], [410, limit(2000)], [500, beat]],
    limitW: 2000
  },
  {
    title: 'a limit that ended in the silence does not end the fail-safe',
    story: [...normal, [400, tick], [410, limit(2000, 450_000)], [500, beat], [501, tick]],
    limitW: 4200
  },
  {
    title: 'the limit from before the silence is not a new one',
    story: [...normal, [182, limit(2000)], [400, tick], [500, beat], [501, tick]],
    limitW: 4200
  },
  {
    title: 'a limit of 0 is a limit',
    story: [
      [0, beat],
      [1, limit(0)]
    ],
    limitW: 0
  },
  {
    title: 'a limit with a duration ends with it',
    story: [
      [0, beat],
      [1, limit(2000, 60_000)],
      [59, beat],
      [60, tick]
    ],
    limitW: null
  },
  {
    title: 'a limit that is over before it is heard says nothing',
    story: [
      [0, beat],
      [61, limit(2000, 60_000)],
      [62, beat]
    ],
    limitW: 4200
  }
]

for (const { title, story, limitW } of further)
  void test(title, async (t) => {
    t.equal(limitInForce(live(story).state), limitW)
  })

void test('while the partner is unknown the fail-safe holds', async (t) => {
  t.equal(limitInForce(live(storyOf('never connected', [])).state), 4200)
})

void test('what is no limit is refused by name and changes nothing', async (t) => {
  const bad = [limit(Number.NaN), limit(-1), limit(Number.POSITIVE_INFINITY), limit(1, Number.NaN)]
  const lived = live([[0, beat], ...bad.map((each) => [1, each] as const)])
  t.strictSame(lived.refused, ['it is no number', 'it is negative', 'it is no number', 'its end is no time'])
  t.equal(limitInForce(lived.state), 4200)
  t.equal(lived.state.wrote, undefined)
})

void test('the actuators hear each change once, with its reason', async (t) => {
  const { acts } = live([
    [0, tick],
    [1, tick],
    [2, beat],
    [3, limit(4200)],
    [4, limit(4200)],
    [200, tick],
    [201, tick]
  ])
  t.strictSame(
    acts.map(({ limitW, curtailed }) => [limitW, curtailed]),
    [
      [4200, true],
      [4200, false],
      [4200, true]
    ]
  )
  t.match(acts[2]?.because, /no heartbeat/)
})

/** Small and even enough for histories: the test's chance comes from fast-check's seed. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

void test('in random histories nothing leads to "no limit" but the named rules, and they are met', async (t) => {
  let releases = 0
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const result = walkFailsafe(randomHistory(chanceOf(seed), 40))
      releases += result.releases
      return result.unnamed.length === 0
    }),
    { numRuns: 5_000 }
  )
  t.ok(releases > 500, `${releases} releases by rule were seen`)
})

const broken: { what: string; step: typeof stepFailsafe }[] = [
  {
    what: 'leaves by its duration alone (a quarter of an hour here)',
    step: (state, heard, nowMs, rules) => {
      const next = stepFailsafe(state, heard, nowMs, rules)
      const isLong = next.state.standing === 'failsafe' && nowMs - next.state.sinceMs > 900_000
      return isLong ? { ...next, state: { ...next.state, standing: 'normal', wrote: null } } : next
    }
  },
  {
    what: 'leaves with the first heartbeat',
    step: (state, heard, nowMs) => stepFailsafe(state, heard, nowMs, { ...usualRules, releaseMs: -1 })
  },
  {
    what: 'takes a release for a new limit',
    step: (state, heard, nowMs, rules) => {
      const next = stepFailsafe(state, heard, nowMs, rules)
      return heard.kind === 'release' ? { ...next, state: { ...next.state, standing: 'normal' } } : next
    }
  },
  {
    what: 'forgets that the row of heartbeats was broken',
    step: (state, heard, nowMs) => stepFailsafe(state, heard, nowMs, { ...usualRules, heartbeatMs: 600_000 })
  }
]

for (const { what, step } of broken)
  void test(`the judge of the histories finds a machine that ${what}`, async (t) => {
    const found = Array.from({ length: 300 }, (_, seed) =>
      walkFailsafe(randomHistory(chanceOf(seed), 60), usualRules, step)
    ).some(({ unnamed }) => unnamed.length > 0)
    t.ok(found)
  })

void test('a history has outages, reboots and every kind of word', async (t) => {
  const history: Happening[] = randomHistory(chanceOf(1), 2_000)
  const kinds = new Set(history.map(({ what }) => what.kind))
  t.strictSame([...kinds].toSorted(), ['heartbeat', 'limit', 'reboot', 'release', 'tick'])
  t.ok(history.every(({ atMs }, index) => atMs >= (history[index - 1]?.atMs ?? 0)))
})
