import { test } from 'tap'
import { runDay } from './day.ts'
import { runPowerFaults } from './outage.ts'

const hour = 3600
const freshSeed = Date.now() % 100_000

void test('with the cloud cut, limits changing and chargers of every temper, nothing flows above the limit', async (t) => {
  const figure = await runPowerFaults({ seed: 4711, count: 3, secondsPerDay: 2 * hour })
  t.equal(figure.value, 0, JSON.stringify(figure))
  t.ok(figure.deliveredKWh > 1, 'and cars were charged')
})

void test(`the same for a seed that nobody has seen: ${freshSeed}`, async (t) => {
  const figure = await runPowerFaults({ seed: freshSeed, count: 1, secondsPerDay: 2 * hour })
  t.equal(figure.value, 0, JSON.stringify(figure))
})

void test('a charger that ignores its limit is stopped within ten seconds and the vehicle ramp', async (t) => {
  const { verdict, day } = await runDay({
    seed: 13,
    seconds: 7 * hour,
    tempers: ['obedient', 'slow', 'ignoring'],
    meterFaults: false
  })
  t.equal(verdict.overWh, 0)
  t.ok((day.alarms.get('charger-ignores-limit') ?? 0) > 0, 'it is named')
  t.ok(verdict.longestLieS > 0 && verdict.longestLieS <= 15, `${verdict.longestLieS} s`)
})

void test('obedient chargers are never accused, whatever happens around them', async (t) => {
  for (const seed of [3, 11]) {
    const { verdict, day } = await runDay({
      seed,
      seconds: 3 * hour,
      tempers: ['obedient', 'slow'],
      meterFaults: true
    })
    t.equal(verdict.overWh, 0)
    t.notOk(day.alarms.has('charger-ignores-limit'))
  }
})

void test('a charger whose own meter lies too is made up for by the others, and what is left is said in watts', async (t) => {
  const { verdict, day } = await runDay({
    seed: 24,
    seconds: 8 * hour,
    tempers: ['obedient', 'slow', 'obedient', 'lying'],
    meterFaults: false
  })
  t.ok(verdict.liarWh > 100, 'it lied')
  t.equal(verdict.overWh, 0)
  t.ok(day.alarms.has('limit-out-of-reach'))
})
