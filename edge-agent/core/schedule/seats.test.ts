import { test } from 'tap'
import { plan } from '../allocator/index.ts'
import { scene, seat, site } from '../allocator/site.suite.ts'
import { forecastOf } from './forecast.ts'
import { hour, startMs } from './forecast.suite.ts'
import { limitSpans } from './outlook.ts'
import { sessionsFrom, type Need } from './seats.ts'

const where = site({
  limitA: 40,
  chargers: ['A', 'B', 'C'].map((id) => ({ id, maxPowerW: 11_040, fallbackA: 6 }))
})
const base = scene(where)
const [a, b, c] = base.tree.places

const now = scene(where, {
  seats: [seat(a!), seat(b!, { connected: false }), seat(c!, { transactionId: null })]
})
const wallMs = startMs

void test('guided seats become sessions, all others keep what they may draw', async (t) => {
  const needs = new Map<string, Need>([
    [a!.key, { energyLeftWh: 5_000, arrivedMs: startMs - 60_000, departMs: null }]
  ])
  const { sessions, kept } = sessionsFrom(now, needs, wallMs)
  t.strictSame(
    sessions.map(({ place, energyLeftWh, reservedMilliA, ceiling }) => [
      place,
      energyLeftWh,
      reservedMilliA,
      ceiling.milliA
    ]),
    [[0, 5_000, 6_000, 16_000]]
  )
  const decisions = plan(now)
  t.strictSame(
    kept.map(({ place, milliA }) => [place, milliA]),
    [1, 2].map((place) => [place, decisions[place]?.committed])
  )
})

void test('a car remembers monotonic time, a forecast speaks of the wall clock', async (t) => {
  const waiting = {
    ...seat(a!),
    car: { ...seat(a!).car!, waitingSinceMs: now.nowMs - 5_000, servedSinceMs: null }
  }
  const { sessions } = sessionsFrom({ ...now, seats: [waiting, ...now.seats.slice(1)] }, new Map(), wallMs)
  t.equal(sessions[0]?.car.waitingSinceMs, wallMs - 5_000)
  t.equal(sessions[0]?.car.servedSinceMs, null)
  t.equal(sessions[0]?.energyLeftWh, null)
})

void test('the first point of a forecast is what the loop decides once everyone has followed', async (t) => {
  const busy = scene(where, { seats: [seat(a!), seat(b!), seat(c!)] })
  const window = { fromMs: wallMs, untilMs: wallMs + hour, stepMs: 900_000 }
  const forecasts = forecastOf({
    ...sessionsFrom(busy, new Map(), wallMs),
    tree: busy.tree,
    voltageV: 230,
    limits: limitSpans(where, [], window),
    base: [{ fromMs: wallMs, milliA: busy.base }],
    strategy: busy.strategy,
    window
  })
  const targets = plan(busy).map(({ target }) => target)
  t.ok(targets.every((each) => each >= 13_000))
  forecasts.forEach(({ points }, index) => {
    const off = (points[0]?.limitMilliA ?? 0) - (targets[index] ?? 0)
    t.ok(off >= 0 && off < 100, 'but for the step of 0.1 A that the wire knows')
  })
})
