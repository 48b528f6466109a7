import { test } from 'tap'
import { runDay } from './day.ts'
import { fair } from './temper.ts'

const hour = 3600
const plan = {
  seed: 4705,
  seconds: hour,
  fromS: 10 * hour,
  tempers: ['obedient'],
  meterFaults: false
} as const

void test('the judge counts what chargers take that do not hold to their word', async (t) => {
  const { verdict } = await runDay({
    ...plan,
    weather: fair,
    watch: ({ piles }) => {
      for (const pile of piles) {
        const transactionId = pile.car?.transactionId ?? ''
        pile.profile = { milliA: 32_000, endsMs: Infinity, transactionId }
        pile.dueMs = 0
      }
    }
  })
  t.ok(verdict.overWh > 1, `${verdict.overWh} Wh, until the edge has stopped their sessions`)
  t.ok(verdict.worstOverW > 1_000)
})

void test('the judge takes the same day as it is for well led', async (t) => {
  const { verdict } = await runDay({ ...plan, weather: fair })
  t.equal(verdict.overWh, 0)
  t.ok(verdict.deliveredWh > 1_000, 'and cars were charged')
})

void test('the same seed is the same day', async (t) => {
  const [one, other] = [await runDay({ ...plan }), await runDay({ ...plan })]
  t.strictSame(one.verdict, other.verdict)
})
