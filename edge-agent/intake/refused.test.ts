import { test } from 'tap'
import { charger, link, openSite, start, stop } from './fixture.suite.ts'

void test('a start that was refused elsewhere keeps nobody from charging here', async (t) => {
  const site = openSite({ chargers: [charger('CP-1'), charger('CP-2', { registration: 'pending' })] })
  t.teardown(() => site.close())
  const refused = await site.room.intake.start(start({ chargerId: 'CP-2' }))
  t.equal(refused.authorisation.status, 'invalid')
  t.equal((await site.room.intake.authorise('CP-1', 'TAG-001')).status, 'accepted')
  t.equal((await site.room.intake.start(start())).authorisation.status, 'accepted')
})

void test('a refused token that charges all the same is asked to stop, and goes to a person', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const { transactionId, authorisation } = await site.room.intake.start(start({ tokenUid: 'TAG-BAD' }))
  t.equal(authorisation.status, 'blocked')
  await site.room.tick()
  t.equal(site.stops.length, 0, 'it is given time to stop by itself')
  site.clock.ms += 11_000
  await site.room.tick()
  t.match(site.stops, [{ transactionId, why: 'token-refused' }])
  await site.room.intake.stop(stop(transactionId))
  t.match(site.facts('session.ended.v1'), [{ review: [{ reason: 'unknown-token' }] }])
})

void test('a start whose token charges elsewhere is refused, and billed when energy flows all the same', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.start(start())
  const { transactionId, authorisation } = await site.room.intake.start(start({ chargerId: 'CP-2' }))
  t.equal(authorisation.status, 'concurrent')
  const ended = await site.room.intake.stop(stop(transactionId, { chargerId: 'CP-2', tokenUid: 'TAG-001' }))
  t.match(ended.authorisation, { status: 'accepted' }, 'a stop begins nothing, while it runs on CP-1 still')
  t.match(site.facts('session.ended.v1'), [{ energyWh: 10_000, review: [] }], 'the token is good: no review')
})
