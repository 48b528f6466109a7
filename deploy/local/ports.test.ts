import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'tap'
import { freePort, obstacleAt } from './ports.ts'

/** Linux, macOS and Windows hand out ports from here on by themselves (32768, 49152 and 49152). */
const handedOut = 32_768

void test('a port is given once, is free, and is none that the system hands out by itself', async (t) => {
  const given: number[] = []
  for (let count = 0; count < 60; count++) given.push(await freePort())
  t.equal(new Set(given).size, given.length)
  t.ok(Math.min(...given) > 10_080 && Math.max(...given) < handedOut, given.join())
  for (const port of given.slice(0, 5)) t.equal(await obstacleAt(port), undefined, `${port}`)
})

void test('a port that somebody has is passed over, and said to be taken', async (t) => {
  const before = await freePort()
  const next = [1, 2, 3].map((more) => before + more)
  for (const port of next) {
    const server = createServer().listen(port, '127.0.0.1')
    t.teardown(() => server.close())
    // Somebody else may have it: it is as taken.
    await once(server, 'listening').catch(() => undefined)
    t.equal(await obstacleAt(port), 'taken')
  }
  t.notOk(next.includes(await freePort()))
})
