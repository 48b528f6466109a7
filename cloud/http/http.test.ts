import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { test, type Test } from 'tap'
import { z } from 'zod'
import { until } from '../test-support/until.ts'
import {
  listQuery,
  openHttp,
  page,
  pageOf,
  problem,
  readCursor,
  type HttpNeeds,
  type Routes,
  type Who
} from './index.ts'

const whoIs = (name: string, more: Partial<Who> = {}): Who => ({
  tenantId: 'demo',
  userId: name,
  roles: ['operator'],
  email: `${name}@nova.test`,
  permissions: ['*'],
  expiresAtMs: Date.now() + 60_000,
  ...more
})
const people: Record<string, Who> = {
  op: whoIs('op'),
  other: whoIs('other', { tenantId: 'other' }),
  driver: whoIs('driver', { roles: ['driver'], driverId: 'd1' }),
  driver2: whoIs('driver2', { roles: ['driver'], driverId: 'd2' }),
  key: whoIs('key', { permissions: ['things:read'] }),
  brief: whoIs('brief', { expiresAtMs: Date.now() + 1_500 })
}

type Call = Omit<RequestInit, 'headers'> & { as?: string; headers?: Record<string, string> }

let acts = 0
const things: Routes = (app) => {
  app.get(
    '/things',
    {
      config: { roles: ['operator'] },
      schema: { querystring: listQuery, response: { 200: pageOf(z.object({ n: z.int() })) } }
    },
    async ({ query }) => {
      const after = Number(readCursor(query.cursor, 1)?.[0] ?? 0)
      const rows = Array.from({ length: 10 }, (_, index) => ({ n: index + 1, secret: 'no' })).filter(
        ({ n }) => n > after
      )
      return page(rows.slice(0, query.limit + 1), query.limit, {
        keyOf: ({ n }) => [n],
        itemOf: (row) => row
      })
    }
  )
  app.post(
    '/things',
    {
      config: { roles: ['operator'], idempotent: true },
      schema: { body: z.strictObject({ n: z.int() }), response: { 202: z.object({ act: z.int() }) } }
    },
    async ({ body }, reply) => {
      if (body.n === 13) throw new Error('the secret inside')
      if (body.n === 14) throw problem(422, 'thing-refused', 'No such luck.')
      return reply.code(202).send({ act: ++acts })
    }
  )
  const Thing = z.strictObject({ size: z.strictObject({ at: z.array(z.int()) }) })
  app.put(
    '/things/:id',
    {
      config: { roles: ['operator'] },
      schema: {
        params: z.object({ id: z.uuid() }),
        body: z.union([z.strictObject({ name: z.string(), n: z.int() }), Thing]),
        response: { 200: z.object({ ok: z.boolean() }) }
      }
    },
    async () => ({ ok: true })
  )
  app.post('/bare', { config: { roles: 'anyone', rawBody: true } }, async (request) => ({
    raw: request.rawBody
  }))
}

function memoryKeys(): HttpNeeds['idempotency'] {
  const kept = new Map<
    string,
    { hash: string; answer?: { status: number; contentType: string; body: string } }
  >()
  const id = (call: object): string => JSON.stringify(call)
  return {
    async begin(call, hash) {
      const found = kept.get(id(call))
      if (!found) return kept.set(id(call), { hash }) && { kind: 'new' }
      if (found.hash !== hash) return { kind: 'other-body' }
      return found.answer ? { kind: 'answered', ...found.answer } : { kind: 'running' }
    },
    async answered(call, answer) {
      kept.set(id(call), { hash: kept.get(id(call))?.hash ?? '', answer })
    },
    release: async (call) => void kept.delete(id(call))
  }
}

async function openForTest(t: Test, more: { webDir?: string; requestsPerMinute?: number } = {}) {
  const http = await openHttp(
    {
      log: pino({ level: 'silent' }),
      port: 0,
      host: '127.0.0.1',
      webDir: more.webDir ?? '/nowhere',
      topics: { connectors: ['operator', 'driver'], power: ['operator'] },
      requestsPerMinute: more.requestsPerMinute ?? 10_000,
      trustedProxies: []
    },
    {
      authenticate: async (bearer) => people[bearer],
      idempotency: memoryKeys(),
      health: {
        ready: async () => ({ database: true }),
        metrics: async () => ({ type: 'text/plain', text: 'x 1\n' })
      },
      onAnswered: () => undefined
    },
    [things]
  )
  const url = await http.listen()
  t.teardown(async () => http.close())
  const call = async (method: string, where: string, { as, ...init }: Call = {}) =>
    fetch(`${url}${where}`, {
      ...init,
      method,
      headers: {
        ...(as ? { authorization: `Bearer ${as}` } : {}),
        ...(init.body ? { 'content-type': 'application/json' } : {}),
        ...init.headers
      }
    })
  return { http, url, call }
}

const tooLong = `/api/v1/things/${'x'.repeat(500)}`
const someId = '11111111-1111-4111-8111-111111111111'
const unionTable: [title: string, id: string, body: object, status: number, detail: string][] = [
  ['an id that cannot be one', 'nobody', {}, 404, 'There is nothing with this id.'],
  [
    'deep in the second form',
    someId,
    { size: { at: [1, 'x'] } },
    400,
    'body/size/at/1: Invalid input: expected number, received string'
  ],
  ['neither form', someId, { x: 1 }, 400, 'body/: Invalid input: none of its 2 forms']
]
for (const [title, id, body, status, detail] of unionTable) {
  void test(`${title} is told as what it is`, async (t) => {
    const { call } = await openForTest(t)
    const answer = await call('PUT', `/api/v1/things/${id}`, { as: 'op', body: JSON.stringify(body) })
    t.match({ status: answer.status, body: await answer.json() }, { status, body: { detail } })
  })
}

void test('what the door refuses, and in which words', async (t) => {
  const { call } = await openForTest(t)
  const table: [title: string, method: string, where: string, init: Call, status: number, code: string][] = [
    ['no token', 'GET', '/api/v1/things', {}, 401, 'not-signed-in'],
    ['a token nobody knows', 'GET', '/api/v1/things', { as: 'stranger' }, 401, 'not-signed-in'],
    [
      'another scheme',
      'GET',
      '/api/v1/things',
      { headers: { authorization: 'Basic b3A6' } },
      401,
      'not-signed-in'
    ],
    ['a role that may not', 'GET', '/api/v1/things', { as: 'driver' }, 403, 'role-missing'],
    [
      'a key made to read, writing',
      'POST',
      '/api/v1/things',
      { as: 'key', body: '{"n":1}' },
      403,
      'permission-missing'
    ],
    ['an unknown address', 'GET', '/api/v1/nothing', { as: 'op' }, 404, 'not-found'],
    ['an id longer than any', 'PUT', tooLong, { as: 'op', body: '{}' }, 404, 'not-found'],
    ['a method the path does not have', 'DELETE', '/api/v1/things', { as: 'op' }, 405, 'method-not-allowed'],
    ['a body that is not JSON', 'POST', '/api/v1/things', { as: 'op', body: '{' }, 400, 'body-not-json'],
    [
      'a prototype in the body',
      'POST',
      '/api/v1/things',
      { as: 'op', body: '{"__proto__":{"a":1}}' },
      400,
      'body-not-json'
    ],
    ['no body', 'POST', '/api/v1/things', { as: 'op' }, 400, 'request-invalid'],
    [
      'a field too many',
      'POST',
      '/api/v1/things',
      { as: 'op', body: '{"n":1,"m":2}' },
      400,
      'request-invalid'
    ],
    ['text for a number', 'POST', '/api/v1/things', { as: 'op', body: '{"n":"1"}' }, 400, 'request-invalid'],
    [
      'another content type',
      'POST',
      '/api/v1/things',
      { as: 'op', body: 'n=1', headers: { 'content-type': 'text/plain' } },
      415,
      'content-type-not-supported'
    ],
    [
      'a body without end',
      'POST',
      '/api/v1/things',
      { as: 'op', body: `{"n":"${'x'.repeat(2 ** 20)}"}` },
      413,
      'body-too-large'
    ],
    ['a fault of our own', 'POST', '/api/v1/things', { as: 'op', body: '{"n":13}' }, 500, 'internal-error'],
    [
      'a refusal of a context',
      'POST',
      '/api/v1/things',
      { as: 'op', body: '{"n":14}' },
      422,
      'thing-refused'
    ],
    ['a cursor from elsewhere', 'GET', '/api/v1/things?cursor=abc', { as: 'op' }, 400, 'cursor-invalid'],
    ['a limit beyond reason', 'GET', '/api/v1/things?limit=100000', { as: 'op' }, 400, 'request-invalid'],
    ['an unknown topic', 'GET', '/api/v1/stream?topics=gossip', { as: 'op' }, 400, 'topic-unknown'],
    ['a topic of other roles', 'GET', '/api/v1/stream?topics=power', { as: 'driver' }, 403, 'role-missing']
  ]
  for (const [title, method, where, init, status, code] of table) {
    const answer = await call(method, where, init)
    const body = (await answer.json()) as Record<string, unknown>
    t.match(
      { status: answer.status, ...body },
      { status, code, type: `urn:nova:problem:${code}`, traceId: /^[0-9a-f]{32}$/ },
      title
    )
    t.match(answer.headers.get('content-type'), /^application\/problem\+json/)
    t.notMatch(JSON.stringify(body), /secret/, 'nothing from inside')
  }
})

void test('lists come in pages, without what the schema does not name', async (t) => {
  const { call } = await openForTest(t)
  const seen: number[] = []
  let cursor: string | null = ''
  do {
    const answer = await call('GET', `/api/v1/things?limit=4${cursor ? `&cursor=${cursor}` : ''}`, {
      as: 'op'
    })
    const body = (await answer.json()) as { items: { n: number }[]; nextCursor: string | null }
    t.notOk(JSON.stringify(body).includes('secret'))
    seen.push(...body.items.map(({ n }) => n))
    cursor = body.nextCursor
  } while (cursor !== null)
  t.strictSame(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

void test('an Idempotency-Key gives the first answer again', async (t) => {
  const { call } = await openForTest(t)
  const post = async (n: number, key: string, as = 'op') => {
    const answer = await call('POST', '/api/v1/things', {
      as,
      body: JSON.stringify({ n }),
      headers: { 'idempotency-key': key }
    })
    return {
      status: answer.status,
      replayed: answer.headers.get('idempotency-replayed'),
      body: (await answer.json()) as { act?: number }
    }
  }
  const first = await post(1, 'a')
  t.equal(first.status, 202)
  t.strictSame(await post(1, 'a'), { ...first, replayed: 'true' })
  t.match(await post(2, 'a'), { status: 409, body: { code: 'idempotency-key-reused' } })
  t.not((await post(1, 'b')).body.act, first.body.act)
  t.not((await post(1, 'a', 'other')).body.act, first.body.act, 'keys of other callers are other keys')
  t.equal((await post(14, 'c')).status, 422)
  t.match(await post(14, 'c'), { status: 422, replayed: 'true' })
  t.equal((await post(13, 'd')).status, 500)
  t.equal((await post(1, 'd')).status, 202, 'a fault of ours frees the key')
  t.match(await post(1, ' '), { status: 400 })
})

void test('the stream', async (t) => {
  const { http, url } = await openForTest(t)
  const listen = async (as: string, topics: string) => {
    const answer = await fetch(`${url}/api/v1/stream?topics=${topics}`, {
      headers: { authorization: `Bearer ${as}` }
    })
    const heard: string[] = []
    const state = { heard, ended: false }
    void (async () => {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) heard.push(chunk)
      state.ended = true
    })().catch(() => (state.ended = true))
    await until('hello', () => heard.join('').includes('event: hello'))
    return { ...state, text: () => heard.join(''), ended: () => state.ended }
  }
  const [op, other, driver, driver2] = await Promise.all([
    listen('op', 'connectors,power'),
    listen('other', 'connectors'),
    listen('driver', 'connectors'),
    listen('driver2', 'connectors')
  ])
  http.hub.publish('demo', 'power', { w: 1 })
  http.hub.publish('demo', 'connectors', { full: 1 }, { forDrivers: { masked: 1 } })
  http.hub.publish('demo', 'connectors', { mine: 1 }, { driverId: 'd1' })
  http.hub.publish('demo', 'connectors', { staff: 1 })
  http.hub.publish('other', 'connectors', { end: 1 })
  http.hub.publish('demo', 'connectors', { end: 1 }, { forDrivers: { end: 1 } })
  await until('all', () => [op, other, driver, driver2].every((each) => each.text().includes('"end"')))
  const words = (text: string) => [...text.matchAll(/data: \{"(\w+)":1\}/g)].map(([, word]) => word)
  t.strictSame(words(op.text()), ['w', 'full', 'mine', 'staff', 'end'])
  t.strictSame(words(other.text()), ['end'])
  t.strictSame(words(driver.text()), ['masked', 'mine', 'end'])
  t.strictSame(words(driver2.text()), ['masked', 'end'])

  const brief = await listen('brief', 'connectors')
  await until('the stream to end with its token', () => brief.ended())
  t.equal(http.hub.clients(), 4)
})

void test('documents, health and headers', async (t) => {
  const { call } = await openForTest(t)
  const document = (await (await call('GET', '/api/v1/openapi.json')).json()) as {
    paths: Record<string, Record<string, object>>
  }
  t.match(document.paths['/api/v1/things']?.['post'], {
    'x-nova-roles': ['operator'],
    'x-nova-idempotent': true,
    security: [{ bearer: [] }],
    responses: { '202': {}, default: { content: { 'application/problem+json': {} } } }
  })
  t.match(document.paths['/api/v1/stream']?.['get'], {
    responses: { '200': { content: { 'text/event-stream': {} } } }
  })
  t.match(await (await call('GET', '/api/docs/')).text(), /swagger/i)
  t.match(await (await call('GET', '/healthz')).json(), { status: 'ok' })
  t.match(await (await call('GET', '/readyz')).json(), { status: 'ready', parts: { database: true } })
  t.equal(await (await call('GET', '/metrics')).text(), 'x 1\n')
  t.strictSame(await (await call('POST', '/api/v1/bare', { body: '{ "a": 1 }' })).json(), {
    raw: '{ "a": 1 }'
  })
  const page = await call('GET', '/operator')
  t.equal(page.status, 503)
  t.match(await page.text(), /not built yet/)
  t.match(page.headers.get('content-security-policy'), /default-src 'self'/)
  t.equal((await call('GET', '/operator.js')).status, 404)
})

void test('the built screens are served, and their pages belong to the application', async (t) => {
  const webDir = await mkdtemp(path.join(tmpdir(), 'nova-web-'))
  await mkdir(path.join(webDir, 'assets'))
  await writeFile(path.join(webDir, 'index.html'), '<title>app</title>')
  await writeFile(path.join(webDir, 'assets', 'a-1234.js'), 'run()')
  const { call } = await openForTest(t, { webDir })
  for (const where of ['/', '/operator', '/driver/sites/demo-site?x=1'])
    t.equal(await (await call('GET', where)).text(), '<title>app</title>', where)
  const asset = await call('GET', '/assets/a-1234.js')
  t.equal(await asset.text(), 'run()')
  t.match(asset.headers.get('cache-control'), /immutable/)
  t.equal((await call('GET', '/assets/gone.js')).status, 404)
  for (const partner of ['/ocpi/versions', '/openadr3/3.1.0/programs', '/evcs/v1/query_token'])
    t.equal((await call('GET', partner)).status, 404, 'no page for programs')
  t.equal((await call('GET', '/..%2f..%2fetc%2fpasswd')).status, 404)
})

void test('who asks too often is told when to come back', async (t) => {
  const { call } = await openForTest(t, { requestsPerMinute: 3 })
  for (let count = 0; count < 3; count++)
    t.equal((await call('GET', '/api/v1/things', { as: 'op' })).status, 200)
  const answer = await call('GET', '/api/v1/things', { as: 'op' })
  t.equal(answer.status, 429)
  t.match(await answer.json(), { code: 'too-many-requests' })
  t.ok(Number(answer.headers.get('retry-after')) >= 1)
  t.equal((await call('GET', '/healthz')).status, 200)
})

void test('a route that does not say who may call it does not start', async (t) => {
  const careless: Routes = (app) => void app.get('/careless', async () => ({}))
  await t.rejects(
    openHttp(
      {
        log: pino({ level: 'silent' }),
        port: 0,
        host: '127.0.0.1',
        webDir: '/nowhere',
        topics: {},
        requestsPerMinute: 1,
        trustedProxies: []
      },
      {
        authenticate: async () => undefined,
        idempotency: memoryKeys(),
        health: { ready: async () => ({}), metrics: async () => ({ type: '', text: '' }) },
        onAnswered: () => undefined
      },
      [careless]
    ),
    /careless does not say which roles/
  )
})
