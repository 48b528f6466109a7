import fc from 'fast-check'
import { test } from 'tap'
import { noPeak, watchPeak, type Peak } from './peak.ts'

const zone = 'Europe/Berlin'
const start = Date.parse('2026-03-10T10:00:00Z')

/** A look each second: watts for so many seconds each. */
function after(
  spans: readonly (readonly [number | null, number])[],
  from: Peak = noPeak,
  beginMs = start
): Peak {
  let peak = from
  let nowMs = beginMs
  for (const [watts, seconds] of spans)
    for (let second = 0; second < seconds; second++) {
      nowMs += 1000
      peak = watchPeak(peak, watts, nowMs, zone)
    }
  return peak
}

void test('the mean of a whole quarter counts, not the highest second', async (t) => {
  const peak = after([
    [10_000, 450],
    [30_000, 450],
    [0, 1]
  ])
  t.ok(Math.abs(peak.peakW - 20_000) < 50, `${peak.peakW}`)
  t.equal(after([[50_000, 890]]).peakW, 0, 'the quarter that runs has not ended')
})

void test('a quarter that was hardly seen proves no peak, a silence is no time at the power seen after it', async (t) => {
  t.equal(
    after([
      [null, 800],
      [90_000, 101]
    ]).peakW,
    0
  )
  const gap = watchPeak(after([[10_000, 1]]), 90_000, start + 500_000, zone)
  t.ok(gap.quarter.seconds <= 11)
})

void test('what is fed in draws nothing; a month begins at nothing, by the site’s own clock', async (t) => {
  t.equal(after([[-5_000, 901]]).peakW, 0)
  const march = after([[20_000, 901]])
  t.equal(watchPeak(march, 0, Date.parse('2026-03-31T21:59:59Z'), zone).peakW, march.peakW)
  t.match(watchPeak(march, 0, Date.parse('2026-03-31T22:00:01Z'), zone), { month: '2026-04', peakW: 0 })
})

void test('no peak is above what was ever seen, and within a month none falls', async (t) => {
  const spans = fc.array(
    fc.tuple(fc.integer({ min: -20_000, max: 90_000 }), fc.integer({ min: 1, max: 1_000 })),
    {
      maxLength: 4
    }
  )
  fc.assert(
    fc.property(spans, (all) => {
      const most = Math.max(0, ...all.map(([watts]) => watts))
      const first = after(all.slice(0, 2))
      const peak = after(all)
      return peak.peakW <= most + 1e-6 && peak.peakW >= first.peakW
    }),
    { numRuns: 25 }
  )
  t.pass()
})
