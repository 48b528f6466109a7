import { pino } from 'pino'
import { test, type Test } from 'tap'
import { openDatabase, openIdempotency, type Database } from './db/index.ts'
import { openHttp, type Routes } from './http/index.ts'
import { openTestDatabase } from './test-support/postgres.ts'
import { quiet } from './test-support/quiet.ts'
import { until } from './test-support/until.ts'

/** A cloud's door over a database; `work` is what its one call does. */
async function openDoor(t: Test, database: Database, work: () => Promise<void>): Promise<string> {
  const routes: Routes = (app) => {
    app.post('/orders', { config: { roles: ['operator'], idempotent: true } }, async (_, reply) => {
      await work()
      return reply.code(202).send({ done: true })
    })
  }
  const http = await openHttp(
    {
      log: pino({ level: 'silent' }),
      port: 0,
      host: '127.0.0.1',
      webDir: '/nowhere',
      topics: {},
      requestsPerMinute: 10_000,
      trustedProxies: []
    },
    {
      authenticate: async (userId) => ({
        tenantId: 'a',
        userId,
        roles: ['operator'],
        email: 'someone@nova.test',
        permissions: ['*'],
        expiresAtMs: Date.now() + 3_600_000
      }),
      idempotency: openIdempotency(database),
      health: { ready: async () => ({}), metrics: async () => ({ type: 'text/plain', text: '' }) },
      onAnswered: () => undefined
    },
    [routes]
  )
  t.teardown(async () => http.close())
  return http.listen()
}

const order = async (door: string): Promise<number> => {
  const headers = { authorization: 'Bearer u', 'idempotency-key': 'k' }
  const answer = await fetch(`${door}/api/v1/orders`, { method: 'POST', headers })
  await answer.body?.cancel()
  return answer.status
}

void test('a key that was begun by a process that is gone is free at once, and one of a living process is not', async (t) => {
  t.setTimeout(1_000_000)
  const { database, url, close } = await openTestDatabase()
  t.teardown(close)
  const dying = openDatabase({ url, log: quiet, connections: 4 })
  const begun = Promise.withResolvers<void>()
  const never = Promise.withResolvers<void>()
  const first = await openDoor(t, dying, async () => {
    begun.resolve()
    await never.promise
  })
  const second = await openDoor(t, database, async () => undefined)
  const lost = order(first)
  await begun.promise
  t.equal(await order(second), 409, 'its process lives: the call may still be answered')
  await dying.close() // As the server sees it when a process was killed: all of its connections are gone.
  await until('the key to be free', async () => (await order(second)) === 202)
  t.equal(await order(second), 202, 'and then answered as it was')
  never.resolve()
  await lost
})
