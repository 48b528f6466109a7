import fc from 'fast-check'
import { test } from 'tap'
import {
  beyondMeterW,
  rangeFor,
  seen,
  mostDrawW,
  mostFeedW,
  rangeOf,
  readingPatienceMs,
  reserveForTrip,
  socAfter,
  type Part
} from './participant.ts'

const lease = 1_000_000
const part = (changes: Partial<Part> = {}): Part => ({
  id: 'b1',
  kind: 'battery',
  rating: { leastW: -10_000, mostW: 10_000 },
  capacityWh: 20_000,
  reservePercent: 10,
  reading: { totalW: -8_000, socPercent: 50, available: { leastW: -10_000, mostW: 10_000 }, atMs: 0 },
  confirmed: { range: { leastW: -8_000, mostW: -8_000 }, untilMs: lease },
  sent: [],
  fallback: { leastW: 0, mostW: 0 },
  ...changes
})
const shows = (totalW: number, atMs = 0): Part['reading'] => ({
  totalW,
  socPercent: 50,
  available: { leastW: -10_000, mostW: 10_000 },
  atMs
})

const draws: readonly { readonly name: string; readonly of: Part; readonly mostW: number }[] = [
  { name: 'confirmed and seen: its discharge frees what it feeds', of: part(), mostW: -8_000 },
  {
    name: 'told, not confirmed: nothing is freed and all may be drawn',
    of: part({ confirmed: null }),
    mostW: 10_000
  },
  {
    name: 'confirmed, but it feeds less: only what is seen',
    of: part({ reading: shows(-3_000) }),
    mostW: -3_000
  },
  {
    name: 'seen, but confirmed for less: only what is confirmed',
    of: part({ reading: shows(-9_900) }),
    mostW: -8_000
  },
  {
    name: 'a stop on its way frees nothing from then on',
    of: part({ sent: [{ leastW: 0, mostW: 0 }] }),
    mostW: 0
  },
  {
    name: 'a charge on its way is counted before it is confirmed',
    of: part({ sent: [{ leastW: 5_000, mostW: 5_000 }] }),
    mostW: 5_000
  },
  {
    name: 'a lease about to end counts with what comes after it',
    of: part({
      confirmed: { range: { leastW: -8_000, mostW: -8_000 }, untilMs: 9_000 },
      fallback: { leastW: 0, mostW: 2_000 }
    }),
    mostW: 2_000
  },
  {
    name: 'a lease that would end before those of chargers, if the edge died now, counts with what comes after it',
    of: part({
      confirmed: { range: { leastW: -8_000, mostW: -8_000 }, untilMs: 130_000 },
      fallback: { leastW: -10_000, mostW: 10_000 }
    }),
    mostW: 10_000
  },
  {
    name: 'one that outlasts them holds beside them',
    of: part({
      confirmed: { range: { leastW: -8_000, mostW: -8_000 }, untilMs: 130_001 },
      fallback: { leastW: -10_000, mostW: 10_000 }
    }),
    mostW: -8_000
  },
  {
    name: 'not heard for long: its whole rating',
    of: part({ reading: shows(-8_000, -readingPatienceMs - 1) }),
    mostW: 10_000
  },
  {
    name: 'the sun confirms nothing',
    of: part({
      kind: 'pv',
      rating: { leastW: -10_000, mostW: 0 },
      confirmed: { range: { leastW: -10_000, mostW: 0 }, untilMs: lease }
    }),
    mostW: 0
  }
]

for (const { name, of, mostW } of draws)
  void test(`what may be drawn: ${name}`, async (t) => {
    t.equal(mostDrawW(of, 0), mostW)
  })

void test('what may be fed in counts to the same rules, the other way', async (t) => {
  t.equal(mostFeedW(part(), 0), 8_000)
  t.equal(mostFeedW(part({ confirmed: null }), 0), 10_000)
  t.equal(mostFeedW(part({ reading: shows(-9_500) }), 0), 9_500)
  t.equal(mostFeedW(part({ sent: [{ leastW: -10_000, mostW: 0 }] }), 0), 10_000)
  t.equal(
    mostFeedW(
      part({ reading: shows(4_000), confirmed: { range: { leastW: 4_000, mostW: 4_000 }, untilMs: lease } }),
      0
    ),
    0
  )
})

const range = fc
  .tuple(fc.integer({ min: -10_000, max: 10_000 }), fc.integer({ min: -10_000, max: 10_000 }))
  .map(([a, b]) => ({ leastW: Math.min(a, b), mostW: Math.max(a, b) }))

void test('no set-point on its way ever frees room, however it is answered later', async (t) => {
  fc.assert(
    fc.property(
      range,
      fc.array(range, { maxLength: 3 }),
      range,
      fc.integer({ min: -15_000, max: 15_000 }),
      (told, sent, more, totalW) => {
        const before = part({ confirmed: { range: told, untilMs: lease }, sent, reading: shows(totalW) })
        const after = { ...before, sent: [...sent, more] }
        return (
          mostDrawW(after, 0) >= mostDrawW(before, 0) &&
          mostFeedW(after, 0) >= mostFeedW(before, 0) &&
          mostDrawW(before, 0) >= totalW &&
          mostFeedW(before, 0) >= -totalW
        )
      }
    )
  )
  t.pass()
})

void test('what it can be asked for: rating, what it says, its reserve; nothing unseen', async (t) => {
  t.strictSame(rangeOf(part(), 0), { leastW: -10_000, mostW: 10_000 })
  t.strictSame(rangeOf(part({ reading: null }), 0), { leastW: 0, mostW: 0 })
  t.strictSame(rangeOf(part(), readingPatienceMs + 1), { leastW: 0, mostW: 0 })
  const full = { totalW: 0, socPercent: 100, available: { leastW: -6_000, mostW: 0 }, atMs: 0 }
  t.strictSame(rangeOf(part({ reading: full }), 0), { leastW: -6_000, mostW: 0 })
  t.strictSame(rangeOf(part({ reading: { ...full, socPercent: 10 } }), 0), { leastW: 0, mostW: 0 })
  t.strictSame(rangeOf(part({ reading: { ...full, socPercent: null } }), 0), { leastW: 0, mostW: 0 })
  t.strictSame(rangeOf(part({ reading: { ...full, socPercent: null }, reservePercent: null }), 0), {
    leastW: -6_000,
    mostW: 0
  })
})

void test('a kilowatt-hour in is less in the battery, one out is more out of it', async (t) => {
  const store = { capacityWh: 10_000, efficiency: 0.9 }
  t.equal(socAfter(50, 1_000, 3_600_000, store), 59)
  t.equal(socAfter(50, -900, 3_600_000, store), 40)
  t.equal(socAfter(99.99, 10_000, 3_600_000, store), 100)
  t.equal(socAfter(0, -10_000, 3_600_000, store), 0)
})

void test('a car keeps what it could not charge again before it leaves', async (t) => {
  const store = { capacityWh: 50_000, efficiency: 1 }
  const target = { percent: 80, departMs: 2 * 3_600_000 }
  t.equal(reserveForTrip(target, 10_000, 0, store), 40) // 20 kWh of 50 are 40 points.
  t.equal(reserveForTrip(target, 10_000, 2 * 3_600_000, store), 80)
  t.equal(reserveForTrip({ ...target, departMs: null }, 10_000, 0, store), 80)
  t.equal(reserveForTrip({ ...target, departMs: 100 * 3_600_000 }, 10_000, 0, store), 0)
})

void test('beside a meter that shows it counts by how much more it may come to draw', async (t) => {
  t.equal(beyondMeterW(part(), 0), 0, 'confirmed and seen: the meter tells all')
  t.equal(beyondMeterW(part({ confirmed: null }), 0), 18_000, 'from −8 kW to 10 kW')
  t.equal(beyondMeterW(part({ sent: [{ leastW: 0, mostW: 0 }] }), 0), 8_000, 'a stop on its way')
  t.equal(beyondMeterW(part({ reading: null }), 0), 20_000, 'unseen: from end to end')
  const sun = part({ kind: 'pv', rating: { leastW: -10_000, mostW: 0 }, confirmed: null })
  t.equal(beyondMeterW(sun, 0), 0, 'the sun is base load')
  t.equal(beyondMeterW({ ...sun, reading: null }, 0), 10_000)
})

// Seed 1000016: a battery of 20 kW that stood still when it fell silent counted with 40 for two hours.
void test('one that falls silent comes to draw its rating beyond what it was told, showed and does when left alone', async (t) => {
  const silent = (changes: Partial<Part> = {}, nowMs = lease): number => beyondMeterW(part(changes), nowMs)
  const ended = lease + 10_000
  t.equal(silent(), 18_000, 'it may be giving its 8 kW still')
  t.equal(silent({ reading: shows(-9_000) }), 19_000, 'it gave more than told')
  t.equal(silent({ sent: [{ leastW: -9_500, mostW: 0 }] }), 19_500, 'a word on its way')
  t.equal(silent({}, ended - 1), 18_000, 'its timer may be late')
  t.equal(silent({}, ended), 10_000, 'its timer has run out: it stands still')
  t.equal(silent({ fallback: { leastW: -4_000, mostW: 0 } }, ended), 14_000, 'it gives 4 kW when left alone')
  t.equal(silent({ sent: [{ leastW: -9_500, mostW: 0 }] }, ended), 19_500, 'one that was never answered')
  t.equal(
    silent({ confirmed: null }, ended),
    20_000,
    'it does not follow, or was never told: from end to end'
  )
  t.equal(silent({ reading: shows(NaN) }, ended), 20_000)
})

void test('whatever is known of one that is not heard, it counts between its rating and from end to end', async () => {
  const watts = fc.integer({ min: -20_000, max: 20_000 })
  const range = fc.tuple(watts, watts).map(([a, b]) => ({ leastW: Math.min(a, b), mostW: Math.max(a, b) }))
  const parts = fc.record({
    reading: fc.option(watts.map((each) => shows(each))),
    confirmed: fc.option(fc.record({ range, untilMs: fc.nat(100_000) })),
    sent: fc.array(range, { maxLength: 2 }),
    fallback: range
  })
  fc.assert(
    fc.property(parts, fc.integer({ min: readingPatienceMs + 1, max: 200_000 }), (changes, nowMs) => {
      const [now, later] = [nowMs, nowMs + 60_000].map((atMs) => beyondMeterW(part(changes), atMs))
      return now !== undefined && later !== undefined && now <= 20_000 && later >= 10_000 && later <= now
    })
  )
})

void test('a set-point as the range that it allows', async (t) => {
  const rating = { leastW: -10_000, mostW: 8_000 }
  t.strictSame(rangeFor({ kind: 'power', powerW: -3_000 }, rating), { leastW: -3_000, mostW: -3_000 })
  t.strictSame(rangeFor({ kind: 'limits', importW: 2_000, exportW: null }, rating), {
    leastW: -10_000,
    mostW: 2_000
  })
  t.strictSame(rangeFor({ kind: 'limits', importW: null, exportW: 0 }, rating), { leastW: -0, mostW: 8_000 })
})

void test('a reading that is old or no number is none', async (t) => {
  t.equal(seen({ totalW: NaN, atMs: 0 }, 0), null)
  t.equal(seen({ totalW: 1, atMs: NaN }, 0), null)
  t.equal(seen({ totalW: 1, atMs: 0 }, readingPatienceMs + 1), null)
  t.ok(seen({ totalW: 1, atMs: 0 }, readingPatienceMs))
  t.equal(mostDrawW(part({ reading: shows(NaN) }), 0), 10_000)
  t.equal(mostFeedW(part({ reading: shows(NaN) }), 0), 10_000)
  const reading = { totalW: 0, socPercent: 50, available: { leastW: NaN, mostW: NaN }, atMs: 0 }
  t.strictSame(rangeOf(part({ reading }), 0), { leastW: 0, mostW: 0 })
})
