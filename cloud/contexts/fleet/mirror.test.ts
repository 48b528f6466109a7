import type { LiveConnector } from '@nova/shared-protocol/messages'
import { test, type Test } from 'tap'
import type { Database } from '../../db/index.ts'
import { createCharger } from './chargers.ts'
import { box, chargerOf, connectorOf, openFleetDatabase } from './fleet.suite.ts'
import { openMirror, type Heard } from './mirror.ts'
import { connectorById, listConnectors, listEdges } from './queries.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString()
const bytesOf = (body: object): Uint8Array => Buffer.from(JSON.stringify(body))
const connectors = (site: string, second: number, ...all: unknown[]) =>
  bytesOf({ v: 1, site, at: at(second), connectors: all })
const marks = { first: 1, last: 9, durable: 9 }
const state = (site: string, second: number, more: object = {}) =>
  bytesOf({
    v: 1,
    site,
    at: at(second),
    epoch: 3,
    version: '0.1.0',
    startedAt: at(0),
    outbox: { facts: marks, history: marks },
    desired: { chargers: 1, tokens: 1, limits: 1, tariffs: 1 },
    alarms: 0,
    ...more
  })

/** A process of the cloud with a mirror of its own. */
const open = (database: Database) => {
  const heard: Heard[] = []
  const warned: object[] = []
  const mirror = openMirror({
    database,
    tenantOf: async (siteId) => (siteId === 'nowhere' ? undefined : 'a'),
    heard: (news) => void heard.push(news),
    log: { warn: (fields) => void warned.push(fields) }
  })
  return { mirror, heard, warned, kinds: () => heard.splice(0).map(({ kind }) => kind) }
}
const openForTest = async (t: Test) => {
  const world = await openFleetDatabase(t, { CP1: 's', CP2: 'other' })
  const connector = async ({ mirror }: ReturnType<typeof open>, id = 'CP1:1:1') =>
    world.database.tenant('a', async (tx) => connectorById(tx, mirror, id))
  return { ...world, connector, first: open(world.database) }
}

void test('what an edge says is shown, told on, and known again after a restart', async (t) => {
  const { database, connector, first } = await openForTest(t)
  t.match(
    await connector(first),
    { status: 'offline', powerW: null, updatedAt: null },
    'nothing was heard yet'
  )
  await first.mirror.hear(
    's',
    'connectors',
    connectors('s', 1, connectorOf('CP1', { status: 'charging', powerW: 7_000 }))
  )
  t.strictSame(first.kinds(), ['touch', 'connectors'])
  t.match(await connector(first), {
    siteId: 's',
    status: 'charging',
    powerW: 7_000,
    type: 'type2',
    maxPowerW: 22_000
  })
  await first.mirror.hear(
    's',
    'connectors',
    connectors('s', 2, connectorOf('CP1', { status: 'charging', powerW: 7_000 }))
  )
  t.match(first.heard.splice(0), [{ kind: 'connectors', changed: [] }], 'the same again is no news')
  await first.mirror.hear('s', 'state', state('s', 2))
  await first.mirror.save()
  const restarted = open(database)
  t.match(await connector(restarted), { status: 'charging', powerW: 7_000 }, 'the edge was heard just now')
  t.match(await database.tenant('a', async (tx) => listEdges(tx, restarted.mirror, ['never', 's'])), [
    { siteId: 'never', inTouch: false, seenAt: null },
    { siteId: 's', inTouch: true, epoch: 3, version: '0.1.0', outbox: { facts: marks } }
  ])
})

void test('an edge that falls silent makes its connectors offline, and its next word brings them back', async (t) => {
  const { connector, first } = await openForTest(t)
  await first.mirror.hear('s', 'connectors', connectors('s', 1, connectorOf('CP1', { powerW: 5 })))
  first.mirror.watch()
  t.strictSame(first.kinds(), ['touch', 'connectors'], 'it has just spoken')
  first.mirror.site('s')!.seenAtMs -= 15_001
  first.mirror.watch()
  first.mirror.watch()
  t.strictSame(first.kinds(), ['touch'], 'told once')
  t.match(await connector(first), { status: 'offline', powerW: null, limitReason: 'wiring' })
  await first.mirror.hear('s', 'state', state('s', 30))
  t.strictSame(first.kinds(), ['touch', 'state'])
  t.match(await connector(first), { status: 'available', powerW: 5 })
})

const bad: readonly { title: string; topic: string; bytes: Uint8Array }[] = [
  { title: 'no JSON', topic: 'connectors', bytes: Buffer.from('{') },
  { title: 'a topic nobody knows', topic: 'weather', bytes: bytesOf({}) },
  {
    title: 'another site’s name inside (N7)',
    topic: 'connectors',
    bytes: connectors('other', 1, connectorOf('CP1'))
  },
  { title: 'another site’s state', topic: 'state', bytes: state('other', 1) },
  {
    title: 'no connector that can be read',
    topic: 'connectors',
    bytes: connectors('s', 1, { chargerId: 'CP1' })
  },
  {
    title: 'a power of another site',
    topic: 'power',
    bytes: bytesOf({ v: 1, site: 'other', allocation: {} })
  }
]
void test('a live message that cannot be read, or speaks of another site, changes nothing', async (t) => {
  const { database, connector, rows } = await openForTest(t)
  for (const { title, topic, bytes } of bad) {
    const process = open(database)
    await process.mirror.hear('s', topic, bytes)
    t.strictSame(process.kinds(), [], title)
    t.match(await connector(process), { status: 'offline' })
    await process.mirror.save()
    for (let more = 0; more < 50; more++) await process.mirror.hear('s', topic, bytes)
    t.equal(process.warned.length, 1, 'a flood of them is one line')
  }
  t.strictSame(await rows('select site_id from edges'), [])
})

void test('one odd connector takes no other along; a site nobody has made is not heard', async (t) => {
  const { connector, first } = await openForTest(t)
  const odd = { ...connectorOf('CP9'), status: 'levitating' }
  await first.mirror.hear('s', 'connectors', connectors('s', 1, odd, connectorOf('CP1')))
  t.match(await connector(first), { status: 'available' })
  await first.mirror.hear('nowhere', 'connectors', connectors('nowhere', 1, connectorOf('CP1')))
  t.equal(first.mirror.site('nowhere'), undefined)
})

void test('who asks for a state gets full pages of it, however far apart its connectors lie', async (t) => {
  const { database } = await openFleetDatabase(t)
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const outlets = numbers(8).map((id) => ({ id, type: 'type2', maxPowerW: 22_000 }))
  const evses = numbers(16).map((id) => ({ id, connectors: outlets }))
  const chargers = ['A', 'B', 'C', 'D', 'Z'] // 640 connectors: more than are read at once.
  for (const id of chargers)
    await database.tenant('a', async (tx) => createCharger(tx, box, chargerOf(id, 's', { evses })))
  const { mirror } = open(database)
  await mirror.hear('s', 'connectors', connectors('s', 1, connectorOf('A'), connectorOf('Z')))
  const asked = async (status: 'available' | 'charging', limit: number, after: (string | number)[] | null) =>
    database.tenant('a', async (tx) => {
      const found = await listConnectors(tx, mirror, { status, limit, after })
      return found.map(({ id }) => id)
    })
  t.strictSame(
    await asked('available', 1, null),
    ['A:1:1', 'Z:1:1'],
    'one more than the page tells of the next'
  )
  t.strictSame(await asked('available', 1, ['A', 1, 1]), ['Z:1:1'])
  t.strictSame(await asked('available', 1, ['Z', 1, 1]), [])
  t.strictSame(await asked('charging', 50, null), [])
})

void test('a straggler overwrites nothing; a clock that was set back does', async (t) => {
  const { connector, first } = await openForTest(t)
  const say = async (second: number, status: LiveConnector['status']) =>
    first.mirror.hear('s', 'connectors', connectors('s', second, connectorOf('CP1', { status })))
  await say(100, 'charging')
  await say(99, 'available')
  t.match(await connector(first), { status: 'charging' })
  t.equal(first.warned.length, 0)
  await say(100, 'finishing')
  t.match(
    await connector(first),
    { status: 'finishing' },
    'within the same instant the order of arrival holds'
  )
  await say(10, 'preparing')
  t.match(await connector(first), { status: 'preparing' }, 'more than a minute back is another clock')
  await first.mirror.hear('s', 'state', state('s', 100, { alarms: 2 }))
  await first.mirror.hear('s', 'state', state('s', 98, { alarms: 0 }))
  t.equal(first.mirror.site('s')?.state?.alarms, 2)
})

void test('a process that lags behind writes nothing over what a later one wrote', async (t) => {
  const { database, connector, rows, first } = await openForTest(t)
  const second = open(database)
  const say = async ({ mirror }: typeof first, status: LiveConnector['status'], updatedAt: string) =>
    mirror.hear('s', 'connectors', connectors('s', 1, connectorOf('CP1', { status, updatedAt })))
  await say(first, 'available', at(10))
  await first.mirror.hear('s', 'state', state('s', 10, { alarms: 0 }))
  await say(second, 'charging', at(20))
  await second.mirror.hear('s', 'state', state('s', 20, { alarms: 1 }))
  second.mirror.site('s')!.seenAtMs += 5_000
  await second.mirror.save()
  await first.mirror.save()
  t.match(await connector(open(database)), { status: 'charging' })
  t.match(await rows(`select state ->> 'alarms' as alarms from edges where site_id = 's'`), [{ alarms: '1' }])
  await say(first, 'finishing', at(30))
  first.mirror.site('s')!.seenAtMs -= 60_000
  await first.mirror.save()
  t.match(await connector(open(database)), { status: 'finishing' }, 'but news of it, whoever heard it first')
})

void test('no edge speaks for a charger of another site', async (t) => {
  const { database, connector, first } = await openForTest(t)
  await first.mirror.hear(
    'other',
    'connectors',
    connectors('other', 1, connectorOf('CP2', { status: 'charging' }))
  )
  await first.mirror.save()
  await first.mirror.hear('s', 'connectors', connectors('s', 2, connectorOf('CP2', { status: 'faulted' })))
  await first.mirror.save()
  t.match(await connector(first, 'CP2:1:1'), { siteId: 'other', status: 'charging' })
  t.match(await connector(open(database), 'CP2:1:1'), { siteId: 'other', status: 'charging' })
})

void test('what could not be written is written the next time, and holds up no other site', async (t) => {
  const { database, rows } = await openFleetDatabase(t, { CP1: 's', CP2: 'other' })
  let broken = true
  const tenant: Database['tenant'] = async (tenantId, work) =>
    database.tenant(tenantId, async (tx) => {
      const value = await work(tx)
      const [found] = await tx.query(
        `select 1 from edges where site_id = 's' and seen_at >= now() - interval '1 minute'`
      )
      if (broken && found) throw new Error('the disk is full')
      return value
    })
  const process = open({ ...database, tenant })
  for (const [site, charger] of [
    ['s', 'CP1'],
    ['other', 'CP2']
  ] as const)
    await process.mirror.hear(site, 'connectors', connectors(site, 1, connectorOf(charger)))
  await t.rejects(process.mirror.save(), {
    message: /could not be kept/,
    cause: { message: 'the disk is full' }
  })
  t.match(await rows('select charger_id from connectors'), [{ charger_id: 'CP2' }])
  broken = false
  await process.mirror.save()
  t.match(await rows('select charger_id from connectors order by 1'), [
    { charger_id: 'CP1' },
    { charger_id: 'CP2' }
  ])
})
