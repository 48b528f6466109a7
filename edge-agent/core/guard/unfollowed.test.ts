import type { PerPhase } from '@nova/shared-protocol/units'
import { test } from 'tap'
import type { Suspect } from './suspect.ts'
import { freshUnfollowed, watchUnfollowed } from './unfollowed.ts'

const even = (amps: number): PerPhase => [amps * 1000, amps * 1000, amps * 1000]

type Second = {
  readonly siteA: number | null
  readonly shownA: Readonly<Record<string, number>>
  readonly over?: boolean
}

/** Told and heard each second, 32 A each by its rating. */
const suspect = (key: string, amps: number, nowMs: number): Suspect => ({
  key,
  phases: [0, 1, 2],
  ratingMilliA: 32_000,
  shown: even(amps),
  least: even(amps),
  most: even(amps),
  heardAtMs: nowMs,
  changedAtMs: 0
})

/** What is said of whom in which second. */
function run(seconds: readonly Second[]): string[] {
  let watch = freshUnfollowed
  return seconds.flatMap(({ siteA, shownA, over = true }, second) => {
    const nowMs = second * 1000
    const chargers = Object.entries(shownA).map(([key, amps]) => suspect(key, amps, nowMs))
    const found = watchUnfollowed(watch, {
      nowMs,
      site: siteA === null ? null : even(siteA),
      over: over ? even(1) : null,
      hints: new Map(),
      chargers
    })
    watch = found.watch
    const { accused, cleared } = found
    return [
      ...(accused === null ? [] : [`${second} ${accused} stopped`]),
      ...(cleared === null ? [] : [`${second} ${cleared} cleared`])
    ]
  })
}

const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second)

void test('who says that it fell by what the site did not fall is stopped after the time to follow', (t) => {
  t.strictSame(
    run([
      { siteA: 54, shownA: { A: 22 }, over: false },
      ...times(6, { siteA: 54, shownA: { A: 0 } }),
      ...times(6, { siteA: 54, shownA: { A: 0 } })
    ]),
    ['7 A stopped']
  )
  t.end()
})

void test('of two that may be it one after the other is stopped; the first is cleared when nothing falls', (t) => {
  const both = { siteA: 72, shownA: { A: 20, B: 20 }, over: false }
  const silent = times(8, { siteA: 52, shownA: { A: 0, B: 0 } })
  const alone = times(6, { siteA: 52, shownA: { B: 0 } })
  const none = times(6, { siteA: 22, shownA: {}, over: false })
  t.strictSame(run([both, ...silent, ...alone, ...none]), ['7 A stopped', '13 A cleared', '14 B stopped'])
  t.end()
})

void test('who leaves and takes the excess along was it', (t) => {
  const seconds = [
    { siteA: 54, shownA: { A: 22 }, over: false },
    ...times(8, { siteA: 54, shownA: { A: 0 } })
  ]
  t.strictSame(run([...seconds, ...times(20, { siteA: 22, shownA: {}, over: false })]), ['7 A stopped'])
  t.end()
})

void test('a stop that nobody follows proves nothing; the next one is tried, and none twice', (t) => {
  const both = { siteA: 72, shownA: { A: 20, B: 20 }, over: false }
  const deaf = times(60, { siteA: 52, shownA: { A: 0, B: 0 } })
  t.strictSame(run([both, ...deaf]), ['7 A stopped', '18 B stopped'])
  t.end()
})

void test('nobody is stopped where all fell as they said, where one could still make room, or in the dark', (t) => {
  const before = { siteA: 42, shownA: { A: 20 }, over: false }
  t.strictSame(
    run([
      before,
      ...times(30, { siteA: 62, shownA: { A: 20 } }),
      ...times(30, { siteA: 42, shownA: { A: 0 } })
    ]),
    []
  )
  t.strictSame(
    run([before, ...times(30, { siteA: 42, shownA: { A: 8 } })]),
    [],
    'it still charges: it may be told less'
  )
  t.strictSame(run([before, ...times(30, { siteA: null, shownA: { A: 0 } })]), [], 'no meter')
  t.strictSame(
    run([before, ...times(30, { siteA: 42, shownA: { A: 0 }, over: false })]),
    [],
    'not above its limit'
  )
  t.end()
})

void test('what another draws more does not accuse the one that fell', (t) => {
  const before = { siteA: 42, shownA: { A: 20, B: 0 }, over: false }
  t.strictSame(run([before, ...times(30, { siteA: 42, shownA: { A: 0, B: 20 } })]), [])
  t.end()
})

/** 22 A by a reading from before the limit fell; it has said yes to 0 A, and no word comes. It is due from second 7 on. */
function runSilent(siteA: (second: number) => number): string[] {
  let watch = freshUnfollowed
  return Array.from({ length: 30 }, (_, second) => second).flatMap((second) => {
    const nowMs = second * 1000
    const dueMilliA = second >= 7 ? 0 : null
    const silent: Suspect = { ...suspect('A', 22, 0), least: even(0), dueMilliA }
    const over = second > 0 ? even(1) : null
    const look = { nowMs, site: even(siteA(second)), over, hints: new Map(), chargers: [silent] }
    const found = watchUnfollowed(watch, look)
    watch = found.watch
    return found.accused === null ? [] : [`${second} ${found.accused} stopped`]
  })
}

void test('who has said yes to 0 A and tells nothing is held against the site meter when its time is over (seed 2000138)', (t) => {
  t.strictSame(
    runSilent(() => 54),
    ['8 A stopped'],
    'no reading is waited for'
  )
  t.strictSame(
    runSilent((second) => (second < 5 ? 54 : 32)),
    [],
    'the site fell by what it had shown'
  )
  t.end()
})
