import { randomUUID } from 'node:crypto'
import type { Fact } from '@nova/shared-protocol/messages'
import { test, type Test } from 'tap'
import { acknowledge, listAlarms } from './alarms.ts'
import { changeCharger, chargersSection, createCharger, deleteCharger } from './chargers.ts'
import { box, chargerOf, openFleetDatabase, raisedAlarm, told } from './fleet.suite.ts'
import { listeners } from './listeners.ts'
import { alarmOf } from './reviews.ts'
import { listUnclaimed, markClaimed } from './unclaimed.ts'

type Waiting = Awaited<ReturnType<Parameters<typeof listeners>[0]['waitingAt']>>

const openForTest = async (t: Test) => {
  const world = await openFleetDatabase(t, { CP1: 's', CP2: 'other' })
  const { database } = world
  const shown: { code: string; clearedAt: string | null }[] = []
  const logged: object[] = []
  const state: { waiting: Waiting } = { waiting: undefined }
  const [facts, reviews] = listeners({
    alarm: (_, alarm) => void shown.push(alarm),
    unclaimed: () => undefined,
    waitingAt: async () => state.waiting,
    log: { info: (fields) => void logged.push(fields) }
  })
  return {
    ...world,
    shown,
    logged,
    state,
    tell: async (siteId: string, ...all: Fact[]) =>
      database.tenant('a', async (tx) =>
        facts?.handle(
          tx,
          all.map((fact) => told(siteId, fact))
        )
      ),
    review: async (siteId: string) =>
      database.tenant('a', async (tx) =>
        reviews?.handle(tx, [
          { ...told(siteId, raisedAlarm()), kind: 'charging.review-opened.v1', body: { siteId } }
        ])
      ),
    alarms: async () =>
      database.tenant('a', async (tx) =>
        listAlarms(tx, { open: null, siteId: null, after: null, limit: 50 })
      ),
    unclaimed: async () => database.tenant('a', listUnclaimed)
  }
}
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString()
const booted = (chargerId: string, minute: number, firmware: string): Fact => ({
  kind: 'charger.booted.v1',
  chargerId,
  at: at(minute),
  protocol: 'ocpp1.6',
  registration: 'accepted',
  vendor: 'V',
  model: 'M',
  serial: null,
  firmware
})
const connection = (chargerId: string, minute: number, online: boolean): Fact => ({
  kind: 'charger.connection.v1',
  chargerId,
  at: at(minute),
  online,
  reason: 'r'
})
const cleared = (alarmId: string, minute: number): Fact => ({
  kind: 'alarm.cleared.v1',
  alarmId,
  code: 'meter-silent',
  subject: 'grid-meter',
  at: at(minute)
})
const knock = (identity: string, minute: number, says: Record<string, string> | null = null): Fact => ({
  kind: 'charger.unclaimed.v1',
  identity,
  at: at(minute),
  protocol: 'ocpp1.6',
  address: '10.0.0.9',
  says
})

void test('what a charger said of itself: an older word overwrites no newer one, another site’s edge none', async (t) => {
  const { tell, rows } = await openForTest(t)
  const known = async () => rows(`select firmware, online from chargers where id = 'CP1'`)
  await tell('s', booted('CP1', 5, 'new'), connection('CP1', 5, true))
  await tell('s', booted('CP1', 4, 'old'), connection('CP1', 4, false))
  t.strictSame(await known(), [{ firmware: 'new', online: true }])
  await tell('other', booted('CP1', 9, 'stranger'), connection('CP1', 9, false))
  t.strictSame(await known(), [{ firmware: 'new', online: true }])
  await tell('s', connection('CP1', 6, false), booted('CP9', 6, 'of a charger nobody made'))
  t.strictSame(await known(), [{ firmware: 'new', online: false }])
})

void test('an alarm is one row: raised, cleared, raised again it wants to be seen again', async (t) => {
  const { tell, alarms, shown, database } = await openForTest(t)
  const alarmId = randomUUID()
  await tell('s', raisedAlarm(alarmId, 'first'))
  await database.tenant('a', async (tx) => acknowledge(tx, alarmId, 'me'))
  await tell('s', raisedAlarm(alarmId, 'second'))
  t.match(await alarms(), [
    { id: alarmId, detail: 'second', acknowledgedBy: 'me', clearedAt: null, sessionId: null }
  ])
  await tell('s', cleared(alarmId, 1))
  t.match(await alarms(), [{ clearedAt: at(1), acknowledgedBy: 'me' }])
  await tell('s', raisedAlarm(alarmId, 'third'))
  t.match(await alarms(), [{ detail: 'third', clearedAt: null, acknowledgedAt: null, acknowledgedBy: null }])
  t.equal(shown.length, 4)
  await tell('other', raisedAlarm(alarmId, 'of a stranger'), cleared(alarmId, 2))
  t.match(
    await alarms(),
    [{ siteId: 's', detail: 'third', clearedAt: null }],
    'no edge speaks of another site’s alarm'
  )
  t.equal(shown.length, 4)
})

void test('sessions in review are one alarm a site, which leads to the newest and ends with the last', async (t) => {
  const { review, alarms, state, shown } = await openForTest(t)
  const [first, second] = [randomUUID(), randomUUID()]
  const newest = { sessionId: first, chargerId: 'CP1', reason: 'stop-lost' }
  state.waiting = { reviews: 2, sessions: 1, since: at(0), newest }
  await review('s')
  state.waiting = { reviews: 40, sessions: 21, since: at(0), newest: { ...newest, sessionId: second } }
  await review('s')
  await review('s')
  t.match(await alarms(), [
    {
      id: alarmOf('s'),
      code: 'session-review',
      severity: 'warning',
      sessionId: second,
      detail: /^21 sessions wait.*CP1, stop-lost/
    }
  ])
  t.equal(shown.length, 3)
  state.waiting = undefined
  await review('s')
  t.match(await alarms(), [{ clearedAt: /.+/ }])
  t.strictSame(
    shown.map(({ clearedAt }) => clearedAt === null),
    [true, true, true, false]
  )
})

void test('the end of a command is a line of the log with the trace that came back, when it is one', async (t) => {
  const { tell, logged } = await openForTest(t)
  const ended = (traceparent?: string): Fact => ({
    kind: 'command.ended.v1',
    commandId: randomUUID(),
    status: 'accepted',
    at: at(1),
    ...(traceparent === undefined ? {} : { traceparent })
  })
  await tell(
    's',
    ended('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
    ended('"} forged'),
    ended()
  )
  t.match(logged, [{ siteId: 's', status: 'accepted', traceId: '0af7651916cd43dd8448eb211c80319c' }, {}, {}])
  t.notOk('traceId' in (logged[1] ?? {}) || 'traceId' in (logged[2] ?? {}))
})

void test('a charger nobody knows is parked and shown, until somebody claims it', async (t) => {
  const { tell, unclaimed, database } = await openForTest(t)
  await tell('s', knock('NEW-1', 1), knock('NEW-1', 3, { model: 'M' }), knock('NEW-1', 2))
  t.match(await unclaimed(), [
    {
      siteId: 's',
      identity: 'NEW-1',
      says: { model: 'M' },
      firstAt: at(1),
      lastAt: at(3),
      address: '10.0.0.9'
    }
  ])
  await tell('other', knock('NEW-1', 5))
  t.equal((await unclaimed()).length, 2, 'at another site it is another charger')
  await database.tenant('a', async (tx) => {
    await createCharger(tx, box, chargerOf('CP7', 's', { identity: 'NEW-1' }))
    await markClaimed(tx, { siteId: 's', identity: 'NEW-1' }, 'CP7')
  })
  t.match(await unclaimed(), [{ siteId: 'other' }])
  await t.rejects(
    database.tenant('a', async (tx) => markClaimed(tx, { siteId: 's', identity: 'NOBODY' }, 'CP7')),
    { code: 'not-found' }
  )
  t.strictSame(await database.tenant('b', listUnclaimed), [], 'another tenant sees none')
})

void test('who knocks with made-up names fills no table, and hides nobody who knocked before', async (t) => {
  const { tell, unclaimed, rows } = await openForTest(t)
  await tell('s', ...Array.from({ length: 600 }, (_, index) => knock(`FAKE-${index}`, 1)))
  t.match(await rows('select count(*) as count from unclaimed_chargers'), [{ count: 500 }])
  await tell('s', knock('FAKE-7', 9))
  t.match((await unclaimed())[0], { identity: 'FAKE-7', lastAt: at(9) })
  await tell('other', knock('REAL', 2))
  t.ok(
    (await unclaimed()).some(({ identity }) => identity === 'REAL'),
    'another site has its own room'
  )
})

void test('what a site’s edge should know of its chargers: its own, passwords opened, in the order they came', async (t) => {
  const { database } = await openForTest(t)
  const security = { profile: 1, password: 'at-least-16-characters' }
  await database.tenant('a', async (tx) => createCharger(tx, box, chargerOf('A-LATER', 's', { security })))
  const section = async (site: string) => database.tenant('a', async (tx) => chargersSection(tx, box, site))
  t.match((await section('s')).chargers, [
    { id: 'CP1', security: { profile: 0 } },
    { id: 'A-LATER', security }
  ])
  await database.tenant('a', async (tx) => changeCharger(tx, box, 'A-LATER', { managed: false }))
  t.match(
    (await section('s')).chargers[1],
    { managed: false, security },
    'a password that is not named stays'
  )
  await t.rejects(
    database.tenant('a', async (tx) => createCharger(tx, box, chargerOf('CP3', 's', { identity: 'CP1' }))),
    { code: 'charger-taken' }
  )
  await t.rejects(
    database.tenant('a', async (tx) =>
      createCharger(tx, box, chargerOf('CP3', 's', { security: { profile: 1 } }))
    ),
    { code: 'password-missing' }
  )
  await database.tenant('a', async (tx) => deleteCharger(tx, 'A-LATER'))
  t.equal((await section('s')).chargers.length, 1)
  t.strictSame((await database.tenant('b', async (tx) => chargersSection(tx, box, 's'))).chargers, [])
})
