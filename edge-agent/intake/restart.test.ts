import fc from 'fast-check'
import { test } from 'tap'
import { began, instant, openSite, readings, start, stop, type Site } from './fixture.suite.ts'

/** Not waiting for company: the next write takes it along. */
async function read(site: Site, id: string, index: number): Promise<void> {
  const heard = site.room.intake.readings(readings(id, began + index * 60_000, 1000 + index * 100))
  await Promise.all([heard, site.store.commit(() => undefined)])
}

/** Says everything three times; @returns what came of it */
async function live(site: Site, restarts: readonly boolean[], count: number) {
  const ids = new Set<string>()
  let said = 0
  const thrice = async (say: () => Promise<unknown>) => {
    for (let time = 0; time < 3; time++) {
      await say()
      if (restarts[said++ % restarts.length]) await site.restart()
    }
  }
  await thrice(async () => ids.add((await site.room.intake.start(start())).transactionId))
  const [id = ''] = ids
  for (let index = 1; index <= count; index++) await thrice(() => read(site, id, index))
  const energyWh = site.room.views()[0]?.session?.energyWh ?? null
  await thrice(() => site.room.intake.stop(stop(id)))
  return { transactions: ids.size, energyWh }
}

void test('every message three times, the edge restarted between any two of them: one session, its registers', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
      fc.integer({ min: 0, max: 5 }),
      async (restarts, count) => {
        const site = openSite()
        const came = await live(site, restarts, count)
        const ended = site.facts('session.ended.v1').map(({ energyWh, review }) => [energyWh, review.length])
        const kept = site.facts('session.reading.v1').length
        await site.close()
        const wanted = [{ transactions: 1, energyWh: count === 0 ? null : count * 100 }, [[10_000, 0]], count]
        return JSON.stringify([came, ended, kept]) === JSON.stringify(wanted)
      }
    ),
    { numRuns: 10 }
  )
  t.pass()
})

void test('of a session in which not every reading is kept, the last one answered for is known after a restart', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const { transactionId } = await site.room.intake.start(start())
  for (let index = 1; index <= 725; index++) {
    const heard = site.room.intake.readings(
      readings(transactionId, began + index * 12_000, 1000 + index * 20)
    )
    await Promise.all([heard, site.store.commit(() => undefined)])
  }
  const before = site.room.views()[0]?.session
  const kept = site.facts('session.reading.v1').length
  t.ok(kept > 720 && kept < 725, `${kept} of 725 are facts`)
  await site.restart()
  await site.store.commit(() => undefined)
  t.strictSame(site.room.views()[0]?.session, before)
  await site.restart()
  await site.store.commit(() => undefined)
  t.equal(site.facts('session.reading.v1').length, kept, 'and heard again it makes no fact')
})

void test('what a connector read for the session before says nothing of the next one after a restart', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const first = await site.room.intake.start(start())
  await read(site, first.transactionId, 5)
  const between = instant(began + 360_000)
  await site.room.intake.stop(
    stop(first.transactionId, { at: between, heardAt: between, meterStopWh: 1_600 })
  )
  const at = instant(began + 420_000)
  const second = await site.room.intake.start(start({ at, heardAt: at, meterStartWh: 1_600 }))
  await site.restart()
  await site.store.commit(() => undefined)
  const last = instant(began + 780_000)
  await site.room.intake.stop(stop(second.transactionId, { at: last, heardAt: last, meterStopWh: 2_000 }))
  t.strictSame(
    site.facts('session.ended.v1').map(({ energyWh, review }) => [energyWh, review]),
    [
      [600, []],
      [400, []]
    ]
  )
})

void test('what a long session had read is known again after a restart, without a row for each reading', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const { transactionId } = await site.room.intake.start(start())
  for (let index = 1; index <= 130; index++) await read(site, transactionId, index / 10)
  const before = site.room.views()[0]?.session
  await site.restart()
  t.strictSame(site.room.views()[0]?.session, before)
  await site.room.intake.readings(readings(transactionId, began + 1_310_000, 900))
  await site.room.intake.stop(stop(transactionId))
  t.match(
    site.facts('session.ended.v1'),
    [{ review: [{ reason: 'register-rollback' }] }],
    'and what falls below it is found'
  )
})
