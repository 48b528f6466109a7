import type { Reading } from '@nova/shared-protocol/model'
import { test } from 'tap'
import { effectiveLimit, treeOf } from '../core/allocator/index.ts'
import { freshState, type LoopState } from './entry.ts'
import { insisting } from './insist.ts'
import { siteOf } from './loop.suite.ts'

/** A site of 40 A whose base load is known to be 5 A. */
function known(): LoopState {
  const site = siteOf(['A', 'B'], 40)
  const limit = effectiveLimit(site, [], { instant: '2026-03-01T10:00:00Z', timeZone: site.timeZone })
  const ruling = {
    limit,
    refused: [],
    site,
    limits: [],
    failsafe: false,
    fromInstant: '2026-03-01T10:00:00Z',
    beforeInstant: '2026-03-01T11:00:00Z'
  }
  return { ...freshState(site, treeOf(site), 0), rest: [5_000, 5_000, 5_000], ruling }
}

const shows = (l1: number, others = 20): Reading => ({
  at: '2026-03-01T10:00:00Z',
  currentMilliA: [l1 * 1000, others * 1000, others * 1000]
})

void test('an excess that lasts longer than cars take to follow counts twice, on its phase alone', async (t) => {
  const state = known()
  for (const second of [0, 1, 2, 3])
    t.strictSame(insisting(state, shows(44), second * 1000), [5_000, 5_000, 5_000], `second ${second}`)
  t.strictSame(insisting(state, shows(44), 4_000), [13_000, 5_000, 5_000], '5 A and twice 4 A')
  t.strictSame(
    insisting(state, shows(44), 5_000),
    [5_000, 5_000, 5_000],
    'once; its look counts on for a while'
  )
  t.strictSame(insisting(state, shows(42), 7_000), [13_000, 5_000, 5_000], 'and four times when it stays')
})

void test('an excess that is over in time counts for nothing, and the next one has its own time', async (t) => {
  const state = known()
  insisting(state, shows(44), 0)
  insisting(state, shows(39), 3_000)
  t.strictSame(insisting(state, shows(44), 4_000), [5_000, 5_000, 5_000])
  t.strictSame(insisting(state, shows(44), 8_000), [13_000, 5_000, 5_000])
})

void test('what two meters of one current differ by is no excess', async (t) => {
  const state = known()
  for (let second = 0; second < 20; second++)
    t.strictSame(insisting(state, shows(40.09), second * 1000), [5_000, 5_000, 5_000])
})

void test('what is made room for is never more than the limit, unless the site itself is', async (t) => {
  const state = known()
  let most = 0
  for (let second = 0; second < 60; second++)
    most = Math.max(most, ...insisting(state, shows(60), second * 1000))
  t.equal(most, 40_000)
  const beyond: LoopState = { ...known(), rest: [70_000, 5_000, 5_000] }
  for (let second = 0; second < 60; second++)
    t.equal(
      insisting(beyond, shows(70), second * 1000)[0],
      70_000,
      'what is drawn beside chargers is told as it is'
    )
})
