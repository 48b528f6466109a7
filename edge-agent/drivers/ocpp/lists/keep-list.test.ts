import { test } from 'tap'
import type { Token } from '@nova/shared-protocol/model'
import { openChargePoint, tempers, type ChargePointOptions } from '../../../../simulators/chargers/index.ts'
import type { CardList, ListAbility } from '../../contract.ts'
import { open, stage, until, type Client } from '../stage.suite.ts'

// Real sockets; the list of the simulated charger is by the standard, and tested against it beside it.

const patience = () => AbortSignal.timeout(20_000)
type Teardown = { teardown(work: () => Promise<void>): void }

const token = (uid: string, more: Partial<Token> = {}): Token => ({
  uid,
  type: 'ISO14443',
  status: 'accepted',
  ...more
})
const lists = new Map<number, readonly Token[]>()
const revision = (number: number, ...uids: readonly string[]): CardList => {
  const cards = uids.map((uid) => token(uid))
  lists.set(number, cards)
  return { revision: number, cards, before: (older) => (older < number ? (lists.get(older) ?? null) : null) }
}
const forgotten = (list: CardList): CardList => ({ ...list, before: () => null })

async function standing(
  t: Teardown,
  options: Partial<ChargePointOptions> = {},
  kept = new Map<string, ListAbility>()
) {
  const { driver, url } = await stage(t, { lists: kept })
  const point = openChargePoint({ url: url('CP1').replace('/CP1', ''), identity: 'CP1', ...options })
  t.teardown(() => point.close())
  point.switchOn()
  await point.settled(20_000)
  await until('it is connected', () => driver.isConnected('CP1'))
  const keep = async (list: CardList) => driver.keepList('CP1', list, patience())
  return { driver, point, kept, keep }
}

void test('the first list goes whole, the next as a difference, and who holds it is told nothing', async (t) => {
  const { point, keep } = await standing(t)
  t.strictSame(await keep(revision(1, 'A', 'B')), { kind: 'kept', cards: 2, how: 'whole' })
  t.strictSame(point.localList(), { version: 1_000, accepted: ['a', 'b'] })
  t.strictSame(await keep(revision(2, 'B', 'C')), { kind: 'kept', cards: 2, how: 'difference' })
  t.strictSame(point.localList(), { version: 2_000, accepted: ['b', 'c'] })
  t.strictSame(await keep(revision(2, 'B', 'C')), { kind: 'kept', cards: null, how: 'held' })
  t.strictSame(await keep(forgotten(revision(3, 'D'))), { kind: 'kept', cards: 1, how: 'whole' })
  t.strictSame(point.localList(), { version: 3_000, accepted: ['d'] })
  t.strictSame(await keep(revision(4)), { kind: 'kept', cards: 0, how: 'difference' })
  t.strictSame(point.localList(), { version: 4_000, accepted: [] })
})

void test('an empty list is not sent to who never had one', async (t) => {
  const { point, keep } = await standing(t)
  t.strictSame(await keep(revision(1)), { kind: 'kept', cards: null, how: 'held' })
  t.strictSame(point.localList().version, 0)
})

void test('the lengths that a charger names are kept to', async (t) => {
  const { point, keep, kept } = await standing(t, {
    configuration: { LocalAuthListMaxLength: '5', SendLocalListMaxLength: '2', LocalAuthListEnabled: 'false' }
  })
  const uids = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
  t.strictSame(await keep(revision(1, ...uids)), { kind: 'kept', cards: 5, how: 'whole' })
  t.strictSame(point.localList(), { version: 1_000, accepted: ['a', 'b', 'c', 'd', 'e'] }, 'and switched on')
  t.strictSame(await keep(revision(2, ...uids.slice(3))), { kind: 'kept', cards: 4, how: 'difference' })
  t.strictSame(point.localList(), { version: 2_000, accepted: ['d', 'e', 'f', 'g'] })
  t.match(kept.get('CP1'), { mostCards: 5, perMessage: 2, firmware: '1.0', cannot: null })
})

void test('a list that somebody else has put there is replaced whole', async (t) => {
  const { driver, point, keep } = await standing(t)
  const foreign = { listVersion: 77, updateType: 'Full', localAuthorizationList: [] }
  const order = { action: 'ocpp.SendLocalList', payload: foreign } as const
  t.match(await driver.perform('CP1', order, patience()), { kind: 'accepted' })
  t.match(await keep(revision(1, 'A')), { how: 'whole' })
  t.strictSame(point.localList(), { version: 1_000, accepted: ['a'] })
})

const cannot = [
  ['listless', /no list of its own/],
  ['no-lists', /no list of its own/]
] as const
for (const [temper, because] of cannot) {
  void test(`a charger of the kind ${temper} is asked once, remembered and left alone`, async (t) => {
    const { keep, kept } = await standing(t, { temper: tempers[temper] })
    t.match(await keep(revision(1, 'A')), { kind: 'unsupported', because })
    t.match(kept.get('CP1'), { cannot: because, firmware: '1.0' })
  })
}

void test('what was remembered spares the question after a restart; another firmware is asked anew', async (t) => {
  const none = { mostCards: 0, perMessage: 1, takesDifferences: false, failures: 0 }
  const kept = new Map([['CP1', { ...none, firmware: '1.0', cannot: 'it said so' }]])
  const { point, keep } = await standing(t, {}, kept)
  t.strictSame(await keep(revision(1, 'A')), { kind: 'unsupported', because: 'it said so' })
  t.equal(point.localList().version, 0)
  kept.set('CP1', { ...none, firmware: '0.9', cannot: 'it said so' })
  t.match(await keep(revision(1, 'A')), { kind: 'kept', how: 'whole' })
  t.match(kept.get('CP1'), { firmware: '1.0', cannot: null })
})

void test('who takes no differences gets whole lists from then on', async (t) => {
  const { point, keep, kept } = await standing(t, { temper: tempers['whole-lists'] })
  await keep(revision(1, 'A'))
  t.match(await keep(revision(2, 'B')), { kind: 'kept', how: 'whole' }, 'after the refused difference')
  t.match(kept.get('CP1'), { takesDifferences: false })
  t.match(await keep(revision(3, 'C')), { how: 'whole' })
  t.strictSame(point.localList(), { version: 3_000, accepted: ['c'] })
})

void test('three refused whole lists are a cannot', async (t) => {
  const { keep, kept } = await standing(t, { temper: tempers['bad-lists'] })
  const failed = { kind: 'failed', error: 'the charger answered Failed to a whole list' }
  t.strictSame([await keep(revision(1, 'A')), await keep(revision(1, 'A'))], [failed, failed])
  t.match(await keep(revision(1, 'A')), { kind: 'unsupported', because: /Failed to 3 whole lists/ })
  t.match(kept.get('CP1'), { cannot: /Failed/ })
})

/** A hand-made charger: answers what it is asked from a table, and notes the questions. */
async function answering(client: Client, answers: Readonly<Record<string, (payload: object) => unknown>>) {
  const asked: string[] = []
  const closed = client.closed.then(() => null)
  void (async () => {
    for (;;) {
      const frame = (await Promise.race([client.next(), closed])) as [number, string, string, object] | null
      if (frame === null) return
      const [, id, action, payload] = frame
      asked.push(action)
      const said = answers[action]?.(payload)
      client.send(JSON.stringify(said === undefined ? [4, id, 'NotImplemented', '', {}] : [3, id, said]))
    }
  })()
  return asked
}

void test('a version that moved behind our back: VersionMismatch is followed by the whole list', async (t) => {
  const { driver, url } = await stage(t)
  const client = await open(url('CP1'))
  t.teardown(async () => client.ws.close())
  let version = 1_000
  const types: string[] = []
  const asked = await answering(client, {
    GetLocalListVersion: () => ({ listVersion: version }),
    GetConfiguration: () => ({ configurationKey: [], unknownKey: [] }),
    SendLocalList: (payload) => {
      const { updateType, listVersion } = payload as { updateType: string; listVersion: number }
      types.push(updateType)
      if (updateType === 'Differential' && types.length === 1) return { status: 'VersionMismatch' }
      version = listVersion
      return { status: 'Accepted' }
    }
  })
  revision(1, 'A')
  t.match(await driver.keepList('CP1', revision(2, 'B'), patience()), { kind: 'kept', how: 'whole' })
  t.strictSame(types, ['Differential', 'Full'])
  t.match(await driver.keepList('CP1', revision(3, 'C'), patience()), { how: 'difference' })
  t.equal(asked.filter((action) => action === 'GetConfiguration').length, 1, 'the lengths are asked once')
})

const odd: readonly (readonly [string, Readonly<Record<string, () => unknown>>, object])[] = [
  [
    'nonsense for a version',
    { GetLocalListVersion: () => ({ listVersion: 'one' }) },
    { kind: 'failed', error: /no version/ }
  ],
  ['nothing for a version', { GetLocalListVersion: () => null }, { kind: 'failed', error: /no object/ }],
  [
    'nonsense for a status',
    { GetLocalListVersion: () => ({ listVersion: 0 }), SendLocalList: () => ({ status: 7 }) },
    { kind: 'failed', error: /nonsense/ }
  ],
  [
    'NotImplemented to the list itself',
    { GetLocalListVersion: () => ({ listVersion: 0 }) },
    { kind: 'unsupported', because: /NotSupported/ }
  ]
]
for (const [what, answers, wanted] of odd) {
  void test(`a charger that says ${what}`, async (t) => {
    const { driver, url } = await stage(t)
    const client = await open(url('CP1'))
    t.teardown(async () => client.ws.close())
    await answering(client, answers)
    t.match(await driver.keepList('CP1', revision(1, 'A'), patience()), wanted)
  })
}

void test('nobody there, and a line that ends meanwhile', async (t) => {
  const { driver, url } = await stage(t)
  t.match(await driver.keepList('CP1', revision(1, 'A'), patience()), {
    kind: 'failed',
    error: /not connected/
  })
  const client = await open(url('CP1'))
  const kept = driver.keepList('CP1', revision(1, 'A'), patience())
  await client.next()
  client.ws.close()
  t.match(await kept, { kind: 'failed', error: /connection ended/ })
})
