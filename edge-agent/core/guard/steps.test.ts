import type { PerPhase } from '@nova/shared-protocol/units'
import fc from 'fast-check'
import { test } from 'tap'
import { freshSteps, probedKey, watchSteps, type StepWatch } from './steps.ts'
import { spanOf, type Suspect } from './suspect.ts'

/** A charger of the simulated site. What it does with its set-point and what it shows is its temper. */
type Pile = {
  readonly key: string
  readonly phases: readonly (0 | 1 | 2)[]
  readonly told: (second: number) => number // Amperes that the loop allows.
  readonly draws: (allowedA: number, second: number) => number
  readonly shows: (drawA: number, allowedA: number) => number
  readonly readsEvery: number // Seconds between readings.
  readonly startS?: number
}

type Day = {
  readonly piles: readonly Pile[]
  readonly base: (second: number) => PerPhase
  readonly seconds: number
}
type Phases = Pile['phases']
type Load = { slot: number; jitter: number; amps: number; three: boolean; phase: 0 | 1 | 2 }
type Trace = {
  readonly foundS: ReadonlyMap<string, number>
  readonly probes: readonly string[]
  readonly last: StepWatch
}

const rampA = 8 // A second: 32 A in 4 s, within the 5 s of IEC 61851-1.

type Told = { readonly level: number; readonly atMs: number }
type Shown = { readonly amps: number; readonly atMs: number | null }
const unheard: Shown = { amps: 0, atMs: null }

/** One look a second: each pile follows with a ramp, a probed one is told 0 A. */
function live({ piles, base, seconds }: Day): Trace {
  let watch = freshSteps
  const draw = new Map(piles.map(({ key }) => [key, 0]))
  const told = new Map<string, readonly Told[]>()
  const shown = new Map<string, Shown>()
  const foundS = new Map<string, number>()
  const probes: string[] = []
  for (let second = 0; second < seconds; second++) {
    let site = base(second)
    const chargers = piles.map((pile): Suspect => {
      const level = probedKey(watch) === pile.key ? 0 : pile.told(second)
      const known = toldNow(pile, told.get(pile.key) ?? [], level, second)
      told.set(pile.key, known)
      const before = draw.get(pile.key) ?? 0
      const now = before + Math.max(-rampA, Math.min(rampA, pile.draws(level, second) - before))
      draw.set(pile.key, now)
      site = plus(site, on(pile.phases, now))
      if (second % pile.readsEvery === 0)
        shown.set(pile.key, { amps: pile.shows(now, level), atMs: second * 1000 })
      return suspectOf(pile, shown.get(pile.key) ?? unheard, known, second * 1000)
    })
    watch = watchSteps(watch, { nowMs: second * 1000, site, chargers })
    const key = probedKey(watch)
    if (key !== null && probes.at(-1) !== key) probes.push(key)
    for (const liar of watch.liars.keys()) if (!foundS.has(liar)) foundS.set(liar, second)
  }
  return { foundS, probes, last: watch }
}

function toldNow({ startS }: Pile, told: readonly Told[], level: number, second: number): readonly Told[] {
  const before = told.length > 0 || startS === undefined ? told : [{ level: 0, atMs: startS * 1000 }]
  return (before.at(-1)?.level ?? 0) === level ? before : [...before, { level, atMs: second * 1000 }]
}

function suspectOf({ key, phases }: Pile, said: Shown, told: readonly Told[], nowMs: number): Suspect {
  const shown = on(phases, said.amps)
  const levels = told.map(({ level, atMs }) => ({ atMs, level: on(phases, level) }))
  const times = { heardAtMs: said.atMs, changedAtMs: told.at(-1)?.atMs ?? null }
  return { key, phases, ratingMilliA: 32_000, shown, ...times, ...spanOf(shown, said.atMs, levels, nowMs) }
}

const on = (phases: readonly (0 | 1 | 2)[], amps: number): PerPhase => [
  phases.includes(0) ? amps * 1000 : 0,
  phases.includes(1) ? amps * 1000 : 0,
  phases.includes(2) ? amps * 1000 : 0
]
const plus = (left: PerPhase, right: PerPhase): PerPhase => [
  left[0] + right[0],
  left[1] + right[1],
  left[2] + right[2]
]
const all = [0, 1, 2] as const
const flat = (amps: number) => (): PerPhase => on(all, amps)

const honest = (key: string, changes: Partial<Pile> = {}): Pile => ({
  key,
  phases: all,
  told: () => 10,
  draws: (allowed) => allowed,
  shows: (draw) => draw,
  readsEvery: 1,
  ...changes
})

/** From second 60 on it draws 32 A and shows what it may. */
const liar = (key: string, changes: Partial<Pile> = {}): Pile =>
  honest(key, {
    draws: (allowed, second) => (second < 60 ? allowed : allowed === 0 ? 0 : 32),
    shows: (draw, allowed) => Math.min(draw, allowed),
    ...changes
  })

const found: { title: string; piles: Pile[]; base?: (second: number) => PerPhase; withinS: number }[] = [
  { title: 'one alone', piles: [liar('L')], withinS: 10 },
  {
    title: 'one among honest ones on other phases',
    piles: [liar('L', { phases: [1] }), honest('A', { phases: [0] }), honest('B', { phases: [2] })],
    withinS: 10
  },
  {
    title: 'one whose meter tells only every ten seconds',
    piles: [liar('L', { readsEvery: 10 })],
    withinS: 10
  },
  {
    title: 'one that does not even follow the pause, and says that it did',
    piles: [liar('L', { draws: (allowed, second) => (second < 60 ? allowed : 32) })],
    withinS: 14
  },
  {
    title: 'one that begins with its session, and shows next to nothing',
    piles: [liar('L', { startS: 60, told: (second) => (second < 60 ? 0 : 6), shows: () => 0 })],
    withinS: 12
  },
  {
    title: 'one above a trembling base load',
    piles: [liar('L')],
    base: (second) => on(all, 20 + (second % 3) * 0.4),
    withinS: 10
  }
]

for (const { title, piles, base = flat(5), withinS } of found)
  void test(`a charger that draws more than its meter shows is named within ${withinS} s: ${title}`, async (t) => {
    const { foundS, last } = live({ piles, base, seconds: 120 })
    t.strictSame([...foundS.keys()], ['L'])
    t.ok((foundS.get('L') ?? Infinity) - 60 <= withinS, `after ${(foundS.get('L') ?? 0) - 60} s`)
    t.ok((last.liars.get('L') ?? 0) >= 6_000, 'with what it hides at least')
  })

const innocent: { title: string; piles: Pile[]; base?: (second: number) => PerPhase }[] = [
  { title: 'nothing happens', piles: [honest('A'), honest('B')] },
  {
    title: 'a heat pump begins and stays',
    piles: [honest('A'), honest('B')],
    base: (second) => on(all, second < 60 ? 5 : 25)
  },
  {
    title: 'a heat pump begins, and readings are ten seconds old',
    piles: [honest('A', { readsEvery: 10 }), honest('B', { readsEvery: 10 })],
    base: (second) => on(all, second < 63 ? 5 : 21)
  },
  {
    title: 'a lift goes for twenty seconds again and again',
    piles: [honest('A'), honest('B', { phases: [0] })],
    base: (second) => on(all, second % 50 < 20 ? 17 : 5)
  },
  {
    title: 'the set-points rise and fall',
    piles: [honest('A', { told: (second) => (second % 60 < 30 ? 10 : 26), readsEvery: 5 })]
  },
  {
    title: 'a car takes less than it may, then more',
    piles: [
      honest('A', { told: () => 32, draws: (allowed, second) => Math.min(allowed, second < 60 ? 8 : 30) })
    ]
  },
  {
    title: 'a car stops by itself, its meter says so seconds later, and it is told less',
    piles: [
      honest('A', {
        told: (second) => (second < 66 ? 18 : 6),
        draws: (allowed, second) => (second < 61 ? allowed : 0),
        readsEvery: 5
      }),
      honest('B', { readsEvery: 5 })
    ]
  },
  {
    title: 'one car stops by itself while another is looked at for a heat pump',
    piles: [
      honest('A', { readsEvery: 10, draws: (allowed, second) => (second < 64 ? allowed : 0) }),
      honest('B', { told: () => 16, readsEvery: 5 })
    ],
    base: (second) => on(all, second < 60 ? 5 : 15)
  },
  {
    // Its last reading is from before it was told: what it showed then it need not have drawn any more.
    title:
      'a kettle begins in the second in which a car is told to stop, and its meter says so seconds later',
    piles: [
      honest('A', { phases: [0], told: (second) => (second < 63 ? 10 : 0), readsEvery: 10 }),
      honest('B', { told: () => 0 })
    ],
    base: (second) => (second < 63 ? [40_000, 40_000, 40_000] : [56_000, 40_000, 40_000])
  },
  {
    title: 'a kettle on one phase',
    piles: [honest('A', { phases: [0] })],
    base: (second) => (second < 60 ? [5_000, 5_000, 5_000] : [13_000, 5_000, 5_000])
  }
]

for (const { title, piles, base = flat(5) } of innocent)
  void test(`nobody is accused when ${title}`, async (t) => {
    const { foundS, probes } = live({ piles, base, seconds: 200 })
    t.strictSame([...foundS.keys()], [])
    t.ok(probes.length <= piles.length, `looked at: ${probes.join(' ')}`)
  })

void test('a step of the base load costs each charger a pause of seconds, once in ten minutes', async (t) => {
  const base = (second: number) => on(all, second % 40 < 20 ? 5 : 20)
  const { probes } = live({ piles: [honest('A'), honest('B')], base, seconds: 600 })
  t.ok(probes.length <= 2, probes.join(' '))
})

void test('without a trusted look nothing is found, and what was begun is dropped', async (t) => {
  const piles = [liar('L')]
  const { last } = live({ piles, base: flat(5), seconds: 63 })
  t.equal(probedKey(last), 'L')
  const dark = watchSteps(last, { nowMs: 64_000, site: null, chargers: [] })
  t.equal(probedKey(dark), null)
  t.strictSame(dark.looks, [])
})

void test('whoever leaves while another is looked at proves nothing of that one', async (t) => {
  const { last } = live({ piles: [liar('L'), honest('B')], base: flat(5), seconds: 63 })
  t.equal(probedKey(last), 'L')
  const alone = suspectOf(liar('L'), unheard, [], 63_000)
  const after = watchSteps(last, { nowMs: 63_000, site: [0, 0, 0], chargers: [alone] })
  t.equal(probedKey(after), null)
  t.equal(after.liars.size, 0)
})

void test('who has left is forgotten here', async (t) => {
  const { last } = live({ piles: [liar('L')], base: flat(5), seconds: 90 })
  t.equal(last.liars.size, 1)
  t.equal(watchSteps(last, { nowMs: 91_000, site: [0, 0, 0], chargers: [] }).liars.size, 0)
})

void test('in random days of honest chargers nobody is accused, whatever comes and goes beside them', async (t) => {
  // What comes and goes within one probe, on the same phases and of the same size, is beyond telling apart.
  const step = fc.record({
    slot: fc.nat(13),
    jitter: fc.nat(4),
    amps: fc.integer({ min: -12, max: 20 }),
    three: fc.boolean(),
    phase: fc.constantFrom(...all)
  })
  const level = fc.constantFrom(0, 6, 10, 16, 32)
  const pile = fc.record({
    phases: fc.constantFrom<Phases>(all, [0], [1], [2]),
    told: level,
    later: level,
    at: fc.nat(280),
    readsEvery: fc.constantFrom(1, 2, 5, 10)
  })
  const own = (phases: Phases, [told, later]: [number, number], at: number, readsEvery: number) => ({
    phases,
    told,
    later,
    at,
    readsEvery
  })
  const idle = own([0], [0, 0], 0, 1)
  // Each accused somebody once: told to stop in the second in which a kettle began; told much and then nothing before
  // its first reading; still down when, much later, another load took the place of what it had drawn.
  const once: [Load[], ReturnType<typeof own>[]][] = [
    [[{ slot: 3, jitter: 3, amps: 16, three: false, phase: 0 }], [own([0], [10, 0], 63, 10), idle]],
    [[{ slot: 0, jitter: 4, amps: 6, three: false, phase: 0 }], [own([0], [32, 0], 4, 10)]],
    [
      [
        { slot: 0, jitter: 4, amps: 6, three: true, phase: 0 },
        { slot: 1, jitter: 0, amps: 5, three: false, phase: 0 }
      ],
      [own([2], [0, 32], 8, 1), own(all, [6, 0], 6, 1), own(all, [6, 0], 21, 10), idle]
    ]
  ]
  const steps = fc.uniqueArray(step, { maxLength: 6, selector: ({ slot }) => slot })
  fc.assert(
    fc.property(steps, fc.array(pile, { minLength: 1, maxLength: 4 }), (loads, piles) => {
      const base = (second: number) =>
        loads
          .filter(({ slot, jitter }) => slot * 20 + jitter <= second)
          .reduce<PerPhase>(
            (sum, { amps, three, phase }) => plus(sum, on(three ? all : [phase], amps)),
            [40_000, 40_000, 40_000]
          )
      const day = piles.map(({ phases, told, later, at, readsEvery }, index) =>
        honest(`P${index}`, { phases, readsEvery, told: (second) => (second < at ? told : later) })
      )
      return live({ piles: day, base, seconds: 300 }).foundS.size === 0
    }),
    { numRuns: 400, examples: once }
  )
  t.pass()
})
