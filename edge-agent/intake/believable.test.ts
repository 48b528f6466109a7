import { test } from 'tap'
import type { Reading } from '@nova/shared-protocol/model'
import { began, instant, openSite, readings, start } from './fixture.suite.ts'

const table: [title: string, sample: Partial<Reading>, isBelieved: boolean][] = [
  ['what it may draw', { powerW: 22_000, currentMilliA: [32_000, 32_000, 32_000] }, true],
  ['all of it on one phase', { currentMilliA: [96_000, 0, 0] }, true],
  ['a little too much, as a liar does', { powerW: 30_000, currentMilliA: [44_000, 44_000, 44_000] }, true],
  ['tenfold power', { powerW: 110_000 }, false],
  ['power in milliwatts', { powerW: 11_000_000 }, false],
  ['tenfold current', { powerW: 7_000, currentMilliA: [160_000, 160_000, 160_000] }, false],
  ['more on one phase than it has in all', { currentMilliA: [200_000, 0, 0] }, false]
]
for (const [title, sample, isBelieved] of table) {
  void test(`a connector of 22 kW shows ${title}: ${isBelieved ? 'believed' : 'kept raw, not believed'}`, async (t) => {
    const site = openSite()
    t.teardown(() => site.close())
    const { transactionId } = await site.room.intake.start(start())
    const at = began + 600_000
    const reading = { at: instant(at), registerWh: 1_100, ...sample }
    await site.room.intake.readings(readings(transactionId, at, 1_100, { readings: [reading] }))
    const doubts = isBelieved ? 0 : 1
    const shown = site.room.views()[0]!.reading
    t.strictSame(
      [shown!.powerW, shown!.currentMilliA],
      isBelieved ? [sample.powerW, sample.currentMilliA] : [undefined, undefined]
    )
    t.equal(shown!.registerWh, 1_100, 'the register is judged by the session')
    t.equal(site.room.counters()['reading-implausible'] ?? 0, doubts)
    t.equal(site.room.sessions.query({ limit: 1 })[0]!.review.length, doubts)
    const raw = site.facts('raw.kept.v1').filter(({ action }) => action === 'MeterValues')
    t.equal(raw.length, doubts)
  })
}
