import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { test } from 'tap'
import { openTestCloud } from './test-support/cloud.ts'
import { connectorSample, helloOf, makeLane, sessionStarted } from './test-support/edge.ts'
import { liveConnector, openEdgeLine } from './test-support/edge-line.ts'
import { openStream } from './test-support/stream.ts'
import { until } from './test-support/until.ts'

void test('between a site and its screens', async (t) => {
  t.setTimeout(1_000_000) // Many real parts, perhaps on a busy machine.
  const cloud = await openTestCloud()
  const edge = await openEdgeLine(cloud.nats.url, path.join(cloud.dataDir, 'demo', 'site.creds'), 'demo-site')
  t.teardown(async () => {
    await edge.close()
    await cloud.close()
  })
  const operator = await cloud.signIn('operator')
  const driver = await cloud.signIn('driver')
  const lanes = { facts: makeLane('demo-site', 'facts'), history: makeLane('demo-site', 'history') }
  const hello = helloOf('demo-site', lanes)
  const get = async (where: string, as = operator) =>
    (await cloud.call('GET', `/api/v1${where}`, { as })).body
  const newest = (section: string) => edge.desired.findLast((each) => each.section === section)

  const listOf = (section: string, name: string): object[] => {
    const body: Record<string, object[] | undefined> = { ...newest(section)?.body }
    return body[name] ?? []
  }

  await t.test('an edge that says hello gets what it should know', async (t) => {
    t.match(await until('a welcome', async () => edge.hello(hello).catch(() => undefined)), {
      kind: 'welcome',
      epoch: 1
    })
    await until('four sections', () => new Set(edge.desired.map(({ section }) => section)).size === 4)
    t.equal(listOf('chargers', 'chargers').length, 10)
    t.match(listOf('chargers', 'chargers')[0], {
      id: 'CP16-01',
      security: { profile: 1, password: /.{16}/ }
    })
    t.match(listOf('limits', 'limits'), [{ source: 'contract', limitA: [125, 125, 125] }])
    t.equal(listOf('tokens', 'tokens').length, 12)
    t.equal(listOf('tariffs', 'plans').length, 1)
  })

  await t.test('a change reaches it', async (t) => {
    const limit = { limitW: 30_000, reason: 'Works on the transformer' }
    const put = await cloud.call('PUT', '/api/v1/sites/demo-site/limits/operator', {
      as: operator,
      body: limit
    })
    t.match(put, { status: 200, body: { source: 'operator', ...limit, setBy: 'operator@nova.test' } })
    await until('the limit at the edge', () => JSON.stringify(newest('limits')?.body).includes('Works on'))
    t.equal(
      (await cloud.call('DELETE', '/api/v1/sites/demo-site/limits/operator', { as: operator })).status,
      204
    )
    await until('the limit to be lifted', () => !JSON.stringify(newest('limits')?.body).includes('Works on'))
    const versions = edge.desired.filter(({ section }) => section === 'limits').map(({ version }) => version)
    t.strictSame(
      versions,
      versions.toSorted((a, b) => a - b),
      'versions only grow'
    )

    await cloud.call('PATCH', '/api/v1/tokens/demo-tag-02', { as: operator, body: { status: 'blocked' } })
    await until('the blocked card at the edge', () =>
      /"DEMO-TAG-02","type":"ISO14443","status":"blocked"/.test(JSON.stringify(newest('tokens')?.body))
    )
    t.match(await edge.askToken('demo-tag-02'), { token: { uid: 'DEMO-TAG-02', status: 'blocked' } })
    t.equal((await edge.askToken('NOBODY')).token, null, 'an uid that no tenant of this site knows')
    await cloud.call('PATCH', '/api/v1/chargers/CP16-01', { as: operator, body: { fallbackA: 8 } })
    await until('the charger’s fallback at the edge', () =>
      /"fallbackA":8/.test(JSON.stringify(newest('chargers')?.body))
    )
    t.match(await get('/chargers/CP16-01'), {
      fallbackA: 8,
      phaseRotation: 'RST',
      security: { profile: 1, passwordSet: true }
    })
  })

  await t.test(
    'a stated fallback that no fuse carries is refused; without one there is always room',
    async (t) => {
      const evses = [{ id: 1, connectors: [{ id: 1, type: 'ccs2', maxPowerW: 120_000 }] }]
      const charger = (id: string, more: object = {}) => ({ id, siteId: 'demo-site', protocol: 'ocpp1.6', identity: id, evses, ...more }) // prettier-ignore
      const post = async (body: object) => cloud.call('POST', '/api/v1/chargers', { as: operator, body })
      const patch = async (id: string, body: object) =>
        cloud.call('PATCH', `/api/v1/chargers/${id}`, { as: operator, body })
      const tooMuch = {
        status: 422,
        body: { code: 'fallbacks-exceed-limit', detail: /grid L1, .* A are free/ }
      }
      t.match(await post(charger('GREEDY', { fallbackA: 100 })), tooMuch)
      t.match(await post(charger('WILD', { managed: false })), tooMuch)
      t.equal((await cloud.call('GET', '/api/v1/chargers/GREEDY', { as: operator })).status, 404)
      for (let count = 1; count <= 20; count++) t.match(await post(charger(`MORE-${count}`)), { status: 201 })
      t.match(await patch('MORE-1', { fallbackA: 100 }), tooMuch)
      t.match(await patch('MORE-1', { fallbackA: 7 }), { status: 200, body: { fallbackA: 7 } })
      t.notOk('fallbackA' in (await patch('MORE-1', { fallbackA: null })).body, 'automatic again')
      await until('all of them at the edge', () => listOf('chargers', 'chargers').length === 30)
      t.notMatch(newest('chargers')?.body, { chargers: [{ id: 'MORE-1', fallbackA: Number }] })
      for (let count = 1; count <= 20; count++)
        await cloud.call('DELETE', `/api/v1/chargers/MORE-${count}`, { as: operator })
    }
  )

  await t.test('what it says live is on every screen, to each what is theirs', async (t) => {
    const screens = await openStream(cloud.url, operator, 'connectors,power,edges')
    const phone = await openStream(cloud.url, driver, 'connectors')
    edge.live('connectors', {
      at: new Date().toISOString(),
      connectors: [liveConnector('CP16-01'), liveConnector('CP16-02', { tokenUid: 'demo-tag-01' })]
    })
    await until(
      'the screens',
      () => screens.events('connectors').length > 0 && phone.events('connectors').length > 0
    )
    t.match(screens.events('connectors').at(-1), {
      siteId: 'demo-site',
      connectors: [{ id: 'CP16-01:1:1', status: 'charging', powerW: 7000, tokenUid: 'SOMEBODY' }, {}]
    })
    t.notMatch(JSON.stringify(phone.events('connectors')), /SOMEBODY|limitReason/)
    t.match(await get('/connectors/CP16-01:1:1'), {
      status: 'charging',
      powerW: 7000,
      limitReason: 'equal share'
    })
    t.match(await get('/connectors/CP16-01:1:1', driver), {
      status: 'charging',
      powerW: null,
      tokenUid: null
    })
    t.match(
      await get('/connectors/CP16-02:1:1', driver),
      { powerW: 7000, tokenUid: 'demo-tag-01' },
      'the own session is whole'
    )
    t.match((await get('/edges')).items, [{ siteId: 'demo-site', inTouch: true, epoch: 1 }])
    t.equal((await get('/connectors?status=charging')).items.length, 2)
    screens.close()
    phone.close()
  })

  await t.test('a command is signed, sent once and its end is known', async (t) => {
    const order = { action: 'unlock', payload: { connector: 'CP16-01:1:1' } }
    const send = async (key: string) =>
      cloud.call('POST', '/api/v1/chargers/CP16-01/commands', {
        as: operator,
        body: order,
        headers: { 'idempotency-key': key }
      })
    const sent = await send('one')
    t.match(sent, { status: 202, body: { status: 'queued' } })
    t.strictSame((await send('one')).body, sent.body)
    await until('sent', async () => (await get(`/commands/${sent.body.id}`)).status === 'sent')
    t.equal(edge.commands.filter(({ id }) => id === sent.body.id).length, 1)
    lanes.facts.add(`end/${sent.body.id}`, {
      kind: 'command.ended.v1',
      commandId: sent.body.id,
      status: 'accepted',
      at: new Date().toISOString(),
      result: { status: 'Unlocked' }
    })
    await edge.send(lanes.facts.frame(1))
    const ended = await until('the end', async () => {
      const command = await get(`/commands/${sent.body.id}`)
      return command.status === 'accepted' ? command : undefined
    })
    t.match(ended, { result: { status: 'Unlocked' }, issuer: 'operator@nova.test' })
    t.strictSame(
      ended.history.map(({ status }: { status: string }) => status),
      ['queued', 'sent', 'accepted']
    )
    const wrong = await cloud.call('POST', '/api/v1/chargers/CP16-01/commands', {
      as: operator,
      body: { action: 'unlock', payload: {} }
    })
    t.match(wrong, { status: 422, body: { code: 'command-invalid', detail: /connector/ } })
  })

  await t.test('a command for a silent edge waits for its hello; one that is late expires', async (t) => {
    edge.answer = () => null
    const post = async (expiresAt?: string) =>
      cloud.call('POST', '/api/v1/chargers/CP16-02/commands', {
        as: operator,
        body: { action: 'reset', payload: {}, ...(expiresAt ? { expiresAt } : {}) }
      })
    const late = await post(new Date(Date.now() + 1_000).toISOString())
    await until('its expiry', async () => (await get(`/commands/${late.body.id}`)).status === 'expired')
    const waiting = await post(new Date(Date.now() + 60_000).toISOString())
    await until('a first try', () => edge.commands.some(({ id }) => id === waiting.body.id))
    edge.answer = ({ id }) => ({ v: 1, id, status: 'rejected', error: 'busy' })
    await until(
      'the answer to a later try',
      async () => (await get(`/commands/${waiting.body.id}`)).status === 'rejected'
    )
    const counters = edge.commands.map(({ counter }) => counter)
    t.strictSame(
      counters,
      counters.toSorted((a, b) => a - b)
    )
    t.equal(new Set(counters).size, counters.length, 'no counter twice')
  })

  await t.test('facts become alarms, unclaimed chargers, curves', async (t) => {
    const first = lanes.facts.newest().sequence + 1
    const at = new Date().toISOString()
    lanes.facts.add('alarm', {
      kind: 'alarm.raised.v1',
      alarmId: randomUUID(),
      code: 'meter-silent',
      severity: 'urgent',
      subject: 'grid-meter',
      at,
      detail: 'no answer',
      advice: 'look at the cable'
    })
    lanes.facts.add('knock', {
      kind: 'charger.unclaimed.v1',
      identity: 'NEW-1',
      at,
      protocol: 'ocpp1.6',
      address: '10.0.0.9',
      says: { vendor: 'ACME' }
    })
    lanes.facts.add('boot', {
      kind: 'charger.booted.v1',
      chargerId: 'CP16-03',
      at,
      protocol: 'ocpp1.6',
      registration: 'accepted',
      vendor: 'ACME',
      model: 'M1',
      serial: null,
      firmware: '1.2'
    })
    lanes.facts.add('limit', {
      kind: 'limit.changed.v1',
      at,
      limitW: 86_000,
      limitMilliA: [125_000, 125_000, 125_000],
      reason: 'Grid connection contract',
      valid: []
    })
    lanes.facts.add('start', sessionStarted(randomUUID()))
    await edge.send(lanes.facts.frame(1, first))
    for (let n = 0; n < 40; n++)
      lanes.history.add(
        `s${n}`,
        connectorSample('CP16-01:1:1', new Date(Date.now() - (60 - n) * 1_000).toISOString(), 1_000 * n)
      )
    await edge.send(lanes.history.frame(1))
    await until(
      'both lanes durable',
      () =>
        edge.durable.some(({ lane, sequence }) => lane === 'history' && sequence === 40) &&
        edge.durable.some(({ lane, sequence }) => lane === 'facts' && sequence >= first + 4)
    )

    const alarms = await until('the alarm', async () => {
      const { items } = await get('/alarms?open=true')
      return items.length > 0 ? items : undefined
    })
    t.match(alarms, [{ code: 'meter-silent', siteId: 'demo-site', acknowledgedBy: null }])
    t.match((await cloud.call('POST', `/api/v1/alarms/${alarms[0].id}/acknowledge`, { as: operator })).body, {
      acknowledgedBy: 'operator@nova.test'
    })
    await until(
      'the charger’s own words',
      async () => (await get('/chargers/CP16-03')).reported.firmware === '1.2'
    )
    t.match((await get('/unclaimed')).items, [{ identity: 'NEW-1', siteId: 'demo-site' }])
    const body = {
      id: 'CP-NEW',
      protocol: 'ocpp1.6',
      evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 11_000 }] }]
    }
    const claim = '/api/v1/unclaimed/demo-site/NEW-1/claim'
    t.match(await cloud.call('POST', claim, { as: operator, body: { ...body, protocol: 'ykc' } }), {
      status: 422,
      body: { code: 'protocol-not-spoken', detail: /ocpp1\.6, not ykc yet/ }
    })
    t.equal((await cloud.call('POST', claim, { as: operator, body })).status, 201)
    t.strictSame((await get('/unclaimed')).items, [])

    const raw = await get(`/sites/demo-site/power?resolution=raw`)
    t.equal(raw.series.find(({ source }: { source: string }) => source === 'CP16-01:1:1').points.length, 40)
    t.match(raw.limits, [{ limitW: 86_000 }])
  })

  await t.test('a restart forgets nothing', async (t) => {
    await until('the mirror to be saved', async () => {
      const rows = await cloud.database.tenant('demo', async (tx) => tx.query('select 1 from connectors'))
      return rows.length === 2
    })
    await cloud.restart()
    t.match(await get('/connectors/CP16-01:1:1'), { sessionId: null, limitReason: 'equal share' })
    const again = await until('hello after the restart', async () => edge.hello(hello).catch(() => undefined))
    t.match(again, {
      kind: 'welcome',
      epoch: 1,
      durable: { facts: lanes.facts.newest().sequence, history: 40 }
    })
    t.equal(
      (await cloud.call('GET', '/api/v1/sites', { as: operator })).status,
      200,
      'the old access token is still good'
    )
  })
})
