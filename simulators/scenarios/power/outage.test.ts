import { test } from 'tap'
import { runDay } from './day.ts'
import { freshSeed } from './fresh.suite.ts'
import { againWith, runPowerFaults } from './outage.ts'

const hour = 3600
const seedOfCode = freshSeed()
const patience = { timeout: 600_000 } // Seconds of work on an idle machine; the suite shares two cores.

void test(
  'with the cloud cut and chargers of every temper, nothing flows above the limit',
  patience,
  async (t) => {
    const figure = await runPowerFaults({ seed: 4711, count: 2, secondsPerDay: 2 * hour })
    t.equal(figure.value, 0, JSON.stringify(figure))
    t.ok(figure.deliveredKWh > 1, 'and cars were charged')
  }
)

void test(`the same for a seed that nobody has seen: ${seedOfCode}`, patience, async (t) => {
  const plan = { seed: seedOfCode, count: 1, secondsPerDay: 2 * hour, parts: true }
  const figure = await runPowerFaults(plan)
  t.equal(figure.value, 0, `${againWith(plan)} ${JSON.stringify(figure)}`)
})

void test(
  'a charger that ignores its limit is contained in ten seconds and the ramp',
  patience,
  async (t) => {
    const tempers = ['obedient', 'slow', 'ignoring'] as const
    const { verdict, day } = await runDay({
      seed: 14,
      seconds: 3 * hour,
      fromS: 8 * hour,
      tempers,
      meterFaults: false
    })
    t.equal(verdict.overWh, 0)
    t.ok((day.alarms.get('charger-ignores-limit') ?? 0) > 0, 'it is named')
    t.ok(verdict.longestLieS > 0 && verdict.longestLieS <= 10, `${verdict.longestLieS} s`)
  }
)

void test('obedient chargers are never accused, whatever happens around them', patience, async (t) => {
  const { verdict, day } = await runDay({
    seed: 11,
    seconds: 3 * hour,
    fromS: 8 * hour,
    tempers: ['obedient', 'slow'],
    meterFaults: true
  })
  t.equal(verdict.overWh, 0)
  t.notOk(day.alarms.has('charger-ignores-limit'))
})

void test(
  'what a charger with a lying meter takes, others give up at the grid connection',
  patience,
  async (t) => {
    const tempers = ['obedient', 'slow', 'obedient', 'lying'] as const
    const { verdict, day } = await runDay({
      seed: 24,
      seconds: 2 * hour,
      fromS: 8 * hour,
      tempers,
      meterFaults: false
    })
    t.ok(verdict.liarWh > 100, 'it lied')
    t.equal(verdict.overWh, 0)
    t.ok(day.alarms.has('limit-out-of-reach'))
  }
)
