import { SiteLimit, type JudgedSite, type LimitState } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { learn, pruneBook, settleEvents, startMsOf, type EventBook } from './events.ts'
import { plainLimits, type Look, type Sources } from './layout.ts'
import { timelineOf } from './timeline.ts'

const ms = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds
const site: JudgedSite = { siteId: 'here', limitA: [100, 100, 100], voltageV: 230 } // 69 kW.
const noon = ms('2026-03-02T12:00:00Z') // A Monday.
const look: Look = {
  nowMs: noon,
  span: { startMs: noon - 86_400_000, endMs: noon + 7 * 86_400_000 },
  timeZone: 'UTC',
  site
}
const limit = (changes: Partial<SiteLimit>): SiteLimit => ({
  source: 'operator',
  reason: 'said so',
  ...changes
})
const sources = (given: SiteLimit[], more: Partial<Sources> = {}): Sources => ({
  given,
  ended: [],
  refused: [],
  standing: [],
  ...more
})
const event = (version: number, changes: Partial<SiteLimit> = {}): SiteLimit =>
  limit({ source: 'dr-peak', eventId: 'E1', version, limitW: 10_000, ...changes })

const heard = (limits: readonly SiteLimit[]): { book: EventBook; refused: string[] } => {
  let book: EventBook = new Map()
  const refused: string[] = []
  for (const each of limits) {
    const learnt = learn(book, each)
    book = learnt.book
    if (learnt.refusal !== null) refused.push(learnt.refusal.detail)
  }
  return { book, refused }
}

void test('the newest version of an event rules; an older one is refused, the same again is not', async (t) => {
  const { book, refused } = heard([
    event(1),
    event(3, { limitW: 5_000 }),
    event(2),
    event(3, { limitW: 5_000 })
  ])
  t.strictSame(refused, ['version 2 of E1 came after version 3'])
  t.strictSame(
    settleEvents([event(1)], book).rules.map(({ limitW }) => limitW),
    [5_000],
    'even when its giver falls back to an older one'
  )
  t.match(heard([event(3), event(3, { limitW: 1 })]).refused, [/version 3 of E1 came after version 3/])
})

void test('a cancelled event rules no more, whatever version comes after it from the past', async (t) => {
  const { book } = heard([event(1), event(2, { cancelled: true })])
  const settled = settleEvents([event(1), limit({ limitW: 7 })], heard([...book.values(), event(1)]).book)
  t.strictSame(
    settled.rules.map(({ limitW }) => limitW),
    [7]
  )
  t.match(settled.ended, [{ detail: 'cancelled by version 2' }])
})

void test('an event that nobody gives any more is withdrawn, and holds again when it is given again', async (t) => {
  const { book } = heard([event(1)])
  t.match(settleEvents([], book), { rules: [], ended: [{ detail: 'withdrawn' }] })
  t.equal(settleEvents([event(1)], book).rules.length, 1)
  t.equal(settleEvents([event(1)], new Map()).rules.length, 1, 'without the book too: it is a limit')
})

void test('in whatever order versions come, the highest rules', async (t) => {
  const version = fc.record({ version: fc.nat(20), limitW: fc.nat(50_000), cancelled: fc.boolean() })
  fc.assert(
    fc.property(fc.array(version, { minLength: 1 }), (versions) => {
      const limits = versions.map((each) => event(each.version, each))
      const highest = Math.max(...versions.map((each) => each.version))
      const first = limits.find((each) => each.version === highest)
      const { rules, ended } = settleEvents(limits, heard(limits).book)
      return first?.cancelled === true
        ? rules.length === 0 && ended.length === 1
        : rules.length === 1 && rules[0]?.limitW === first?.limitW
    })
  )
  t.pass()
})

void test('the book forgets what is a week over, and is never longer than 500', async (t) => {
  const { book } = heard([
    event(1, { eventId: 'old', until: '2026-02-20T00:00:00Z' }),
    event(1, { eventId: 'new', until: '2026-03-01T00:00:00Z' })
  ])
  t.strictSame([...pruneBook(book, noon).keys()], ['dr-peak new'])
  const many = new Map(Array.from({ length: 600 }, (_, index) => [`dr-peak ${index}`, event(index)] as const))
  t.equal(pruneBook(many, noon).size, 500)
})

void test('a randomised start is the site’s own, the same for all versions, and evenly spread', async (t) => {
  const spread = { from: '2026-03-02T13:00:00Z', until: '2026-03-02T15:00:00Z', randomiseStartS: 599 }
  const delayS = (seed: string, version = 1) =>
    ((startMsOf(event(version, spread), seed) ?? 0) - ms(spread.from)) / 1000
  t.equal(delayS('site-7'), delayS('site-7', 9))
  const delays = Array.from({ length: 6_000 }, (_, index) => delayS(`site-${index}`))
  t.ok(delays.every((each) => Number.isInteger(each) && each >= 0 && each <= 599))
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => delays.filter((each) => Math.floor(each / 60) === tenth).length
  )
  t.ok(
    tenths.every((count) => count > 480 && count < 720),
    `600 each on the average: ${tenths.join(' ')}`
  )
  t.equal(startMsOf(limit({ limitW: 1 }), 'x'), null, 'what has no begin has none to move')
})

type Shown = [source: string, state: LimitState['state'], binding: boolean]
const states = (all: readonly LimitState[]): Shown[] =>
  all.map(({ source, state, binding }) => [source, state, binding])

void test('of limits that hold together the least binds, in total and on each phase', async (t) => {
  const given = [
    limit({ source: 'a', limitW: 30_000 }),
    limit({ source: 'b', limitW: 20_000 }),
    limit({ source: 'c', limitA: [100, 50, 100] }),
    limit({ source: 'd', limitA: [100, 60, 100] }),
    limit({ source: 'e', limitA: [200, 200, 200] }),
    limit({ source: 'f', limitW: 20_000 })
  ]
  t.strictSame(states(timelineOf(sources(given), look)), [
    ['a', 'active', false],
    ['b', 'active', true],
    ['c', 'active', true],
    ['d', 'active', false],
    ['e', 'active', false],
    ['f', 'active', false]
  ])
})

void test('watts above what the fuses carry bind nothing', async (t) => {
  t.strictSame(states(timelineOf(sources([limit({ limitW: 69_000 })]), look)), [
    ['operator', 'active', false]
  ])
  t.strictSame(states(timelineOf(sources([limit({ limitW: 68_999 })]), look)), [['operator', 'active', true]])
})

void test('a planned limit binds when it will be the least at its begin', async (t) => {
  const given = [
    limit({ source: 'now', limitW: 5_000, until: '2026-03-02T13:00:00Z' }),
    limit({ source: 'during', limitW: 8_000, from: '2026-03-02T12:30:00Z' }),
    limit({ source: 'after', limitW: 7_000, from: '2026-03-02T13:00:00Z', until: '2026-03-02T14:00:00Z' }),
    limit({ source: 'before', limitW: 1_000, until: '2026-03-02T11:00:00Z' })
  ]
  t.strictSame(states(timelineOf(sources(given), look)), [
    ['now', 'active', true],
    ['during', 'planned', false],
    ['after', 'planned', true],
    ['before', 'past', false]
  ])
})

void test('weeks are laid out, clipped to their begin and end, and shown as what they are', async (t) => {
  const given = limit({
    source: 'schedule',
    limitW: 9_000,
    weekly: [{ days: [1, 2], from: '11:00', until: '13:00' }],
    from: '2026-03-02T11:30:00Z',
    until: '2026-03-10T12:00:00Z'
  })
  t.match(timelineOf(sources([given]), look), [
    { state: 'active', from: '2026-03-02T11:30:00Z', until: '2026-03-02T13:00:00Z', binding: true },
    { state: 'planned', from: '2026-03-03T11:00:00Z', until: '2026-03-03T13:00:00Z' },
    { state: 'planned', from: '2026-03-09T11:00:00Z', until: '2026-03-09T13:00:00Z' }
  ])
  t.strictSame(plainLimits(sources([given]), look)[0], {
    source: 'schedule',
    reason: 'said so',
    limitW: 9_000,
    from: '2026-03-02T11:30:00Z',
    until: '2026-03-02T13:00:00Z'
  })
})

void test('a fraction of a watt is given up: what is told of a limit is told in whole watts', async (t) => {
  const given = [limit({ limitW: 5_000.5, exportLimitW: 99.9 })]
  const [plain] = plainLimits(sources(given), look)
  t.match(plain, { limitW: 5_000, exportLimitW: 99 })
  t.ok(SiteLimit.safeParse(plain).success, 'as the cloud reads it')
})

void test('a limit of what is fed in is shown with its watts, one that says nothing of it without', async (t) => {
  const [feedIn, plain] = timelineOf(
    sources([limit({ exportLimitW: 4_200.7 }), limit({ source: 'plain', limitW: 7_000 })]),
    look
  )
  t.match(feedIn, { exportLimitW: 4_200, limitW: null, state: 'active' })
  t.notOk(plain && 'exportLimitW' in plain)
})

void test('of what was refused the newest stands first, whenever it would have begun', async (t) => {
  const refused = ['2026-03-01T00:00:00Z', undefined, '2020-01-01T00:00:00Z'].map((from, atMs) => ({
    limit: limit({ limitW: atMs, ...(from === undefined ? {} : { from }) }),
    name: 'limit-absurd' as const,
    detail: 'so',
    atMs
  }))
  t.strictSame(
    timelineOf(sources([], { refused }), look).map(({ limitW }) => limitW),
    [2, 1, 0]
  )
})

void test('what was refused or cancelled is shown with its reason, however odd it is', async (t) => {
  const odd = limit({ limitW: -5, limitA: [Number.NaN, 1, 1], until: '2020-01-01T00:00:00Z' })
  const refused = [{ limit: odd, name: 'limit-negative' as const, detail: '-5 is below 0', atMs: noon }]
  const ended = [{ limit: event(2, { cancelled: true }), detail: 'cancelled by version 2' }]
  t.match(timelineOf(sources([], { refused, ended }), look), [
    {
      state: 'refused',
      limitW: null,
      limitMilliA: null,
      detail: 'limit-negative: -5 is below 0',
      binding: false
    },
    { source: 'dr-peak', state: 'cancelled', version: 2, detail: 'cancelled by version 2' }
  ])
})

void test('a fail-safe that stands is a limit without an end, and binds like any', async (t) => {
  const standing = [
    {
      limit: limit({ source: 'grid-operator', limitW: 4_200, from: '2026-03-02T11:59:00Z' }),
      detail: 'silent'
    }
  ]
  t.match(timelineOf(sources([limit({ limitW: 20_000 })], { standing }), look), [
    { source: 'operator', binding: false },
    { source: 'grid-operator', state: 'active', until: null, binding: true, detail: 'silent' }
  ])
})

void test('an event says its version and its delay', async (t) => {
  const given = event(2, {
    from: '2026-03-02T13:00:00Z',
    until: '2026-03-02T14:00:00Z',
    randomiseStartS: 300
  })
  const [state] = timelineOf(sources([given]), look)
  const delayS = (ms(state?.from ?? '') - ms('2026-03-02T13:00:00Z')) / 1000
  t.equal(state?.detail, `event E1, version 2; begins ${delayS} s after its announced start`)
})

void test('what looks like a mistake of units holds, and is said', async (t) => {
  const [state] = timelineOf(sources([limit({ limitW: 11 })]), look)
  t.match(state, { state: 'active', binding: true, detail: /kilowatts given as watts\?/ })
})

void test('plain limits and the timeline tell the same at every instant: the least of all valid ones binds', async (t) => {
  const hour = fc.integer({ min: -20, max: 150 })
  const any = fc.record({
    limitW: fc.integer({ min: 0, max: 80_000 }),
    begin: hour,
    hours: fc.integer({ min: 1, max: 40 })
  })
  const at = (hours: number) => Temporal.Instant.fromEpochMilliseconds(noon + hours * 3_600_000).toString()
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), (all) => {
      const given = all.map(({ limitW, begin, hours }, index) =>
        limit({ source: `s${index}`, limitW, from: at(begin), until: at(begin + hours) })
      )
      const valid = plainLimits(sources(given), look).filter(
        ({ from, until }) => ms(from ?? '') <= noon && ms(until ?? '') > noon
      )
      const least = Math.min(69_000, ...valid.map(({ limitW }) => limitW ?? Infinity))
      const active = timelineOf(sources(given), look).filter(({ state }) => state === 'active')
      const binding = active.filter((each) => each.binding)
      return (
        active.length === valid.length &&
        binding.length === (least < 69_000 ? 1 : 0) &&
        binding.every(({ limitW }) => limitW === least)
      )
    })
  )
  t.pass()
})
