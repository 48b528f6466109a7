import { test } from 'tap'
import { openChargePoint, usualVehicle, type ChargePoint } from '../simulators/chargers/index.ts'
import { openEdge, until, type TestEdge } from './edge.suite.ts'

const tokens = [
  { uid: 'TAG-001', type: 'ISO14443', status: 'accepted' },
  { uid: 'TAG-BAD', type: 'ISO14443', status: 'blocked' }
]
const patienceMs = 60_000

type Teardown = { teardown(work: () => Promise<void>): void }

async function site(t: Teardown, more: object = {}): Promise<readonly [TestEdge, ChargePoint]> {
  const edge = await openEdge({ tokens, ...more })
  const point = openChargePoint({ url: `ws://127.0.0.1:${edge.ports().ocpp}/ocpp`, identity: 'CP-1' })
  t.teardown(async () => {
    await point.close()
    await edge.close()
  })
  point.switchOn()
  await point.settled(patienceMs)
  return [edge, point]
}

void test('cards reach the chargers, so that a driver charges while the edge is away', async (t) => {
  const [, silent] = await site(t, { offline: { listsInChargers: false } })
  const [edge, point] = await site(t)
  t.equal((await edge.ask('PUT', '/tokens/TAG-2', { type: 'ISO14443', status: 'accepted' })).status, 200)
  const list = await until(
    () => point.localList(),
    ({ accepted }) => accepted.length === 2,
    'the cards in the charger'
  )
  t.strictSame(list.accepted.toSorted(), ['tag-001', 'tag-2'])
  t.equal(list.version % 1_000, 0, 'a whole revision')
  t.equal(silent.localList().version, 0, 'where lists are switched off nobody is told one')

  point.goOffline()
  await until(
    () => point.isOnline(),
    (online) => !online,
    'it is offline'
  )
  point.plugIn(1, usualVehicle)
  t.equal(await point.swipe(1, 'TAG-BAD'), 'refused')
  t.equal(await point.swipe(1, 'NOBODY'), 'refused')
  t.equal(await point.swipe(1, 'TAG-2'), 'started')
  point.goOnline()
  await point.settled(patienceMs)
  const { items } = (await edge.ask<{ items: object[] }>('GET', '/sessions?status=started')).body
  t.match(items, [{ tokenUid: 'TAG-2', review: [] }])
})
