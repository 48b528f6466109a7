import path from 'node:path'
import type { PowerPicture } from '@nova/shared-protocol/model'
import type { Question } from '@nova/shared-protocol/messages'
import { test } from 'tap'
import { openTestCloud } from './test-support/cloud.ts'
import { helloOf, makeLane } from './test-support/edge.ts'
import { liveConnector, openEdgeLine } from './test-support/edge-line.ts'
import { openStream } from './test-support/stream.ts'
import { until } from './test-support/until.ts'

const sessionId = '3f8c2a5e-52a4-4a0e-9d54-2f8c8f1f0001'
const place = { chargerId: 'CP16-01', evseId: 1, connectorId: 1 }
const picture: PowerPicture = {
  at: '2026-11-21T12:00:00Z',
  nodes: [
    {
      id: 'grid',
      parent: null,
      limitMilliA: [125_000, 125_000, 125_000],
      loadMilliA: [40_000, 30_000, 20_000],
      committedMilliA: [50_000, 40_000, 30_000],
      because: 'Grid connection contract'
    }
  ],
  limits: [
    {
      source: 'operator',
      state: 'refused',
      binding: false,
      limitW: 5_000,
      limitMilliA: null,
      from: null,
      until: null,
      version: 3,
      reason: 'Event',
      detail: 'version 3 is older than 4'
    }
  ],
  forecast: [{ ...place, energyWh: 7_000, fullAt: '2026-11-21T14:00:00Z', points: [] }]
}
const limitNow = (limitMilliA: number): PowerPicture => ({
  ...picture,
  nodes: picture.nodes.map((node) => ({ ...node, limitMilliA: [limitMilliA, limitMilliA, limitMilliA] }))
})

void test('the power of a site, between its edge and its screens', async (t) => {
  t.setTimeout(1_000_000)
  const cloud = await openTestCloud()
  const edge = await openEdgeLine(cloud.nats.url, path.join(cloud.dataDir, 'demo', 'site.creds'), 'demo-site')
  t.teardown(async () => {
    await edge.close()
    await cloud.close()
  })
  const operator = await cloud.signIn('operator')
  const driver = await cloud.signIn('driver')
  const lanes = { facts: makeLane('demo-site', 'facts'), history: makeLane('demo-site', 'history') }
  await until('a welcome', async () => edge.hello(helloOf('demo-site', lanes)).catch(() => undefined))
  const get = async (where: string, as = operator) => cloud.call('GET', `/api/v1${where}`, { as })
  const ask = async (body: object, as = operator, site = 'demo-site') =>
    cloud.call('POST', `/api/v1/sites/${site}/power/preview`, { as, body })
  const where = '/sites/demo-site/power/picture'
  const whatIf = { limits: [{ source: 'operator', limitW: 5_000, reason: 'what if' }] }

  await t.test('before it has told anything there is no picture, and that is said', async (t) => {
    t.match(await get(where), { status: 200, body: { picture: null, ageSeconds: null, heardAt: null } })
    t.match(await get('/sites/elsewhere/power/picture'), { status: 404 })
    t.match(await get(where, driver), { status: 403 })
  })

  await t.test('what it tells is there with its age, and screens hear that it is', async (t) => {
    const screens = await openStream(cloud.url, operator, 'power')
    edge.live('picture', { picture: { ...picture, nodes: 'all of them' } }) // No picture: left out.
    edge.live('picture', { picture })
    await until('the screens', () => screens.events('power').length > 0)
    t.match(screens.events('power'), [{ siteId: 'demo-site', pictureAt: String }])
    const { body } = await get(where)
    t.strictSame(body['picture'], picture)
    t.match(body, { stale: false, ageSeconds: Number })
    screens.close()
  })

  await t.test('a driver sees when its own car will be full, nobody else’s', async (t) => {
    const tell = (tokenUid: string) =>
      edge.live('connectors', {
        at: new Date().toISOString(),
        connectors: [liveConnector('CP16-01', { tokenUid, sessionId })]
      })
    const shown = async (as: string) => (await get('/connectors/CP16-01:1:1', as)).body
    tell('demo-tag-01')
    await until('the car', async () => (await shown(operator))['tokenUid'] === 'demo-tag-01')
    t.match(await shown(driver), { expectedFullAt: '2026-11-21T14:00:00Z' })
    tell('SOMEBODY')
    await until('the other car', async () => (await shown(operator))['tokenUid'] === 'SOMEBODY')
    t.match(await shown(driver), { expectedFullAt: null, tokenUid: null })
  })

  await t.test('one connector that says nonsense does not take the news of the others with it', async (t) => {
    edge.live('connectors', {
      at: new Date().toISOString(),
      connectors: [
        { ...liveConnector('CP16-03'), powerW: 1.5 },
        liveConnector('CP16-04', { status: 'preparing' })
      ]
    })
    await until(
      'the other',
      async () => (await get('/connectors/CP16-04:1:1')).body['status'] === 'preparing'
    )
    t.match((await get('/connectors/CP16-03:1:1')).body, { status: 'offline' })
  })

  await t.test('"what if" goes to the edge and its two plans come back', async (t) => {
    const heard: Question[] = []
    edge.askedOf = (question) => {
      heard.push(question)
      return { v: 1, id: question.id, ok: true, preview: { before: picture, after: limitNow(7_000) } }
    }
    const { status, body } = await ask({ ...whatIf, lifted: ['demo'] })
    t.equal(status, 200)
    t.strictSame(body, { siteId: 'demo-site', before: picture, after: limitNow(7_000) })
    t.match(heard, [{ kind: 'power-preview', whatIf: { ...whatIf, lifted: ['demo'] } }])
    const limits = (await get('/sites/demo-site/limits')).body.items
    t.equal(limits.length, 1, 'nothing was kept: only the contract is there')
  })

  await t.test('what the edge would refuse is refused with its reason', async (t) => {
    edge.askedOf = ({ id }) => ({ v: 1, id, ok: false, fault: 'refused', detail: 'below the fallbacks' })
    t.match(await ask(whatIf), {
      status: 422,
      body: { code: 'limit-refused', detail: 'below the fallbacks' }
    })
    edge.askedOf = ({ id }) => ({ v: 1, id, ok: false, fault: 'unknown', detail: 'cannot plan ahead' })
    t.match(await ask(whatIf), { status: 503, body: { code: 'edge-cannot-preview' } })
  })

  const senseless = [
    { name: 'in the past', more: { until: '2020-01-01T00:00:00Z' }, status: 422, code: 'limit-in-the-past' },
    { name: 'for another site', more: { siteId: 'x' }, status: 422, code: 'limit-for-another-site' },
    { name: 'negative', more: { limitW: -1 }, status: 400, code: 'limit-negative' },
    { name: 'of the wiring', more: { source: 'wiring' }, status: 403, code: 'limit-source-reserved' },
    {
      name: 'reversed',
      more: { from: '2099-01-02T00:00:00Z', until: '2099-01-01T00:00:00Z' },
      status: 422,
      code: 'limit-reversed'
    },
    { name: 'negative on a phase', more: { limitA: [16, -1, 16] }, status: 400, code: 'limit-negative' },
    { name: 'in another unit', more: { limitW: 90_000_000 }, status: 422, code: 'limit-absurd' },
    { name: 'beyond all wires', more: { limitW: 1e15 }, status: 422, code: 'limit-absurd' },
    { name: 'that says nothing', more: { limitW: undefined }, status: 400, code: 'limit-says-nothing' }
  ]
  for (const { name, more, status, code } of senseless)
    await t.test(`a limit ${name} is refused by name, asked or set`, async (t) => {
      const limit = { ...whatIf.limits[0], ...more }
      t.match(await ask({ limits: [limit] }), { status, body: { code } })
      const { source = '', ...body } = { ...limit }
      t.match(await cloud.call('PUT', `/api/v1/sites/demo-site/limits/${source}`, { as: operator, body }), {
        status,
        body: { code }
      })
    })

  await t.test('an event has its version, its start and its end, and is told to the edge', async (t) => {
    const event = {
      limitW: 20_000,
      reason: 'Demand response',
      from: '2099-01-01T18:00:00Z',
      until: '2099-01-01T20:00:00Z',
      eventId: 'evt-1',
      version: 2,
      randomiseStartS: 300
    }
    const put = await cloud.call('PUT', '/api/v1/sites/demo-site/limits/dr-evt-1', {
      as: operator,
      body: event
    })
    t.match(put, { status: 200, body: { source: 'dr-evt-1', ...event } })
    await until('the event at the edge', () =>
      JSON.stringify(edge.desired.findLast(({ section }) => section === 'limits')?.body).includes('"evt-1"')
    )
    const again = async (body: object) =>
      cloud.call('PUT', '/api/v1/sites/demo-site/limits/dr-evt-1', { as: operator, body })
    const older = { ...event, version: 1, limitW: 60_000 }
    t.match(await again(older), { status: 409, body: { code: 'limit-version-old' } })
    t.equal((await again(event)).status, 200, 'the same again is the same')
    t.match((await get('/sites/demo-site/limits/dr-evt-1')).body, { version: 2, limitW: 20_000 })
    await cloud.call('DELETE', '/api/v1/sites/demo-site/limits/dr-evt-1', { as: operator })
    t.match(await again(older), { status: 409 }, 'nor when it was lifted meanwhile')
    const trail = (await get('/audit', await cloud.signIn('admin'))).body.items
    t.ok(
      trail.some((each: object) => /limit-refused.*limit-version-old/.test(JSON.stringify(each))),
      'what was refused is recorded'
    )
    t.ok(
      trail.some((each: object) => /limit-set.*evt-1/.test(JSON.stringify(each))),
      JSON.stringify(trail[0])
    )
  })

  await t.test('who may not limit may not ask; a site that is not there is not asked', async (t) => {
    t.match(await ask(whatIf, driver), { status: 403 })
    t.match(await ask(whatIf, operator, 'elsewhere'), { status: 404 })
  })

  await t.test(
    'an edge out of touch: the plan is refused with words, the picture says that it is old',
    async (t) => {
      await until('the picture to be kept', async () => {
        const kept = await cloud.database.platform('look', async (tx) =>
          tx.query('select 1 from edges where picture is not null')
        )
        return kept.length === 1
      })
      await edge.close()
      t.match(await ask(whatIf), {
        status: 503,
        body: { code: 'edge-out-of-touch', detail: /does not answer/ }
      })
      await cloud.restart()
      await cloud.database.platform('an hour later', async (tx) =>
        tx.query(
          `update edges set seen_at = now() - interval '1 hour', picture_heard_at = now() - interval '1 hour'`
        )
      )
      const afterwards = (await cloud.call('GET', `/api/v1${where}`, { as: await cloud.signIn('operator') }))
        .body
      t.strictSame(afterwards.picture, picture, 'also after a restart')
      t.ok(afterwards.stale && afterwards.ageSeconds >= 3_600, 'and it looks as old as it is')
    }
  )
})
