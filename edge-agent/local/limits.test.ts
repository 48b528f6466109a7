import type { LimitState } from '@nova/shared-protocol/model'
import { test } from 'tap'
import { openEdge, token, until } from '../edge.suite.ts'

type Picture = {
  readonly nodes: { readonly id: string }[]
  readonly limits: LimitState[]
  readonly forecast: unknown[]
}
type Problem = { readonly code: string; readonly detail: string }

const hourMs = 3_600_000
const inHours = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString()

void test('limits over the local API: staged, refused by name, kept over a restart', async (t) => {
  const edge = await openEdge()
  t.teardown(() => edge.close())
  const put = async (source: string, body: object) =>
    edge.ask<Problem>('PUT', `/limits/${source}`, { reason: 'test', ...body })
  const limits = async () => (await edge.ask<Picture>('GET', '/power')).body.limits
  await until(
    () => edge.ask('GET', '/power'),
    ({ status }) => status === 200,
    'the first decision'
  )
  const times = { from: inHours(2), until: inHours(3) }

  const table: {
    title: string
    source: string
    body: object
    status: number
    code?: string
    detail?: RegExp
  }[] = [
    { title: 'an operator’s limit', source: 'operator', body: { limitW: 30_000 }, status: 200 },
    {
      title: 'a weekly schedule',
      source: 'schedule',
      body: { limitW: 20_000, weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '24:00' }] },
      status: 200
    },
    {
      title: 'a DR event, staged',
      source: 'dr-peak',
      body: { limitW: 9_000, eventId: 'E1', version: 2, randomiseStartS: 300, ...times },
      status: 200
    },
    {
      title: 'its older version',
      source: 'dr-peak',
      body: { limitW: 50_000, eventId: 'E1', version: 1, ...times },
      status: 409,
      code: 'limit-version-old',
      detail: /version 1 of E1 came after version 2/
    },
    {
      title: 'a limit that is over',
      source: 'late',
      body: { limitW: 1, until: inHours(-1) },
      status: 422,
      code: 'limit-in-the-past'
    },
    {
      title: 'a reversed limit',
      source: 'reversed',
      body: { limitW: 1, from: inHours(2), until: inHours(1) },
      status: 422,
      code: 'limit-reversed'
    },
    {
      title: 'a limit in milliwatts',
      source: 'absurd',
      body: { limitW: 30_000_000 },
      status: 422,
      code: 'limit-absurd',
      detail: /69000 W/
    },
    {
      title: 'a limit for another site',
      source: 'stray',
      body: { limitW: 1, siteId: 'site-b' },
      status: 422,
      code: 'limit-for-another-site'
    },
    {
      title: 'an unknown field',
      source: 'odd',
      body: { limitW: 1, colour: 'red' },
      status: 400,
      detail: /colour/
    },
    {
      title: 'a week without days',
      source: 'odd',
      body: { limitW: 1, weekly: [] },
      status: 400,
      detail: /weekly/
    },
    { title: 'a limit of null', source: 'null', body: { limitW: null }, status: 400, detail: /limitW/ },
    { title: 'two phases', source: 'two', body: { limitA: [10, 10] }, status: 400, detail: /limitA/ }
  ]
  for (const { title, source, body, status, code, detail } of table)
    await t.test(`${title}: ${status}`, async (t) => {
      const answer = await put(source, body)
      t.equal(answer.status, status)
      if (code !== undefined) t.equal(answer.body.code, code)
      if (detail !== undefined) t.match(answer.body.detail, detail)
    })

  await t.test('a number beyond all numbers: 400', async (t) => {
    const { local } = edge.ports()
    const answer = await fetch(`http://127.0.0.1:${local}/local/v1/limits/infinite`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"limitW":1e400,"reason":"test"}'
    })
    t.equal(answer.status, 400)
  })

  await t.test('all of it is in the picture, with its state', async (t) => {
    const shown = (await limits()).map(
      ({ source, state, binding }) => `${source} ${state}${binding ? ' binds' : ''}`
    )
    for (const row of [
      'operator active',
      'dr-peak planned binds',
      'late refused',
      'reversed refused',
      'absurd refused',
      'null refused',
      'two refused',
      'infinite refused',
      'odd refused',
      'stray refused'
    ])
      t.ok(shown.includes(row), `${row} in ${shown.join(', ')}`)
    t.ok(shown.some((row) => row === 'schedule active binds'))
  })

  await t.test('the least rules, now and after a restart', async (t) => {
    type Site = { readonly effectiveLimit: { readonly limitW: number } | null }
    const limitW = async () => (await edge.ask<Site>('GET', '/site')).body.effectiveLimit?.limitW
    await until(limitW, (watts) => watts === 20_000, 'the schedule’s 20 kW')
    await edge.restart()
    await until(limitW, (watts) => watts === 20_000, 'the same after the restart')
    const after = await limits()
    t.match(
      after.find(({ source }) => source === 'dr-peak'),
      { state: 'planned', version: 2, detail: /event E1, version 2; begins \d+ s after/ }
    )
    t.equal(after.filter(({ state }) => state === 'refused').length, 10, 'what was refused is remembered')
    t.equal((await put('dr-peak', { limitW: 50_000, eventId: 'E1', version: 1, ...times })).status, 409)
    t.equal((await put('dr-peak', { eventId: 'E1', version: 3, cancelled: true })).status, 200)
    t.match(
      (await limits()).find(({ source, state }) => source === 'dr-peak' && state === 'cancelled'),
      { detail: 'cancelled by version 3' }
    )
  })
})

void test('the grid operator over the local API: fail-safe, heartbeat, his limit, his release', async (t) => {
  const edge = await openEdge({ gridOperator: { kind: 'lpc', section14a: { devices: 3 } } })
  t.teardown(() => edge.close())
  const holds = async () =>
    (await edge.ask<Picture>('GET', '/power')).body.limits?.find(({ source }) => source === 'grid-operator')
      ?.limitW ?? null
  await until(holds, (watts) => watts === 10_500, 'the fail-safe: 4,200 + 2 · 0.75 · 4,200')
  const beat = async (source: string, body?: object) =>
    (await edge.ask('POST', `/limits/${source}/heartbeat`, body)).status
  t.equal(await beat('grid-operator'), 204)
  t.equal(await beat('grid-operator', {}), 204)
  t.equal(await beat('operator'), 404)
  t.equal(await beat('grid-operator', { dimmed: true }), 422)
  t.equal(await beat('grid-operator', { dimmed: 'yes' }), 400)
  t.equal(await holds(), 10_500)
  t.equal((await edge.ask('PUT', '/limits/grid-operator', { limitW: 6_000, reason: 'LPC' })).status, 200)
  t.equal(await holds(), 6_000)
  t.equal((await edge.ask('DELETE', '/limits/grid-operator')).status, 204)
  t.equal(await holds(), null)
  await edge.restart()
  await until(holds, (watts) => watts === 10_500, 'fail-safe again: a restart has heard nobody')
})

void test('what would be: asked of the one who plans ahead, or a clear no', async (t) => {
  const edge = await openEdge()
  t.teardown(() => edge.close())
  const preview = async (body: unknown) =>
    edge.ask<Problem & { before?: Picture; after?: Picture }>('POST', '/power/preview', body)
  t.match(await preview({ limits: [{ source: 'x', limitW: -1, reason: 'x' }] }), { status: 400 })
  t.match(await preview({ limits: 'none' }), { status: 400 })
  const answer = await until(
    () => preview({ limits: [{ source: 'test', limitW: 5_000, reason: 'what if' }] }),
    ({ status }) => status === 200,
    'a plan'
  )
  t.ok(answer.body.before?.nodes.some(({ id }) => id === 'grid'))
  t.ok(
    answer.body.after?.limits.some(({ source }) => source === 'test'),
    'the limit that was asked about is in it'
  )
  const now = await edge.ask<Picture>('GET', '/power')
  t.notOk(
    now.body.limits.some(({ source }) => source === 'test'),
    'and nowhere else'
  )
})
