import { test } from 'tap'
import { openLine } from '../../simulators/faults/line.ts'
import { natsForTest, SecondCloud, until } from './second-cloud.suite.ts'
import { openStage, siteId } from './stage.suite.ts'

void test('a line over a real NATS server', async (t) => {
  const nats = await natsForTest()
  t.teardown(() => nats.close())
  await t.test('a path that swallows everything is found within 15 s; nothing is lost by it', async (t) => {
    const cloud = await new SecondCloud(nats, siteId).open()
    const line = await openLine({ host: '127.0.0.1', port: Number(new URL(nats.url).port) })
    const stage = openStage({ ...nats, url: `nats://127.0.0.1:${line.port}` })
    t.teardown(async () => {
      await stage.close()
      await line.close()
      await cloud.close()
    })
    await stage.fill('facts', 10)
    await until(() => cloud.durable.facts === 10, 'online')
    line.stall()
    const stalledAt = performance.now()
    await stage.fill('facts', 10)
    await until(() => stage.uplink.state().kind === 'connecting', 'the dead path is found')
    t.ok(performance.now() - stalledAt < 15_000)
    line.heal()
    await until(() => cloud.durable.facts === 20, 'all durable again')
    t.strictSame(cloud.faults, [])
    t.equal(new Set(cloud.held.facts).size, 20)
  })
})
