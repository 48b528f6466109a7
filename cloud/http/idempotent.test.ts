import { test, type Test } from 'tap'
import { z } from 'zod'
import { openRoutes } from './http.suite.ts'
import type { HttpNeeds, Routes } from './index.ts'

type Keys = HttpNeeds['idempotency']
type Begun = Awaited<ReturnType<Keys['begin']>>

const acts: Routes = (app) => {
  app.post(
    '/acts',
    {
      config: { roles: ['operator'], idempotent: true },
      schema: { response: { 202: z.object({ act: z.int() }) } }
    },
    async (_, reply) => reply.code(202).send({ act: 1 })
  )
}

/** A server whose keys say one after the other what is in `said`, the last of it for ever. */
async function postWhen(t: Test, said: readonly Begun[]): Promise<Response> {
  let asked = 0
  const begin: Keys['begin'] = async () => said[Math.min(asked++, said.length - 1)] ?? { kind: 'new' }
  const http = await openRoutes(t, acts, {
    authenticate: async () => ({
      tenantId: 'demo',
      userId: 'op',
      roles: ['operator'],
      email: 'op@nova.test',
      permissions: ['*'],
      expiresAtMs: Date.now() + 60_000
    }),
    idempotency: { begin, answered: async () => {}, release: async () => {} }
  })
  const url = await http.listen()
  return fetch(`${url}/api/v1/acts`, {
    method: 'POST',
    headers: { authorization: 'Bearer op', 'idempotency-key': 'one' }
  })
}

const running: Begun = { kind: 'running' }
const answered: Begun = { kind: 'answered', status: 202, contentType: 'application/json', body: '{"act":7}' }

void test('who comes while the first call with the key runs gets its answer', async (t) => {
  const answer = await postWhen(t, [running, running, answered])
  t.equal(answer.status, 202)
  t.equal(answer.headers.get('idempotency-replayed'), 'true')
  t.strictSame(await answer.json(), { act: 7 })
})

void test('a key that the first call gives back is begun with', async (t) => {
  const answer = await postWhen(t, [running, { kind: 'new' }])
  t.equal(answer.headers.get('idempotency-replayed'), null)
  t.strictSame(await answer.json(), { act: 1 })
})

void test('a first call that does not end is not waited for without an end', async (t) => {
  const answer = await postWhen(t, [running])
  t.equal(answer.status, 409)
  t.equal(answer.headers.get('retry-after'), '1')
  t.match(await answer.json(), { code: 'call-still-running' })
})
