import { test } from 'tap'
import {
  effectiveLimit,
  equalShare,
  freshAccount,
  loadOf,
  networkOf,
  treeOf,
  type Claim,
  type Seat
} from '../core/allocator/index.ts'
import { newCar } from '../core/allocator/car.ts'
import { site } from '../core/allocator/site.suite.ts'
import type { Sight } from '../core/picture/index.ts'
import { openPlanKeeper, type PlanKeeper } from './keeper.ts'
import { nothingSeen, type Seen } from './memory.ts'
import type { PlannedPart } from './parts-of.ts'
import { openPlanner } from './planner.ts'
import type { Goal } from './prices.ts'

const startMs = Date.parse('2026-03-01T10:00:00Z') // 18:00 on the site's clock.
const hourMs = 3_600_000

/** One car of 16 A on three phases that wants 11 kWh within ten hours: an hour at full power. */
function sightAt(nowMs: number): Sight {
  const where = site({ limitA: 32, chargers: [{ id: 'A', maxPowerW: 11_040 }] })
  const tree = treeOf(where)
  const instant = new Date(nowMs).toISOString()
  const seats = tree.places.map((place): Seat => ({
    place,
    account: freshAccount(0),
    expected: freshAccount(0),
    standing: {
      ratingMilliA: place.ratingMilliA,
      managed: true,
      connected: true,
      transactionId: 'tx',
      drawMilliA: null,
      drawHeardAtMs: null,
      distrustMilliA: null
    },
    car: newCar(place, 'tx', 0),
    ceiling: { milliA: place.ratingMilliA, because: 'rating of the connector' },
    terms: { arrivedMs: startMs, departMs: startMs + 10 * hourMs, energyLeftWh: 11_040, fullW: 11_040 }
  }))
  const limit = effectiveLimit(where, [], { instant, timeZone: where.timeZone })
  const network = networkOf(tree, limit, 230)
  const base = [0, 0, 0] as const
  const scene = { tree, network, base, seats, nowMs: 0, settling: false, strategy: equalShare }
  return { instant, site: where, scene, limits: [], voltageV: 230 }
}

const cheapAtNight: Goal = {
  goal: 'cost',
  prices: [
    { start: '22:00', end: '06:00', buyPerKWh: 0.1, carbonKgPerKWh: 0.6 },
    { start: '06:00', end: '22:00', buyPerKWh: 0.5, carbonKgPerKWh: 0.2 }
  ],
  sellPerKWh: 0,
  demand: null
}

/** A keeper whose clock is turned by hand; the planner is the real one, with its thread. */
function stage(goal: Goal, parts: readonly PlannedPart[] = []) {
  const written: Seen[] = []
  const outcomes: string[] = []
  let siteW = 0
  let nowMs = startMs
  const works: (() => void)[] = []
  const answered = Promise.withResolvers<void>()
  const warned: string[] = []
  const after = (_: number, work: () => void) => {
    works.push(work)
    return { cancel: () => undefined }
  }
  const log = { warn: (_: unknown, message: string) => warned.push(message) }
  const planner = openPlanner({
    clock: { after: () => ({ cancel: () => undefined }) },
    deadlineMs: 60_000,
    counted: () => undefined,
    log
  })
  const keeper = openPlanKeeper({
    clock: { now: () => nowMs, after },
    planner,
    goal,
    sight: () => sightAt(nowMs),
    siteW: () => siteW,
    parts: () => ({ parts, beyondMilliA: [0, 0, 0] }),
    memory: { read: () => nothingSeen, write: (seen) => written.push(seen) },
    counted: (outcome) => outcomes.push(outcome),
    changed: answered.resolve,
    log
  })
  return {
    keeper,
    warned,
    written,
    outcomes,
    draws: (watts: number) => (siteW = watts),
    beat: () => works.shift()?.(),
    close: async () => {
      keeper.stop()
      await planner.close()
    },
    asked: async () => {
      works.shift()?.()
      await answered.promise
    },
    at: (ms: number) => (nowMs = ms)
  }
}

/** What the plan gives the car now; null: there is none to follow. */
function given({ following }: PlanKeeper, nowMs: number): number | null {
  const { scene } = sightAt(nowMs)
  const claim: Claim = {
    place: 0,
    direction: [1, 1, 1],
    reservedMilliA: 0,
    capMilliA: 16_000,
    fullMilliA: 16_000,
    fullW: 11_040
  }
  return following()?.share(loadOf(scene.network, scene.base), [claim])[0]?.milliA ?? null
}

void test('a car with time waits for the cheaper hours, and is told so; a plan that is old is not followed', async (t) => {
  const { keeper, asked, at, close } = stage(cheapAtNight)
  t.teardown(close)
  t.equal(keeper.following(), null, 'before the first answer the loop has its own strategy')
  await asked()
  t.equal(given(keeper, startMs), 0, 'it is 18:00; from 22:00 on a kWh costs a fifth')
  t.equal(keeper.following()?.because, 'the plan waits for a cheaper hour')
  t.equal(keeper.following(), keeper.following(), 'the same while it says the same')
  at(startMs + 14 * 60_000)
  t.equal(given(keeper, startMs), 0)
  at(startMs + 16 * 60_000)
  t.equal(keeper.following(), null, 'older than a quarter of an hour')
})

void test('for carbon the day is the better time, for energy alone it begins at once', async (t) => {
  for (const goal of ['carbon', 'energy'] as const) {
    const { keeper, asked, close } = stage({ ...cheapAtNight, goal })
    await asked()
    t.ok((given(keeper, startMs) ?? 0) > 6_000, goal)
    await close()
  }
})
