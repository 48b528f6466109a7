import fc from 'fast-check'
import { test } from 'tap'
import { commitmentOf, confirmed, freshAccount, sent, type Account } from './commitment.ts'
import { fallbacksWanted, missingW, scarcityOf, wattsOver } from './fallbacks.ts'
import { loadOf, overruns } from './network.ts'
import { committedLoad, plan, type Scene, type Seat } from './plan.ts'
import { reasonOf } from './reasons.ts'
import { anySite, now, scene, seat, site, type SiteWords } from './site.suite.ts'
import { treeOf, type Place } from './tree.ts'

const holding = (milliA: number, fallback = 6000): Account =>
  confirmed(sent(freshAccount(fallback), { id: 1, milliA, transactionId: 'tx', atMs: 0 }), 1, 0, 120_000)

/** A site whose connectors hold these set-points, in order; null: no car. */
function of(words: SiteWords, levels: readonly (number | null)[]): Scene {
  const { places } = treeOf(site(words))
  const seats = places.map((place, index) => {
    const level = levels[index] ?? null
    return level === null ? seat(place, { transactionId: null }) : seat(place, {}, holding(level))
  })
  return scene(site(words), { seats })
}

const three = [{ id: 'A' }, { id: 'B' }, { id: 'C' }]
const told = (where: Scene): number[] => plan(where).map(({ level }) => level)

void test('lower first: a newcomer rises only into what others have already given up', async (t) => {
  const first = of({ limitA: 32, chargers: three.slice(0, 2) }, [26_000, 6000])
  t.strictSame(told(first), [16_000, 6000], 'A is lowered, B has to wait for that')
  t.strictSame(
    plan(first).map(({ target }) => target),
    [16_000, 16_000]
  )
  const then = of({ limitA: 32, chargers: three.slice(0, 2) }, [16_000, 6000])
  t.strictSame(told(then), [16_000, 16_000])
})

void test('a rise that is on its way is not given to another as well', async (t) => {
  const where = of({ limitA: 30, chargers: three }, [6000, 6000, 6000])
  const [a, b, c] = where.seats as [Seat, Seat, Seat]
  const rising = { ...a, account: sent(a.account, { id: 2, milliA: 18_000, transactionId: 'tx', atMs: 0 }) }
  const levels = told({ ...where, seats: [rising, b, c] })
  t.strictSame(levels, [10_000, 6000, 6000], '18 + 6 + 6 is all there is, and 18 is taken back to 10')
})

void test('who was told to fall and has not shown it rises no further than where it came from', async (t) => {
  const where = of({ limitA: 32, chargers: three.slice(0, 2) }, [10_000, 6000])
  const { nowMs } = where
  const [a, b] = where.seats as [Seat, Seat]
  const fallen = confirmed(
    sent(b.account, { id: 2, milliA: 6000, transactionId: 'tx', atMs: nowMs }),
    2,
    nowMs,
    120_000
  )
  const from9 = { ...fallen, falling: { fromMilliA: 9000, sinceMs: nowMs - 2_000 } }
  const as = (account: Account, drawHeardAtMs: number | null): number | undefined =>
    told({
      ...where,
      seats: [
        a,
        { ...b, account, expected: account, standing: { ...b.standing, drawMilliA: 6000, drawHeardAtMs } }
      ]
    })[1]
  t.equal(as(from9, nowMs - 3_000), 9000, 'its reading is older than the fall')
  t.equal(as(from9, nowMs - 1_000), 16_000, 'its reading shows the fall')
  t.equal(
    as({ ...from9, falling: { fromMilliA: 9000, sinceMs: nowMs - 10_000 } }, null),
    16_000,
    'long enough ago'
  )
})

void test('who rises leaves room for a base load as large as it may turn out to be; nobody is lowered for that', async (t) => {
  const where = of({ limitA: 32, chargers: three.slice(0, 2) }, [6000, 6000])
  t.strictSame(told(where), [16_000, 16_000])
  const doubted = (milliA: number): number[] => told({ ...where, baseAtMost: [milliA, 0, 0] })
  t.strictSame(doubted(12_000), [14_000, 6000], '32 - 12 - 6 A for the first; nothing is left for the other')
  t.strictSame(doubted(25_000), [6000, 6000])
})

void test('who may draw it already is told so, however large the base load may turn out to be', async (t) => {
  const where = of({ limitA: 32, chargers: three.slice(0, 1) }, [6000])
  const [a] = where.seats as [Seat]
  const seats = [{ ...a, standing: { ...a.standing, distrustMilliA: 32_000 } }]
  t.strictSame(told({ ...where, seats, baseAtMost: [9_000, 9_000, 9_000] }), [32_000])
  const full = { ...where, seats, base: [1_000, 1_000, 1_000] as const }
  t.strictSame(told(full), [0], 'but nothing where a limit is passed as it is')
})

void test('a set-point for a connector without a car is none; its fallback is kept', async (t) => {
  const decisions = plan(of({ limitA: 30, chargers: three }, [20_000, null, null]))
  t.strictSame(
    decisions.map(({ guided, committed }) => [guided, committed]),
    [
      [true, 20_000],
      [false, 6000],
      [false, 6000]
    ]
  )
  t.equal(decisions[0]?.target, 18_000)
})

void test('a charger that nobody knows is told its fallback first, while others still make room', async (t) => {
  const where = of({ limitA: 32, chargers: three.slice(0, 2) }, [26_000, 6000])
  const [a, b] = where.seats as [Seat, Seat]
  const stranger = { ...b, account: freshAccount(null), expected: freshAccount(6000) }
  t.strictSame(told({ ...where, seats: [a, stranger] }), [16_000, 6000])
})

void test('who owes an answer counts in full after three seconds: the others make room for it meanwhile', async (t) => {
  const where = of({ limitA: 24, chargers: three.slice(0, 2) }, [12_000, 12_000])
  const [a, b] = where.seats as [Seat, Seat]
  const owing = sent(holding(20_000), {
    id: 2,
    milliA: 12_000,
    transactionId: 'tx',
    atMs: where.nowMs - 2999
  })
  const seats = (account: Account): Seat[] => [{ ...a, account, expected: account }, b]
  t.strictSame(told({ ...where, seats: seats(owing) }), [12_000, 12_000])
  const late = sent(holding(16_000), { id: 2, milliA: 12_000, transactionId: 'tx', atMs: where.nowMs - 3000 })
  t.strictSame(told({ ...where, seats: seats(late) }), [12_000, 8000])
})

void test('a step smaller than half an ampere is not worth a message', async (t) => {
  t.strictSame(told(of({ limitA: 30, chargers: three }, [9700, 10_000, 10_000])), [9700, 10_000, 10_000])
  t.strictSame(told(of({ limitA: 30, chargers: three }, [9400, 10_000, 10_000])), [10_000, 10_000, 10_000])
})

void test('after our own start nobody rises above his fallback', async (t) => {
  t.strictSame(
    told({ ...of({ limitA: 90, chargers: three }, [6000, 0, 6000]), settling: true }),
    [6000, 6000, 6000]
  )
})

void test('what others have and the guard took is not shared: a paused car gets nothing', async (t) => {
  const where = of({ limitA: 40, chargers: three.slice(0, 2) }, [16_000, 16_000])
  const [a, b] = where.seats as [Seat, Seat]
  const paused = { ...a, ceiling: { milliA: 0, because: 'paused, the charger ignored its limit' } }
  const [first, second] = plan({ ...where, seats: [paused, b] })
  t.strictSame([first?.level, second?.target], [0, 32_000])
})

const anyScene = fc
  .record({
    site: anySite,
    base: fc.nat(30_000),
    cars: fc.array(
      fc.record({
        level: fc.integer({ min: 0, max: 32 }),
        here: fc.constantFrom(true, true, true, false),
        connected: fc.constantFrom(true, true, true, false),
        unknown: fc.constantFrom(false, false, false, true),
        raise: fc.option(fc.integer({ min: 6, max: 32 }))
      }),
      { minLength: 12, maxLength: 12 }
    )
  })
  .map(({ site: words, base, cars }) => {
    const seats = treeOf(words).places.map((place, index) => seatedIn(place, cars[index]!))
    return scene(words, { seats, base })
  })

type Words = {
  readonly level: number
  readonly here: boolean
  readonly connected: boolean
  readonly unknown: boolean
  readonly raise: number | null
}

function seatedIn(place: Place, { level, here, connected, unknown, raise }: Words): Seat {
  const held = holding(Math.min(level * 1000, place.ratingMilliA), place.fallbackMilliA)
  const known = unknown ? freshAccount(null) : held
  const onItsWay = { id: 2, milliA: (raise ?? 0) * 1000, transactionId: 'tx', atMs: 0 }
  const account = raise === null ? known : sent(known, onItsWay)
  return seat(place, { transactionId: here ? 'tx' : null, connected }, account)
}

void test('whatever was before: no decision adds to a sum that is, or would be, above its limit', async (t) => {
  fc.assert(
    fc.property(anyScene, (where) => {
      const decisions = plan(where)
      const committed = where.seats.map((each) => commitmentOf(each.account, each.standing, where.nowMs))
      const before = committedLoad(where, committed)
      const after = committedLoad(
        where,
        decisions.map(({ level, guided }, index) =>
          guided ? Math.max(level, committed[index] ?? 0) : (committed[index] ?? 0)
        )
      )
      return overruns(after).every(({ row }) => (after.used[row] ?? 0) <= (before.used[row] ?? 0))
    }),
    { numRuns: 300 }
  )
  t.pass()
})

void test('everyone gets a decision with a reason, each cycle, whatever the wiring', async (t) => {
  fc.assert(
    fc.property(anyScene, (where) => {
      const decisions = plan(where)
      const telling = { rows: where.network.rows, now, turnEndsAt: null }
      return (
        decisions.length === where.tree.places.length &&
        decisions.every(
          (decision, index) => reasonOf(where.seats[index] as Seat, decision, telling).length > 3
        )
      )
    })
  )
  t.pass()
})

const reasons: { says: string; where: Scene; at?: number; turnEndsAt?: string }[] = [
  {
    says: '10 A: feeder L1',
    where: of(
      {
        limitA: 90,
        circuits: [{ id: 'feeder', limitA: 20 }],
        chargers: [
          { id: 'A', circuit: 'feeder' },
          { id: 'B', circuit: 'feeder' }
        ]
      },
      [10_000, 10_000]
    )
  },
  { says: '32 A: rating of the connector', where: of({ chargers: [{ id: 'A' }] }, [32_000]) },
  {
    says: '6 A: grid L1, then 16 A when others have made room',
    where: of({ limitA: 32, chargers: three.slice(0, 2) }, [26_000, 6000]),
    at: 1
  },
  { says: '6 A kept for a start', where: of({ chargers: [{ id: 'A' }] }, [null]) },
  { says: '32 A kept: not managed', where: of({ chargers: [{ id: 'A', managed: false }] }, [null]) }
]

for (const { says, where, at = 0 } of reasons)
  void test(`the driver reads "${says}"`, async (t) => {
    const decision = plan(where)[at]
    t.equal(
      reasonOf(where.seats[at] as Seat, decision!, { rows: where.network.rows, now, turnEndsAt: null }),
      says
    )
  })

void test('who waits is told when: the end of a turn or of the limit, whichever is first', async (t) => {
  const words = site({ limitA: 90, chargers: [{ id: 'A', fallbackA: 0 }] })
  const limits = [
    { source: 'grid-operator', limitW: 1000, until: '2026-03-01T11:00:00Z', reason: 'grid operator' }
  ]
  const where = scene(words, { limits })
  const [decision] = plan(where)
  const tell = (turnEndsAt: string | null): string =>
    reasonOf(where.seats[0] as Seat, decision!, { rows: where.network.rows, now, turnEndsAt })
  t.equal(tell(null), 'waits: 6 A not free before 19:00 (grid operator until 19:00)')
  t.match(tell('2026-03-01T10:15:00Z'), /before 18:15/)
})

void test('out of touch or caught: the reason says what is kept for it', async (t) => {
  const { places } = treeOf(site({ chargers: three }))
  const seats = [
    seat(places[0]!, { connected: false, transactionId: 'tx' }, holding(12_000)),
    seat(places[1]!, { transactionId: null, distrustMilliA: 30_000 }),
    seat(places[2]!)
  ]
  const where = scene(site({ chargers: three }), { seats })
  const said = plan(where).map((decision, index) =>
    reasonOf(seats[index] as Seat, decision, { rows: where.network.rows, now, turnEndsAt: null })
  )
  t.strictSame(said.slice(0, 2), [
    '12 A kept: charger out of touch',
    '30 A kept: it ignored its limit before'
  ])
})

void test('a limit below the sum of fallbacks lowers those behind it to 0, and back after five minutes of room', async (t) => {
  const words = site({
    limitA: 90,
    circuits: [{ id: 'f', limitA: 30 }],
    chargers: [{ id: 'A', circuit: 'f' }, { id: 'B' }]
  })
  const limits = [
    { source: 'operator', limitA: [10, 10, 10] as [number, number, number], reason: 'operator' }
  ]
  const tight = scene(words, { limits })
  const scarce = scarcityOf(new Map(), tight)
  t.strictSame(fallbacksWanted(tight.seats, tight.network, scarce), [0, 0])
  const wide = { ...scene(words), nowMs: tight.nowMs + 299_000 }
  const still = scarcityOf(scarce, wide)
  t.strictSame(
    fallbacksWanted(wide.seats, wide.network, still),
    [0, 0],
    'a flash write each second helps nobody'
  )
  const over = scarcityOf(still, { ...wide, nowMs: tight.nowMs + 300_001 })
  t.strictSame(fallbacksWanted(wide.seats, wide.network, over), [6000, 6000])
})

void test('only those behind the full feeder are lowered', async (t) => {
  const words = site({
    limitA: 90,
    circuits: [{ id: 'f', limitA: 10 }],
    chargers: [{ id: 'A', circuit: 'f' }, { id: 'B', circuit: 'f' }, { id: 'C' }]
  })
  const where = scene(words)
  t.strictSame(fallbacksWanted(where.seats, where.network, scarcityOf(new Map(), where)), [0, 0, 6000])
})

void test('what no word of ours can lower is reported in watts', async (t) => {
  const words = site({ limitA: 40, chargers: [{ id: 'A' }, { id: 'B', managed: false }] })
  const { places } = treeOf(words)
  const silent = seat(places[0]!, { connected: false }, holding(20_000))
  const where = scene(words, { seats: [silent, seat(places[1]!, { transactionId: null })] })
  t.equal(missingW(where, 230), (20 + 32 - 40) * 3 * 230)
  t.equal(missingW(scene(words), 230), 0)
  t.equal(missingW(scene(words, { base: 41_000 }), 230), (41 + 32 - 40) * 690, 'the base load too')
  const liar = { transactionId: null, distrustMilliA: 32_000 }
  const third = seat(treeOf(site({ limitA: 40, chargers: [{ id: 'A' }] })).places[0]!, liar)
  const apart = scene(site({ limitA: 20, chargers: [{ id: 'A' }] }), { seats: [third] })
  t.equal(missingW(apart, 230), 0, 'what is kept for a liar nobody draws while no car is there')
  const drawing = { ...third, standing: { ...third.standing, drawMilliA: 6_000 } }
  t.equal(missingW({ ...apart, seats: [drawing] }, 230), (32 - 20) * 690)
  t.equal(wattsOver(loadOf(where.network, [0, 0, 0]), 230), 0)
})
