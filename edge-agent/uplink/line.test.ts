import { test } from 'tap'
import { openLine } from './line.ts'
import { natsForTest } from './second-cloud.suite.ts'

const subject = 'nova.v1.live.demo.power'

void test('whoever publishes while the server dies under the line is not thrown at', async (t) => {
  const nats = await natsForTest()
  t.teardown(() => nats.close())
  const { url: servers, credentials } = nats
  for (let death = 0; death < 3; death++) {
    const line = await openLine({ servers, credentials, site: 'demo' })
    let isOver = false
    void line.lost.then(() => (isOver = true))
    const killed = nats.kill()
    // In each turn of the event loop, so that none in which the line is half closed is missed.
    while (!isOver) {
      line.publish(subject, '{}')
      await new Promise(setImmediate)
    }
    line.publish(subject, '{}')
    await killed
    await nats.start()
  }
  t.pass('a throw here would have ended the agent')
})

void test('on a line that was closed a question fails, and a value is dropped', async (t) => {
  const nats = await natsForTest()
  t.teardown(() => nats.close())
  const line = await openLine({ servers: nats.url, credentials: nats.credentials, site: 'demo' })
  await line.close()
  t.doesNotThrow(() => line.publish(subject, '{}'))
  await t.rejects(line.request(subject, '{}', 100), /closed/i)
  await t.rejects(line.flushed(100), /closed/i)
})
