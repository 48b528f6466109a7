import { test } from 'tap'
import { freshSeed } from '../exact.suite.ts'
import { moneyUnderFire, wrongIn } from './faults.ts'

void test('2 kills of PostgreSQL under paid sessions and a bank on a bad day: every amount adds up', async (t) => {
  t.setTimeout(1_000_000)
  const verdict = await moneyUnderFire({ seed: freshSeed(t), kills: 2, chargers: 4 })
  t.ok(verdict.orders > 0, `${verdict.orders} orders were acknowledged`)
  t.ok(verdict.sessions.delivered > 0, `${verdict.sessions.delivered} sessions were delivered`)
  t.ok(verdict.adjustments > 0, `${verdict.adjustments} transfers were acknowledged`)
  t.equal(wrongIn(verdict), 0, JSON.stringify(verdict))
})
