import type { SiteLimit } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { baseNow, drawValidMs, noBaseLoad, residualOf, sightMs, watchBase } from './base-load.ts'
import { freshCloud, watchCloud, type CloudLook, type CloudWatch } from './cloud.ts'
import { soundLimits } from './limits.ts'
import {
  allowing,
  dueOf,
  isPaused,
  trusted,
  watchConduct,
  type Allowance,
  type Conduct,
  type ConductLook
} from './obedience.ts'
import { lastWord } from './set-point.ts'

void test('of the last minute the largest base load counts, rounded up to half an ampere', async (t) => {
  let base = noBaseLoad
  for (let second = 0; second < 30; second++)
    base = watchBase(base, [second === 3 ? 9100 : 2000, 1, -5000], second * 1000)
  t.strictSame(baseNow(base, 0, 0), [9500, 500, 0], 'a negative one counts as none')
  t.strictSame(
    baseNow(base, 4000, 0),
    [9500, 4000, 4000],
    'and never less than the reserve while the meter is not trusted'
  )
  for (let second = 30; second < 100; second++) base = watchBase(base, [2000, 0, 0], second * 1000)
  t.strictSame(baseNow(base, 0, 0), [2000, 0, 0])
  t.ok(base.buckets.length <= drawValidMs / 5000 + 2)
})

void test('fresh readings are not held against a car that has just begun; old ones are', async (t) => {
  const rise = watchBase(noBaseLoad, [30_000, 0, 0], 0) // Its 30 A look like base load until it has told them.
  let base = rise
  for (let second = 5; second <= 40; second += 5) base = watchBase(base, [2000, 0, 0], second * 1000)
  t.strictSame(baseNow(base, 0, 40_000 - sightMs(2_000)), [2000, 0, 0])
  t.strictSame(baseNow(base, 0, 40_000 - sightMs(20_000)), [30_000, 0, 0])
  t.equal(sightMs(0), 15_000)
  t.equal(sightMs(Infinity), drawValidMs)
})

void test('the base load is the site less its chargers, by phase; power alone counts as balanced', async (t) => {
  const at = '2026-03-01T10:00:00Z'
  t.strictSame(
    residualOf({ at, currentMilliA: [20_000, 10_000, 5000] }, [16_000, 0, 0], 230),
    [4000, 10_000, 5000]
  )
  t.strictSame(residualOf({ at, powerW: 6900 }, [1000, 0, 0], 230), [9000, 10_000, 10_000])
})

const look = (
  changes: Partial<CloudLook> & { readonly heard?: number | null; readonly limits?: number | null }
): CloudLook => ({
  contact: { heardAtMs: changes.heard ?? null, limitsHeardAtMs: changes.limits ?? null },
  silentMs: 120_000,
  nowMs: 0,
  ...('contact' in changes ? { contact: changes.contact ?? null } : {}),
  ...(changes.nowMs === undefined ? {} : { nowMs: changes.nowMs })
})

// The scenarios of EEBUS LPC (vectors/edge-limits), in our terms: the release by mere silence of limits (921b)
// is not ours, because fail-safe never expires into unlimited.
const failsafe: CloudWatch = { failsafe: true, sinceMs: 1_000_000 }
const ladder: { what: string; from: CloudWatch; look: CloudLook; stands: boolean }[] = [
  {
    what: 'LPC-911: silent for too long',
    from: freshCloud(0),
    look: look({ heard: 0, nowMs: 120_000 }),
    stands: true
  },
  {
    what: 'silent, but not for too long',
    from: freshCloud(0),
    look: look({ heard: 0, nowMs: 119_999 }),
    stands: false
  },
  {
    what: 'LPC-921a: still silent after hours',
    from: failsafe,
    look: look({ heard: 0, nowMs: 20_000_000 }),
    stands: true
  },
  {
    what: 'LPC-918: heard again, with limits',
    from: failsafe,
    look: look({ heard: 1_500_000, limits: 1_500_000, nowMs: 1_500_000 }),
    stands: false
  },
  {
    what: 'LPC-916: heard again, no limits yet',
    from: failsafe,
    look: look({ heard: 1_500_000, limits: 500, nowMs: 1_500_000 }),
    stands: true
  },
  {
    what: 'LPC-TS-017: cold start, never heard',
    from: freshCloud(0),
    look: look({ nowMs: 0 }),
    stands: true
  },
  {
    what: 're-entry with a stale stamp',
    from: failsafe,
    look: look({ heard: 1_100_000, limits: 999_999, nowMs: 1_100_000 }),
    stands: true
  },
  {
    what: 'no cloud at all: standalone',
    from: failsafe,
    look: look({ contact: null, nowMs: 2_000_000 }),
    stands: false
  }
]

for (const { what, from, look: at, stands } of ladder)
  void test(`fail-safe ${stands ? 'stands' : 'does not stand'}: ${what}`, async (t) => {
    t.equal(watchCloud(from, at).failsafe, stands)
  })

void test('in 100,000 random sequences the fail-safe is never left but by limits heard after it began', async (t) => {
  const event = fc.record({ passMs: fc.nat(200_000), heard: fc.boolean(), limits: fc.boolean() })
  fc.assert(
    fc.property(fc.array(event, { minLength: 5, maxLength: 10 }), (events) => {
      let watch = freshCloud(0)
      let [nowMs, heard, limits]: [number, number | null, number | null] = [0, null, null]
      return events.every((each) => {
        nowMs += each.passMs
        if (each.heard) heard = nowMs
        if (each.heard && each.limits) limits = nowMs
        const before = watch
        watch = watchCloud(watch, look({ heard, limits, nowMs }))
        return !before.failsafe || watch.failsafe || (limits !== null && limits >= before.sinceMs)
      })
    }),
    { numRuns: 12_500 } // Eight transitions each on the average.
  )
  t.pass()
})

const limit = (changes: Partial<SiteLimit>): SiteLimit => ({
  source: 'operator',
  reason: 'operator',
  limitW: 5000,
  ...changes
})
const unsound: { what: string; limit: SiteLimit; says: RegExp }[] = [
  { what: 'NaN', limit: limit({ limitW: NaN }), says: /no number/ },
  { what: 'infinite', limit: limit({ limitA: [Infinity, 1, 1] }), says: /no number/ },
  { what: 'negative', limit: limit({ limitW: -1 }), says: /negative/ },
  { what: 'no limit', limit: { source: 'operator', reason: 'operator' }, says: /names no limit/ },
  { what: 'without a readable time', limit: limit({ until: 'tomorrow' }), says: /time/ }
]

for (const { what, limit: bad, says } of unsound)
  void test(`a limit that is ${what} is refused by name and never becomes "no limit"`, async (t) => {
    const good = soundLimits([limit({})], new Map())
    t.strictSame(good.refused, [])
    const after = soundLimits([bad], good.lastSound)
    t.match(after.refused[0], says)
    t.equal(after.limits[0]?.limitW, 5000, 'what it said before holds on')
    t.equal(
      soundLimits([bad], new Map()).limits[0]?.limitW,
      0,
      'and one that never was sound lets nothing through'
    )
    t.strictSame([...soundLimits([], after.lastSound).lastSound], [], 'a limit that was deleted is forgotten')
  })

const since = (sinceMs: number, milliA: number): Allowance => ({ sinceMs, milliA })

const at = (changes: Partial<ConductLook>): ConductLook => ({
  nowMs: 20_000,
  allowed: [since(10_000, 10_000)],
  isSiteOver: false,
  drawMilliA: 10_000,
  heardAtMs: 20_000,
  transactionId: 'tx',
  refusedLowers: 0,
  ...changes
})

const conducts: { what: string; look: Partial<ConductLook>; ignores: boolean }[] = [
  { what: 'draws what it may', look: {}, ignores: false },
  { what: 'draws a little more', look: { drawMilliA: 11_400 }, ignores: false },
  {
    what: 'draws twice as much, but still has time to follow',
    look: { drawMilliA: 20_000, heardAtMs: 15_000 },
    ignores: false
  },
  {
    what: 'draws twice as much after its time',
    look: { drawMilliA: 20_000, heardAtMs: 16_000 },
    ignores: true
  },
  { what: 'tells nothing', look: { drawMilliA: null, heardAtMs: null }, ignores: false },
  { what: 'refuses to be lowered again and again', look: { refusedLowers: 3 }, ignores: true },
  {
    what: 'draws a standby current at 0 A',
    look: { allowed: [since(10_000, 0)], drawMilliA: 500 },
    ignores: false
  },
  {
    what: 'was lowered again and again and draws more than it ever could',
    look: { drawMilliA: 30_000, allowed: [since(0, 20_000), since(15_000, 10_000), since(18_000, 6_000)] },
    ignores: true
  },
  {
    what: 'was lowered a moment ago and draws what it could before',
    look: { drawMilliA: 20_000, allowed: [since(0, 20_000), since(15_000, 10_000), since(18_000, 6_000)] },
    ignores: false
  },
  {
    what: 'was raised after its reading was taken',
    look: { drawMilliA: 20_000, allowed: [since(0, 10_000), since(20_500, 20_000)] },
    ignores: false
  }
]

for (const { what, look: changes, ignores } of conducts)
  void test(`a charger that ${what} ${ignores ? 'ignores its limit' : 'is trusted'}`, async (t) => {
    t.equal(watchConduct(trusted, at(changes)).conduct.kind, ignores ? 'ignores' : 'trusted')
  })

const dues: { what: string; heardAtMs: number; nowMs: number; shows?: number; due: number | null }[] = [
  { what: 'has just said yes', heardAtMs: 9_000, nowMs: 15_000, due: null },
  { what: 'said yes 6 s ago and tells nothing since', heardAtMs: 9_000, nowMs: 16_000, due: 6_000 },
  { what: 'spoke last while it was to follow', heardAtMs: 12_000, nowMs: 16_000, due: 6_000 },
  { what: 'showed by then that it follows', heardAtMs: 12_000, nowMs: 16_000, shows: 6_500, due: null },
  { what: 'shows 20 A when it had to have followed', heardAtMs: 16_000, nowMs: 18_000, due: null }
]

for (const { what, heardAtMs, nowMs, shows = 20_000, due } of dues)
  void test(`one that was told 6 A in place of 20 and ${what} is due to draw ${due ?? 'what it shows'}`, async (t) => {
    const allowed = [since(0, 20_000), since(10_000, 6_000)]
    t.equal(dueOf({ nowMs, heardAtMs, drawMilliA: shows, allowed }), due)
  })

void test('who ignores is paused, stopped when a pause does not help, stopped again, and not for ever', async (t) => {
  let conduct: Conduct = watchConduct(trusted, at({ drawMilliA: 20_000 })).conduct
  t.ok(isPaused(conduct, 'tx'))
  t.notOk(isPaused(conduct, 'next'))
  const stops: number[] = []
  for (let second = 21; second < 400; second++) {
    const seen = watchConduct(
      conduct,
      at({ nowMs: second * 1000, drawMilliA: 24_000, heardAtMs: second * 1000 })
    )
    conduct = seen.conduct
    if (seen.stop) stops.push(second)
  }
  t.strictSame(stops.slice(0, 3), [23, 38, 53])
  t.equal(stops.length, 10)
  t.equal(conduct.kind === 'ignores' && conduct.worstMilliA, 24_000)
})

void test('who ignores is stopped at once while the site is above its limit, and not before it is heard to draw', async (t) => {
  const over = { drawMilliA: 20_000, isSiteOver: true }
  t.equal(watchConduct(trusted, at(over)).stop, true)
  t.equal(watchConduct(trusted, at({ ...over, transactionId: null })).stop, false)
  t.equal(watchConduct(trusted, at({ isSiteOver: true, refusedLowers: 3, drawMilliA: null })).stop, false)
})

void test('what it was allowed is kept as long as a reading may be late, and no longer', async (t) => {
  let allowed: readonly Allowance[] = []
  for (let second = 0; second < 600; second++)
    allowed = allowing(allowed, second % 3 === 0 ? 10_000 : 6_000, second * 1000)
  t.ok(allowed.length <= 22, `${allowed.length}`)
  t.ok((allowed[0]?.sinceMs ?? Infinity) <= 570_000)
  t.equal(allowing(allowed, 6_000, 600_000), allowed, 'the same says nothing new')
})

void test('who was found to lie is stopped whatever its own meter shows; who ignores and stops by itself is not', async (t) => {
  const ignores = watchConduct(trusted, at({ drawMilliA: 20_000 })).conduct
  if (ignores.kind !== 'ignores') throw new Error('it ignores')
  const later = at({ nowMs: 24_000, drawMilliA: 0, heardAtMs: 24_000 })
  t.equal(watchConduct(ignores, later).stop, false)
  t.equal(watchConduct({ ...ignores, lies: true }, later).stop, true)
})

void test('a later session of it may charge, is watched anew, and the worst stays on record', async (t) => {
  const caught = watchConduct(trusted, at({ drawMilliA: 30_000 })).conduct
  const next = watchConduct(
    caught,
    at({ transactionId: 'next', drawMilliA: 6000, allowed: [since(0, 6000)] })
  ).conduct
  t.equal(next, caught)
  t.equal(watchConduct(caught, at({ transactionId: null, drawMilliA: 9000 })).conduct, caught)
  const again = watchConduct(caught, at({ transactionId: 'next', drawMilliA: 20_000 })).conduct
  t.ok(isPaused(again, 'next'))
  t.equal(again.kind === 'ignores' && again.worstMilliA, 30_000)
})

const words: [asked: number, rating: number, allocated: number, is: number][] = [
  [10_000, 32_000, 10_000, 10_000],
  [10_000.7, 32_000, 11_000, 10_000],
  [40_000, 32_000, 40_000, 32_000],
  [20_000, 32_000, 12_000, 12_000],
  [5_999, 32_000, 32_000, 0],
  [-1, 32_000, 32_000, 0],
  [NaN, 32_000, 32_000, 0],
  [Infinity, Infinity, Infinity, 0],
  [16_000, NaN, 16_000, 0]
]

for (const [asked, ratingMilliA, allocatedMilliA, is] of words)
  void test(`asked ${asked}, rated ${ratingMilliA}, shared ${allocatedMilliA}: the charger hears ${is} mA`, async (t) => {
    t.equal(lastWord({ asked, ratingMilliA, allocatedMilliA }), is)
  })

void test('nothing raises what was decided before', async (t) => {
  const any = fc.oneof(fc.double(), fc.integer({ min: -1000, max: 100_000 }))
  fc.assert(
    fc.property(any, any, any, (asked, ratingMilliA, allocatedMilliA) => {
      const word = lastWord({ asked, ratingMilliA, allocatedMilliA })
      return (
        word === 0 ||
        (Number.isInteger(word) && word >= 6000 && word <= Math.min(asked, ratingMilliA, allocatedMilliA))
      )
    })
  )
  t.pass()
})
