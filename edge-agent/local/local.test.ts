import { connect } from 'node:net'
import { once } from 'node:events'
import { test } from 'tap'
import { ask, openEdge, token, until } from '../edge.suite.ts'

const bearer = { authorization: `Bearer ${token}` }

void test('the local API over real HTTP', async (t) => {
  const edge = await openEdge()
  t.teardown(() => edge.close())
  const base = `http://127.0.0.1:${edge.ports().local}`

  const problems: {
    title: string
    method: string
    path: string
    body?: unknown
    status: number
    code: string
    detail?: RegExp
  }[] = [
    { title: 'an unknown page', method: 'GET', path: '/nowhere', status: 404, code: 'not-found' },
    {
      title: 'a page that is half a percent sign',
      method: 'GET',
      path: '/x/%zz',
      status: 400,
      code: 'malformed'
    },
    { title: 'an unknown command', method: 'GET', path: '/commands/x', status: 404, code: 'not-found' },
    { title: 'an unknown session', method: 'GET', path: '/sessions/x', status: 404, code: 'not-found' },
    {
      title: 'a shadow of nothing',
      method: 'GET',
      path: '/devices/x/shadow',
      status: 404,
      code: 'not-found'
    },
    {
      title: 'a command to nobody',
      method: 'POST',
      path: '/chargers/CP-9/commands',
      body: { action: 'reset', payload: {} },
      status: 404,
      code: 'not-found'
    },
    {
      title: 'an unknown action',
      method: 'POST',
      path: '/chargers/CP-1/commands',
      body: { action: 'dance' },
      status: 400,
      code: 'validation-failed',
      detail: /known are/
    },
    {
      title: 'a payload that does not fit',
      method: 'POST',
      path: '/chargers/CP-1/commands',
      body: { action: 'unlock', payload: { connector: 'no key' } },
      status: 400,
      code: 'validation-failed',
      detail: /payload\.connector/
    },
    {
      title: 'a body that is no JSON',
      method: 'POST',
      path: '/chargers/CP-1/commands',
      body: '{',
      status: 400,
      code: 'malformed'
    },
    {
      title: 'a limit without a number',
      method: 'PUT',
      path: '/limits/grid',
      body: { reason: 'x' },
      status: 400,
      code: 'limit-says-nothing',
      detail: /limitW or limitA/
    },
    {
      title: 'a negative limit',
      method: 'PUT',
      path: '/limits/grid',
      body: { limitW: -1, reason: 'x' },
      status: 400,
      code: 'limit-negative',
      detail: /limitW/
    },
    {
      title: 'a limit without a reason',
      method: 'PUT',
      path: '/limits/grid',
      body: { limitW: 1 },
      status: 400,
      code: 'validation-failed',
      detail: /reason/
    },
    {
      title: 'a limit in the edge’s own name',
      method: 'PUT',
      path: '/limits/failsafe',
      body: { limitW: 1, reason: 'x' },
      status: 422,
      code: 'source-reserved'
    },
    {
      title: 'a charger that nobody could let in',
      method: 'PUT',
      path: '/chargers/CP-2',
      body: {
        protocol: 'ocpp1.6',
        identity: 'CP-2',
        security: { profile: 1 },
        evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 7_400 }] }]
      },
      status: 400,
      code: 'validation-failed',
      detail: /profile 1 needs one/
    },
    {
      title: 'a charger that speaks what the edge does not',
      method: 'PUT',
      path: '/chargers/CP-2',
      body: {
        protocol: 'ykc',
        identity: '55031412782305',
        evses: [{ id: 1, connectors: [{ id: 1, type: 'gbt-dc', maxPowerW: 60_000 }] }]
      },
      status: 422,
      code: 'protocol-not-spoken',
      detail: /speaks ocpp1\.6/
    },
    {
      title: 'a charger with another name inside',
      method: 'PUT',
      path: '/chargers/CP-2',
      body: { id: 'CP-3' },
      status: 400,
      code: 'validation-failed',
      detail: /path says CP-2/
    },
    {
      title: 'a charger whose identity is taken',
      method: 'PUT',
      path: '/chargers/CP-2',
      body: chargerBody({ identity: 'CP-1' }),
      status: 422,
      code: 'does-not-fit-site',
      detail: /belongs to charger CP-1/
    },
    {
      title: 'a charger on a circuit that is not there',
      method: 'PUT',
      path: '/chargers/CP-2',
      body: chargerBody({ circuit: 'moon' }),
      status: 422,
      code: 'does-not-fit-site',
      detail: /moon/
    },
    {
      title: 'a fallback that no fuse carries',
      method: 'PUT',
      path: '/chargers/CP-2',
      body: chargerBody({
        fallbackA: 120,
        evses: [{ id: 1, connectors: [{ id: 1, type: 'ccs2', maxPowerW: 90_000 }] }]
      }),
      status: 422,
      code: 'does-not-fit-site',
      detail: /120 A wanted on grid L1/
    },
    {
      title: 'a token with an unknown status',
      method: 'PUT',
      path: '/tokens/T',
      body: { status: 'friendly' },
      status: 400,
      code: 'validation-failed'
    },
    {
      title: 'a body beyond all measure',
      method: 'PUT',
      path: '/tokens/T',
      body: { status: 'accepted', group: 'x'.repeat(300_000) },
      status: 413,
      code: 'too-large'
    }
  ]
  for (const { title, method, path, body, status, code, detail } of problems) {
    await t.test(`${title}: ${status} ${code}`, async (t) => {
      const answer = await ask<Record<string, unknown>>(`${base}/local/v1${path}`, method, body, bearer)
      t.equal(answer.status, status)
      t.match(answer.headers.get('content-type'), 'application/problem+json')
      t.match(answer.body, {
        status,
        code,
        title: String,
        traceId: /^[0-9a-f]{32}$/,
        ...(detail ? { detail } : {})
      })
    })
  }

  await t.test('without the token nobody gets in, and wrong ones cost ever more time', async (t) => {
    const try_ = (headers: Record<string, string>) =>
      ask<Record<string, unknown>>(`${base}/local/v1/site`, 'GET', undefined, headers)
    t.match(await try_({}), { status: 401, body: { code: 'token-missing' } })
    t.match(await try_({ authorization: 'Basic x' }), { status: 401 })
    const took = async () => {
      const begun = performance.now()
      t.match(await try_({ authorization: 'Bearer wrong' }), { status: 401, body: { code: 'token-wrong' } })
      return performance.now() - begun
    }
    t.ok((await took()) >= 240)
    t.ok((await took()) >= 490)
    t.equal((await try_(bearer)).status, 200, 'the right one is not held up')
  })

  await t.test('a password goes in and never comes out', async (t) => {
    const body = chargerBody({ security: { profile: 1, password: 'canary-password-0123' } })
    const texts = [JSON.stringify((await edge.ask('PUT', '/chargers/CP-7', body)).body)]
    for (const path of ['/chargers', '/chargers/CP-7', '/devices', '/site'])
      texts.push(JSON.stringify((await edge.ask('GET', path)).body))
    texts.push(await (await fetch(`${base}/metrics`)).text())
    t.notMatch(texts.join('\n'), /canary/)
    t.notMatch(texts.join('\n'), token)
  })

  await t.test('site, devices and outbox say the least that must be there', async (t) => {
    await until(
      async () => (await edge.ask('GET', '/site')).body,
      (site) => site['effectiveLimit'] !== null,
      'first cycle'
    )
    t.match((await edge.ask('GET', '/site')).body, {
      id: 'site-a',
      limits: [],
      allocations: [{ id: 'CP-1:1:1', limitA: Number, limitW: Number, reason: String }, {}],
      effectiveLimit: { limitW: Number, reason: String },
      tree: [{ id: 'grid' }, { id: 'feeder-1', parent: 'grid', limitA: [63, 63, 63] }],
      uplink: { kind: 'standalone' }
    })
    t.match((await edge.ask('GET', '/devices')).body, {
      items: [
        {
          id: 'CP-1',
          kind: 'charger',
          online: false,
          fallback: { limitA: 6, kind: 'automatic', reason: 'automatic: 6 A fit under every fuse' },
          connectors: [{ id: 'CP-1:1:1', status: 'offline' }]
        },
        {}
      ]
    })
    t.match((await edge.ask('GET', '/devices/CP-1/shadow')).body, { id: 'CP-1', desired: {}, reported: {} })
    t.match((await edge.ask('GET', '/reservations')).body, { items: [], nextCursor: null })
    t.match((await edge.ask('GET', '/outbox')).body, {
      firstSequence: Number,
      lastSequence: Number,
      durableSequence: 0,
      lanes: { history: {} }
    })
  })

  await t.test(
    'a disconnected charger: the command ends as failed, and ?wait holds the answer until then',
    async (t) => {
      const { body } = await edge.ask('POST', '/chargers/CP-1/commands', { action: 'reset', payload: {} })
      t.match((await edge.ask('GET', `/commands/${String(body['id'])}?wait=10`)).body, {
        status: 'failed',
        error: /connect/
      })
    }
  )

  await t.test('probes and metrics are open, with the names that operators expect', async (t) => {
    t.equal((await fetch(`${base}/healthz`)).status, 200)
    t.equal((await fetch(`${base}/readyz`)).status, 200)
    const text = await (await fetch(`${base}/metrics`)).text()
    for (const name of [
      'build_info',
      'eventloop_stall_seconds',
      'edge_outbox_rows{class="facts"}',
      'edge_control_loop_duration_seconds_count',
      'ocpp_connections',
      'site_limit_watts',
      'edge_epoch',
      'commands_total',
      'http_request_duration_seconds_count'
    ]) {
      t.ok(text.includes(`nova_${name}`), name)
    }
  })

  await t.test(
    'the screen comes with headers that keep strangers out, and no path leads beyond its files',
    async (t) => {
      const page = await fetch(`${base}/`)
      t.match(page.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'/)
      t.equal(page.headers.get('x-frame-options'), 'DENY')
      t.notMatch(await page.text(), /https?:\/\//)
      for (const path of ['/screen/../open.ts', '/screen/%2e%2e/open.ts', '/screen/'])
        t.equal((await fetch(base + path)).status, 404)
    }
  )

  await t.test('a header that never ends is cut off, others are served meanwhile', async (t) => {
    const socket = connect(edge.ports().local, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('GET /healthz HTTP/1.1\r\nX-Slow: ')
    t.equal((await fetch(`${base}/healthz`)).status, 200)
    socket.destroy()
  })
})

function chargerBody(changes: Record<string, unknown>) {
  return {
    protocol: 'ocpp1.6',
    identity: 'CP-7',
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 7_400 }] }],
    ...changes
  }
}
