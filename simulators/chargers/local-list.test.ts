import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { backOffice } from './back-office.suite.ts'
import { openChargePoint, tempers, usualVehicle, type ChargePoint, type ChargePointOptions } from './index.ts'

const patienceMs = 60_000
type Teardown = { teardown(work: () => Promise<void> | void): void }

async function station(t: Teardown, options: Partial<ChargePointOptions> = {}) {
  const office = await backOffice()
  const point = openChargePoint({ url: office.url, identity: 'CP', startMs, ...options })
  t.teardown(async () => {
    await point.close()
    await office.close()
  })
  point.switchOn()
  await point.settled(patienceMs)
  return { office, point, send: async (list: object) => office.ask('SendLocalList', list) }
}

const startMs = Date.parse('2026-06-01T08:00:00Z')
const card = (idTag: string, more: object = {}) => ({ idTag, idTagInfo: { status: 'Accepted', ...more } })
const full = (listVersion: number, ...localAuthorizationList: object[]) => ({
  listVersion,
  updateType: 'Full',
  localAuthorizationList
})
const changed = (listVersion: number, ...localAuthorizationList: object[]) => ({
  listVersion,
  updateType: 'Differential',
  localAuthorizationList
})
const held = (point: ChargePoint) => point.localList()

void test('whole lists and differences, their versions, and a refused one that changes nothing', async (t) => {
  const { office, point, send } = await station(t, {
    configuration: { LocalAuthListMaxLength: '3', SendLocalListMaxLength: '2' }
  })
  const version = async () => office.ask('GetLocalListVersion', {})
  t.strictSame(await version(), { listVersion: 0 })
  t.strictSame(await send(full(5, card('A'), card('B'))), { status: 'Accepted' })
  t.strictSame(await send(changed(6, { idTag: 'a' }, card('C'))), { status: 'Accepted' })
  t.strictSame(held(point), { version: 6, accepted: ['b', 'c'] })
  t.strictSame(await send(changed(6, card('D'))), { status: 'VersionMismatch' })
  t.strictSame(
    await send(changed(7, card('D'), card('E'), card('F'))),
    { status: 'Failed' },
    'too many at once'
  )
  t.strictSame(await send(changed(7, card('D'), card('E'))), { status: 'Failed' }, 'no room')
  t.strictSame(held(point), { version: 6, accepted: ['b', 'c'] })
  t.strictSame(await send({ listVersion: 2, updateType: 'Full' }), { status: 'Accepted' })
  t.strictSame(held(point), { version: 2, accepted: [] })
  t.strictSame(await version(), { listVersion: 2 })
})

const others = [
  ['listless', [4, 'NotImplemented'], [4, 'NotImplemented'], [4, 'NotImplemented']],
  ['no-lists', { listVersion: -1 }, { status: 'NotSupported' }, { status: 'NotSupported' }],
  ['whole-lists', { listVersion: 0 }, { status: 'Accepted' }, { status: 'Failed' }],
  ['bad-lists', { listVersion: 0 }, { status: 'Failed' }, { status: 'Failed' }]
] as const
for (const [name, version, whole, difference] of others) {
  void test(`a station of the kind ${name}`, async (t) => {
    const { office, send } = await station(t, { temper: tempers[name] })
    const said = (answer: unknown) => (Array.isArray(answer) ? [answer[0], answer[2]] : answer)
    t.strictSame(said(await office.ask('GetLocalListVersion', {})), version)
    t.strictSame(said(await send(full(1, card('A')))), whole)
    t.strictSame(said(await send(changed(2, card('B')))), difference)
  })
}

void test('offline a card of the list starts until it expires; the list lies in flash', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-list-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const stateFile = path.join(folder, 'cp.json')
  const first = await station(t, { stateFile })
  const expiryDate = '2026-06-01T09:00:00Z'
  await first.send(full(1, card('SOON', { expiryDate }), card('BAD', { status: 'Blocked' })))
  await first.point.close()
  const point = openChargePoint({ url: 'ws://127.0.0.1:1/ocpp', identity: 'CP', startMs, stateFile })
  t.teardown(() => point.close())
  t.strictSame(held(point), { version: 1, accepted: ['soon'] })
  point.plugIn(1, usualVehicle)
  t.strictSame([await point.swipe(1, 'BAD'), await point.swipe(1, 'NOBODY')], ['refused', 'refused'])
  t.equal(await point.swipe(1, 'Soon'), 'started')
  t.equal(await point.swipe(1, 'Soon'), 'stopped')
  point.advance(3_600_000)
  t.equal(await point.swipe(1, 'SOON'), 'refused', 'an hour later it has expired')
})

void test('a list that is switched off decides nothing; one that goes first asks nobody', async (t) => {
  const { office, point, send } = await station(t)
  await send(full(1, card('A')))
  const set = async (key: string, value: string) => office.ask('ChangeConfiguration', { key, value })
  office.answers.set('Authorize', { idTagInfo: { status: 'Invalid' } })
  point.plugIn(1, usualVehicle)
  t.equal(await point.swipe(1, 'A'), 'refused', 'the back office has the last word')
  await set('LocalPreAuthorize', 'true')
  await set('LocalAuthListEnabled', 'false')
  t.equal(await point.swipe(1, 'A'), 'refused')
  await set('LocalAuthListEnabled', 'true')
  t.equal(await point.swipe(1, 'A'), 'started')
  t.equal(office.of('Authorize').length, 2)
})
