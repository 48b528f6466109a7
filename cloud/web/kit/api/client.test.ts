import { test } from 'tap'
import { addressOf, openClient, type Needs } from './client.ts'
import { readTokens, shelfName, writeTokens } from './tokens.ts'

type Seen = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function world(answers: (seen: Seen) => Response) {
  const shelf = new Map<string, string>()
  const seen: Seen[] = []
  const needs: Needs = {
    audience: 'operator',
    base: '',
    fetch: async (address, init) => {
      const each = {
        path: typeof address === 'string' ? address : '',
        headers: { ...(init?.headers as Record<string, string>) },
        body: typeof init?.body === 'string' ? init.body : ''
      }
      seen.push(each)
      return answers(each)
    },
    shelf: {
      getItem: (name) => shelf.get(name) ?? null,
      setItem: (name, value) => void shelf.set(name, value),
      removeItem: (name) => void shelf.delete(name)
    },
    now: () => 1_000_000,
    alone: async (_, work) => await work(),
    newKey: () => 'key-1'
  }
  return { needs, seen, client: openClient(needs) }
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })
const tokens = (name: string) => json({ accessToken: name, refreshToken: `${name}-r`, expiresInSeconds: 900 })

void test('addresses are filled and quoted; what is undefined is left out', async (t) => {
  t.equal(addressOf('/connectors/{id}', { path: { id: 'A:1:1' } }), '/api/v1/connectors/A%3A1%3A1')
  t.equal(addressOf('/sites', { query: { limit: 5, cursor: undefined } }), '/api/v1/sites?limit=5')
  t.throws(() => addressOf('/sites/{id}', {}), RangeError)
})

void test('signed in, each request carries the token, and each deed one key', async (t) => {
  const { client, seen } = world(({ path }) => (path.endsWith('/login') ? tokens('a') : json({ items: [] })))
  await client.signIn('me@nova.test', 'secret')
  await client.call('GET /sites')
  t.equal(seen[1]?.headers['authorization'], 'Bearer a')
  t.equal(seen[1]?.headers['idempotency-key'], undefined)
  await client.call('POST /sessions/{id}/stop', { path: { id: 'x' }, once: 'pressed-once' })
  t.equal(seen[2]?.headers['idempotency-key'], 'pressed-once')
  t.equal(client.tokens()?.email, 'me@nova.test')
})

void test('a token that died is renewed once and the request repeated', async (t) => {
  const { client, seen } = world(({ path, headers }) => {
    if (path.endsWith('/login')) return tokens('old')
    if (path.endsWith('/refresh')) return tokens('new')
    return headers['authorization'] === 'Bearer new' ? json({ items: [] }) : json({ code: 'expired' }, 401)
  })
  await client.signIn('me@nova.test', 'secret')
  await client.call('GET /sites')
  t.strictSame(
    seen.map(({ path }) => path.split('/').at(-1)),
    ['login', 'sites', 'refresh', 'sites']
  )
})

void test('a refused refresh signs out and says so; another tab’s new token is taken, not spent again', async (t) => {
  const { client, needs, seen } = world(({ path }) =>
    path.endsWith('/login') ? tokens('a') : json({ code: 'refresh-refused', detail: 'again' }, 401)
  )
  let told = 0
  client.onChange(() => told++)
  await client.signIn('me@nova.test', 'secret')
  await t.rejects(client.call('GET /sites'), { message: /^refresh-refused/ })
  t.equal(client.tokens(), null)
  t.equal(told, 2)
  writeTokens(needs.shelf, 'operator', { accessToken: 'b', refreshToken: 'b-r', email: 'me', expiresAtMs: 0 })
  const other = {
    ...needs,
    alone: async <Value>(_: string, work: () => Promise<Value>) => {
      writeTokens(needs.shelf, 'operator', {
        accessToken: 'c',
        refreshToken: 'c-r',
        email: 'me',
        expiresAtMs: 9e9
      })
      return await work()
    }
  }
  const before = seen.length
  await t.rejects(openClient(other).call('GET /sites'))
  t.equal(seen[before]?.headers['authorization'], 'Bearer c')
})

void test('nobody answers: a problem without status, with a code', async (t) => {
  const { client } = world(() => {
    throw new TypeError('fetch failed')
  })
  await t.rejects(client.call('GET /sites'), { message: /^unreachable/ })
})

void test('a broken shelf is an empty shelf', async (t) => {
  const { needs } = world(() => json({}))
  needs.shelf.setItem(shelfName('operator'), '{half')
  t.equal(readTokens(needs.shelf, 'operator'), null)
  needs.shelf.setItem(shelfName('operator'), '{"accessToken":1}')
  t.equal(readTokens(needs.shelf, 'operator'), null)
})
