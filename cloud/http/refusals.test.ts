import { connect } from 'node:net'
import fc from 'fast-check'
import { test, type Test } from 'tap'
import { z } from 'zod'
import { openRoutes } from './http.suite.ts'
import { listQuery, readCursor, type Routes } from './index.ts'
import { moment, unkeepable } from './text.ts'

/** As PostgreSQL refuses a value of the wrong form. */
const wrongForm = () => Object.assign(new Error('invalid input syntax for type uuid'), { code: '22P02' })

const routes: Routes = (app) => {
  const config = { roles: 'anyone' as const }
  const params = z.object({ id: z.string() })
  app.put('/things/:id', { config, schema: { params, body: z.unknown() } }, async () => ({ ok: true }))
  app.get('/things', { config, schema: { querystring: listQuery } }, async ({ query }) => {
    readCursor(query.cursor, 2)
    throw wrongForm()
  })
  app.post('/raw', { config: { ...config, rawBody: true } }, async ({ rawBody }) => ({
    length: rawBody?.length
  }))
}

async function openForTest(t: Test): Promise<URL> {
  return new URL(await (await openRoutes(t, routes)).listen())
}

type Answer = { readonly status: number; readonly type: string; readonly body: string }

/** Bytes as no HTTP client would send them. */
async function say({ hostname, port }: URL, ...parts: readonly (string | Uint8Array)[]): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(Number(port), hostname)
  let heard = ''
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
  socket.on('close', () => resolve(heard)).on('error', reject)
  for (const part of parts) socket.write(part)
  const text = await promise
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /content-type: ([^\r]+)/i.exec(head)?.[1] ?? '',
    body
  }
}

const line = (text: string, ...headers: readonly string[]): string =>
  [`${text} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n')
const json = (length: number): string[] => ['Content-Type: application/json', `Content-Length: ${length}`]
const put = (body: string | Uint8Array): [string, string | Uint8Array] => [
  line('PUT /api/v1/things/a', ...json(Buffer.byteLength(body))),
  body
]

const refused: readonly [
  title: string,
  parts: readonly (string | Uint8Array)[],
  status: number,
  code: string
][] = [
  ['an address that is none', [line('GET /api/v1/things/%zz')], 400, 'request-invalid'],
  ['half a character in an address', [line('GET /%ED%A0%80')], 400, 'request-invalid'],
  ['an id longer than any', [line(`PUT /api/v1/things/${'x'.repeat(500)}`)], 404, 'not-found'],
  ['no HTTP at all', ['\x16\x03\x01\x02\r\n\r\n'], 400, 'request-invalid'],
  [
    'two lengths',
    [line('PUT /api/v1/things/a', ...json(2), 'Content-Length: 3'), '{}'],
    400,
    'request-invalid'
  ],
  [
    'a length and chunks',
    [line('PUT /api/v1/things/a', ...json(2), 'Transfer-Encoding: chunked')],
    400,
    'request-invalid'
  ],
  ['a header of 64 kB', [line('GET /api/v1/things', `X-A: ${'a'.repeat(64_000)}`)], 431, 'headers-too-large'],
  [
    '3,000 headers',
    [line('GET /', ...Array.from({ length: 3_000 }, (_, at) => `X-${at}: 1`))],
    431,
    'headers-too-large'
  ],
  ['an expectation', [line('GET /api/v1/things', 'Expect: 200-ok')], 417, 'expectation-failed'],
  ['a body that is no UTF-8', put(Uint8Array.from([0x22, 0xff, 0xfe, 0x22])), 400, 'body-not-json'],
  ['a NUL in a body', put('{"a":[{"b":"x\\u0000"}]}'), 400, 'request-invalid'],
  ['a NUL in a name', put('{"a\\u0000":1}'), 400, 'request-invalid'],
  ['half a character', put('"\\ud800"'), 400, 'request-invalid'],
  ['a prototype', put('{"__proto__":{"admin":true}}'), 400, 'body-not-json'],
  ['a NUL in an id', [line('PUT /api/v1/things/%00', ...json(2)), '{}'], 404, 'not-found'],
  ['a NUL in a query', [line('GET /api/v1/things?limit=1&x=%00')], 400, 'request-invalid'],
  [
    'a cursor with another key inside',
    [line('GET /api/v1/things?cursor=WyJ4IiwieSJd')],
    400,
    'cursor-invalid'
  ]
]

void test('whatever is refused gets a problem document, wherever it is refused', async (t) => {
  const url = await openForTest(t)
  for (const [title, parts, status, code] of refused) {
    const answer = await say(url, ...parts)
    t.equal(answer.status, status, title)
    t.match(answer.type, 'application/problem+json; charset=utf-8', title)
    t.match(JSON.parse(answer.body), { status, code, traceId: /^[0-9a-f]{32}$/ }, title)
  }
})

void test('the same fault of the database without a cursor is ours', async (t) => {
  const url = await openForTest(t)
  t.equal((await say(url, line('GET /api/v1/things'))).status, 500)
})

void test('what nests deeply is looked through, what is signed is taken as it came', async (t) => {
  const url = await openForTest(t)
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  t.equal((await say(url, ...put(deep))).status, 200)
  const bytes = Uint8Array.from([0x22, 0xff, 0x00, 0x22])
  const answer = await say(url, line('POST /api/v1/raw', ...json(4)), bytes)
  t.equal(answer.status, 200)
})

void test('text that can be kept is found everywhere, other text is named by its place', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      const isBad = /\\u0000|\\ud[89a-f][0-9a-f]{2}/.test(text.replaceAll('\\\\', ''))
      return (unkeepable('body', value) !== undefined) === isBad
    })
  )
  t.equal(unkeepable('body', { a: [1, { b: '\0' }] }), 'body/a/1/b')
  t.equal(unkeepable('body', { a: { '\ud800': 1 } }), 'body/a')
})

void test('an instant has a year that the database knows', async (t) => {
  for (const good of ['2026-11-21T18:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'])
    t.ok(moment.safeParse(good).success, good)
  for (const bad of ['0000-01-01T00:00:00Z', '2026-02-30T00:00:00Z', 'tomorrow'])
    t.notOk(moment.safeParse(bad).success, bad)
})
