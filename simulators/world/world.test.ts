import fc from 'fast-check'
import { test } from 'tap'
import { chanceOf } from './chance.ts'
import { turnableClock } from './clock.ts'

void test('the same seed gives the same world, and a fork does not disturb its parent', async (t) => {
  const draws = (seed: number): number[] => {
    const chance = chanceOf(seed)
    chance.fork('aside').next()
    return Array.from({ length: 20 }, () => chance.between(0, 1000))
  }
  t.strictSame(draws(7), draws(7))
  t.notSame(draws(7), draws(8))
})

void test('what is drawn stays between its bounds', async (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, least, span) => {
      const drawn = chanceOf(seed).between(least, least + span)
      return Number.isInteger(drawn) && drawn >= least && drawn <= least + span
    })
  )
  t.ok(chanceOf(1).happens(1))
  t.notOk(chanceOf(1).happens(0))
  t.equal(chanceOf(1).pick(['only']), 'only')
})

void test('a turned clock runs what is due in order, and what that asks for too', async (t) => {
  const clock = turnableClock('2026-03-01T00:00:00Z')
  const heard: string[] = []
  clock.after(2000, () => heard.push(`late ${clock.monotonicMs()}`))
  clock.after(1000, () => {
    heard.push(`first ${clock.monotonicMs()}`)
    clock.after(500, () => heard.push(`child ${clock.monotonicMs()}`))
  })
  const gone = clock.after(1500, () => heard.push('never'))
  gone.cancel()
  await clock.turn(3000)
  t.strictSame(heard, ['first 1000', 'child 1500', 'late 2000'])
  t.equal(clock.instant(), '2026-03-01T00:00:03.000Z')
})

void test('waiting on a turned clock ends with the time or with the signal', async (t) => {
  const clock = turnableClock('2026-03-01T00:00:00Z')
  const stop = new AbortController()
  const waited = clock.wait(1000)
  const given = clock.wait(5000, stop.signal)
  await clock.turn(1000)
  await waited
  stop.abort(new Error('enough'))
  await t.rejects(given, { message: 'enough' })
})
