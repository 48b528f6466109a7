import { test } from 'tap'
import { charger, config, openSite, settled } from './fixture.suite.ts'

const knock = (site: ReturnType<typeof openSite>, identity: string) =>
  site.room.intake.unclaimed(identity, '10.0.0.9', 'ocpp1.6', {})
const told = (site: ReturnType<typeof openSite>) => [
  site.facts('charger.unclaimed.v1').map(({ identity }) => identity),
  site.room.alarms.open().map(({ subject }) => subject)
]

void test('a site that was just unpacked is told its own chargers before it calls them strangers', async (t) => {
  const site = openSite({ chargers: [] })
  t.teardown(() => site.close())
  knock(site, 'CP-1')
  knock(site, 'SOMEBODY')
  site.clock.ms += 3_000
  await site.room.tick()
  await settled(site)
  t.strictSame(told(site), [[], []], 'both may be ours')
  t.equal(site.room.unclaimed().length, 2, 'an installer sees them at once')
  site.room.reload({ ...config, chargers: [charger('CP-1')] })
  await site.room.tick()
  await settled(site)
  t.strictSame(told(site), [['SOMEBODY'], ['SOMEBODY']])
  knock(site, 'LATER')
  await settled(site)
  t.match(told(site)[1], ['SOMEBODY', 'LATER'], 'and from now on at once')
})

void test('a site without any charger waits no longer than half a minute', async (t) => {
  const site = openSite({ chargers: [] })
  t.teardown(() => site.close())
  knock(site, 'SOMEBODY')
  site.clock.ms += 30_000
  await site.room.tick()
  await settled(site)
  t.strictSame(told(site), [['SOMEBODY'], ['SOMEBODY']])
  await site.room.tick()
  await settled(site)
  t.equal(told(site)[0]?.length, 1, 'once')
})
