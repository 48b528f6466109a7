import type { PerPhase } from '@nova/shared-protocol/units'
import fc from 'fast-check'
import { test } from 'tap'
import { freshSteps, probedKey, watchSteps } from './steps.ts'
import type { Suspect } from './suspect.ts'
import { freshUnfollowed, watchUnfollowed } from './unfollowed.ts'

type Second = {
  readonly siteA: PerPhase | null // null: nobody believes the meter.
  readonly cars?: Readonly<Record<string, Suspect['phases']>> // Who has a session; all show 0 A.
  readonly mayA?: Readonly<Record<string, number>> // Who may draw: all others are told 0 A.
}

const limitA = 9
const cars: NonNullable<Second['cars']> = { A: [1], B: [0] }

/** Steps and, above the limit, those who are stopped, second by second. */
function run(seconds: readonly Second[]): string[] {
  let [steps, watch] = [freshSteps, freshUnfollowed]
  return seconds.flatMap(({ siteA, cars: here = cars, mayA = {} }, second) => {
    const nowMs = second * 1000
    const site = siteA === null ? null : milli(siteA)
    const chargers = Object.entries(here).map(([key, phases]) => waits(key, phases, mayA[key] ?? 0, nowMs))
    steps = watchSteps(steps, { nowMs, site, chargers })
    const over = site === null || Math.max(...site) <= limitA * 1000 ? null : overBy(site)
    const found = watchUnfollowed(watch, { nowMs, site, over, hints: steps.hints, chargers })
    watch = found.watch
    return [
      ...(probedKey(steps) === null ? [] : [`${second} ${probedKey(steps)} probed`]),
      ...(found.accused === null ? [] : [`${second} ${found.accused} stopped`]),
      ...(found.cleared === null ? [] : [`${second} ${found.cleared} cleared`])
    ]
  })
}

const milli = ([l1, l2, l3]: PerPhase): PerPhase => [l1 * 1000, l2 * 1000, l3 * 1000]
const above = (milliA: number): number => Math.max(0, milliA - limitA * 1000)
const overBy = ([l1, l2, l3]: PerPhase): PerPhase => [above(l1), above(l2), above(l3)]

function waits(key: string, phases: Suspect['phases'], mayA: number, nowMs: number): Suspect {
  const at = (phase: 0 | 1 | 2): number => (phases.includes(phase) ? mayA * 1000 : 0)
  const shown: PerPhase = [0, 0, 0]
  const most: PerPhase = [at(0), at(1), at(2)]
  return { key, phases, ratingMilliA: 32_000, shown, least: shown, most, heardAtMs: nowMs, changedAtMs: null }
}

const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second)
const quiet = times(10, { siteA: [4, 4, 4] })

void test('above the limit with nobody left, who waited when the site rose by a car’s current is stopped', async (t) => {
  t.strictSame(run([...quiet, ...times(8, { siteA: [4, 20, 4] })]), ['11 A stopped'])
  t.strictSame(run([...quiet, ...times(8, { siteA: [20, 20, 20] })]), [], 'on phases that are not its own')
})

void test('while somebody may still make room, and below the limit, it stays base load', async (t) => {
  t.strictSame(
    run([...quiet, ...times(60, { siteA: [4, 20, 4], cars: { A: [1], B: [1] }, mayA: { B: 20 } })]),
    []
  )
  const low = times(10, { siteA: [1, 1, 1] })
  t.strictSame(run([...low, ...times(60, { siteA: [1, 8, 1] })]), [])
})

void test('what rose below the limit is remembered for the time when the limit is passed, as long as it stands', async (t) => {
  const low = times(10, { siteA: [1, 1, 1] })
  const creeping = Array.from({ length: 12 }, (_, second): Second => ({ siteA: [1, 8 + second / 4, 1] }))
  t.match(run([...low, ...times(600, { siteA: [1, 8, 1] }), ...creeping]), [/A stopped/])
  const ended = [...times(60, { siteA: [1, 8, 1] }), ...times(60, { siteA: [1, 1, 1] })]
  const slowly = Array.from({ length: 40 }, (_, second): Second => ({ siteA: [1, 1 + second / 3, 1] }))
  t.strictSame(run([...low, ...ended, ...slowly]), [], 'a motor that has ended is no car')
})

void test('a car that has not shown its phases may have the first of its plug', async (t) => {
  const three: Second['cars'] = { C: [1, 2, 0] }
  const calm = times(10, { siteA: [4, 4, 4], cars: three })
  t.strictSame(run([...calm, ...times(8, { siteA: [4, 20, 4], cars: three })]), ['11 C stopped'])
  t.strictSame(run([...calm, ...times(8, { siteA: [20, 20, 20], cars: three })]), ['11 C stopped'])
  t.strictSame(run([...calm, ...times(8, { siteA: [20, 4, 4], cars: three })]), [])
})

void test('who was stopped for nothing is cleared, and the next who fits is next', async (t) => {
  const two: Second['cars'] = { A: [1], D: [1] }
  const calm = times(10, { siteA: [4, 4, 4], cars: two })
  const on = times(3, { siteA: [4, 20, 4], cars: two })
  const without = times(7, { siteA: [4, 20, 4], cars: { A: [1] } })
  const said = run([...calm, ...on, ...without, ...times(5, { siteA: [4, 4, 4], cars: {} })])
  t.match(said, [/D stopped/, /D cleared/, /A stopped/])
})

void test('what rose while nobody believed the meter is held against who waited before', async (t) => {
  const dark = times(600, { siteA: null })
  t.match(run([...quiet, ...dark, ...times(8, { siteA: [4, 20, 4] })]), [/A stopped/])
  t.strictSame(run([...quiet, ...dark, ...times(60, { siteA: [10, 10, 10] })]), [], 'everything has risen')
})

void test('a load that grows by less than a car’s current in a few seconds never stops anybody', async (t) => {
  const steps = fc.array(fc.tuple(amps(), amps(), amps()), { minLength: 20, maxLength: 80 })
  fc.assert(
    fc.property(steps, (moves) => {
      let site: PerPhase = [5, 5, 5]
      const seconds = moves.map(([l1, l2, l3]): Second => {
        site = [Math.max(0, site[0] + l1), Math.max(0, site[1] + l2), Math.max(0, site[2] + l3)]
        return { siteA: site }
      })
      return run(seconds).length === 0
    })
  )
  t.pass()
})

const amps = () => fc.double({ min: -1, max: 1, noNaN: true })
