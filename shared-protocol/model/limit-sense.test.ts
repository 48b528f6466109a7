import fc from 'fast-check'
import { test } from 'tap'
import {
  judgeLimit,
  judgeVersion,
  LimitRefusalName,
  refusalStatus,
  sameLimit,
  SentLimit,
  versionOf,
  type JudgedSite,
  type SiteLimit
} from './index.ts'

const site: JudgedSite = { siteId: 'here', limitA: [100, 100, 100], voltageV: 230 } // 69 kW.
const noon = Temporal.Instant.from('2026-03-02T12:00:00Z').epochMilliseconds
const limit = (changes: Partial<SiteLimit>): SiteLimit => ({
  source: 'operator',
  reason: 'said so',
  ...changes
})
const event = (version: number, changes: Partial<SiteLimit> = {}): SiteLimit =>
  limit({ source: 'dr-peak', eventId: 'E1', version, limitW: 10_000, ...changes })

const senseless: { title: string; limit: Partial<SiteLimit>; name: LimitRefusalName | null }[] = [
  { title: 'one in order', limit: { limitW: 11_000, siteId: 'here' }, name: null },
  { title: 'a limit of 0', limit: { limitW: 0 }, name: null },
  { title: 'one that began long ago', limit: { limitW: 1, from: '2020-01-01T00:00:00Z' }, name: null },
  { title: 'one for another site', limit: { limitW: 1, siteId: 'there' }, name: 'limit-for-another-site' },
  { title: 'negative watts', limit: { limitW: -1 }, name: 'limit-negative' },
  { title: 'a negative phase', limit: { limitA: [16, -16, 16] }, name: 'limit-negative' },
  { title: 'no number', limit: { limitW: Number.NaN }, name: 'limit-not-a-number' },
  { title: 'endless amperes', limit: { limitA: [1, 1, Infinity] }, name: 'limit-not-a-number' },
  { title: 'ten times the wiring, to the watt', limit: { limitW: 690_000 }, name: null },
  { title: 'a watt more', limit: { limitW: 690_001 }, name: 'limit-absurd' },
  {
    title: 'milliamperes given as amperes',
    limit: { limitA: [16_000, 16_000, 16_000] },
    name: 'limit-absurd'
  },
  { title: 'an absurd export', limit: { exportLimitW: 700_000 }, name: 'limit-absurd' },
  { title: 'nothing at all', limit: {}, name: 'limit-says-nothing' },
  { title: 'an export alone', limit: { exportLimitW: 0 }, name: null },
  {
    title: 'the end before the begin',
    limit: { limitW: 1, from: '2026-03-03T10:00:00Z', until: '2026-03-03T09:00:00Z' },
    name: 'limit-reversed'
  },
  {
    title: 'no time between',
    limit: { limitW: 1, from: '2026-03-03T10:00:00Z', until: '2026-03-03T10:00:00.000Z' },
    name: 'limit-reversed'
  },
  {
    title: 'a random start that may lie after its end',
    limit: { limitW: 1, from: '2026-03-03T10:00:00Z', until: '2026-03-03T10:10:00Z', randomiseStartS: 600 },
    name: 'limit-reversed'
  },
  {
    title: 'one that is over',
    limit: { limitW: 1, until: '2026-03-02T12:00:00Z' },
    name: 'limit-in-the-past'
  },
  {
    title: 'one that ends in a millisecond',
    limit: { limitW: 1, until: '2026-03-02T12:00:00.001Z' },
    name: null
  },
  { title: 'a cancelled event', limit: { eventId: 'E1', version: 2, cancelled: true }, name: null },
  { title: 'a cancelled nothing', limit: { cancelled: true }, name: 'limit-without-event' }
]

for (const { title, limit: said, name } of senseless)
  void test(`${title} is ${name === null ? 'taken' : `refused as ${name}`}`, async (t) => {
    const refusal = judgeLimit(limit(said), site, noon)
    t.equal(refusal?.name ?? null, name)
    if (refusal !== null) t.ok(refusal.detail.length > 10)
  })

const uneven: { title: string; said: Partial<SiteLimit>; name: LimitRefusalName | null }[] = [
  { title: 'ten times the fullest phase', said: { limitA: [400, 400, 400] }, name: null },
  { title: 'more than ten times the fullest phase', said: { limitA: [0, 0, 401] }, name: 'limit-absurd' },
  { title: 'ten times all phases together', said: { limitW: 138_000 }, name: null },
  { title: 'a watt more than that', said: { limitW: 138_001 }, name: 'limit-absurd' }
]
for (const { title, said, name } of uneven)
  void test(`phases of 10, 10 and 40 A: ${title} is ${name ?? 'taken'}`, async (t) => {
    const small: JudgedSite = { siteId: 'here', limitA: [10, 10, 40], voltageV: 230 }
    t.equal(judgeLimit(limit(said), small, noon)?.name ?? null, name)
  })

const versions: { title: string; now: SiteLimit; known: SiteLimit | undefined; refused: boolean }[] = [
  { title: 'the first of an event', now: event(1), known: undefined, refused: false },
  { title: 'a newer one', now: event(3), known: event(2), refused: false },
  { title: 'the same again', now: event(2), known: event(2), refused: false },
  { title: 'an older one', now: event(1), known: event(2), refused: true },
  {
    title: 'other words under a version heard',
    now: event(2, { limitW: 9 }),
    known: event(2),
    refused: true
  },
  {
    title: 'one without a version is the oldest',
    now: limit({ eventId: 'E1', limitW: 1 }),
    known: event(1),
    refused: true
  },
  { title: 'a cancelled event stays so', now: event(3), known: event(4, { cancelled: true }), refused: true }
]
for (const { title, now, known, refused } of versions)
  void test(`versions of an event: ${title} is ${refused ? 'refused' : 'taken'}`, async (t) => {
    const refusal = judgeVersion(now, known)
    t.equal(refusal?.name ?? null, refused ? 'limit-version-old' : null)
    if (refusal !== null) t.match(refusal.detail, /^version \d of E1 came after version \d$/)
  })

void test('the same words are the same limit, whatever their order', async (t) => {
  t.equal(sameLimit({ source: 'a', reason: 'b', limitW: 1 }, { limitW: 1, reason: 'b', source: 'a' }), true)
  t.equal(sameLimit(limit({ limitW: 1 }), limit({ limitW: 2 })), false)
  t.equal(sameLimit(limit({ limitW: 1 }), limit({ limitW: 1, version: 0 })), false)
  t.strictSame([versionOf(limit({})), versionOf(event(7))], [0, 7])
})

void test('of two versions at least one is taken after the other, and never both orders of different words', async (t) => {
  const any = fc.record({ version: fc.nat(3), limitW: fc.nat(2) })
  fc.assert(
    fc.property(any, any, (one, other) => {
      const [left, right] = [event(one.version, one), event(other.version, other)]
      const taken = [judgeVersion(left, right), judgeVersion(right, left)].filter(
        (each) => each === null
      ).length
      return sameLimit(left, right) ? taken === 2 : taken === Number(one.version !== other.version)
    })
  )
  t.pass()
})

void test('every refusal has its status: malformed for all, against what is there, or not for this site now', async (t) => {
  const by = (status: number) => LimitRefusalName.options.filter((name) => refusalStatus(name) === status)
  t.strictSame(by(409), ['limit-version-old', 'limit-too-many'])
  t.strictSame(by(422), ['limit-for-another-site', 'limit-absurd', 'limit-reversed', 'limit-in-the-past'])
  t.equal(by(400).length, LimitRefusalName.options.length - 6)
})

void test('whatever has the form of a limit is judged, and never throws', async (t) => {
  const number = fc.oneof(fc.double(), fc.constantFrom(0, -1, 1e9))
  const said = fc.record(
    {
      limitW: number,
      limitA: fc.tuple(number, number, number),
      exportLimitW: number,
      cancelled: fc.boolean()
    },
    { requiredKeys: [] }
  )
  fc.assert(
    fc.property(said, (each) => {
      const sent = SentLimit.safeParse(limit(each))
      if (!sent.success) return true // JSON has no such numbers; 1e400 becomes one.
      const refusal = judgeLimit(sent.data, site, noon)
      const most = Math.max(0, each.limitW ?? 0, each.exportLimitW ?? 0)
      return refusal !== null || most <= 690_000
    })
  )
  t.pass()
})
