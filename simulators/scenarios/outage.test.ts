import { test } from 'tap'
import { outage } from './outage.ts'

void test('a site cut from the cloud charges on, holds its limit and loses nothing', async (t) => {
  t.setTimeout(1_000_000)
  const verdict = await outage(10, (line) => t.comment(line))
  t.match(verdict, { sessionsAtEdge: 3, sessionsInCloud: 3, wrongWh: 0, overLimitSeconds: 0, ledgerOk: true })
  t.ok(verdict.limitLooks > 3, `${verdict.limitLooks} looks at the lowered limit`)
  t.ok(verdict.factsWhileCut > 3, `${verdict.factsWhileCut} facts waited for the line`)
})
