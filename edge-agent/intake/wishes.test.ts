import { test } from 'tap'
import { charger, config, openSite, settled, type Site } from './fixture.suite.ts'

const fieldsOf = ({ room }: Site, id: string, owner: 'cloud' | 'edge') =>
  Object.fromEntries(
    room
      .shadow(id)
      .flatMap((each) => (each.owner === owner ? [[each.field, [each.version, each.value]]] : []))
  )

async function wish(site: Site, version: number, ...wished: ReturnType<typeof charger>[]): Promise<void> {
  await site.store.commit(() => site.store.desired.put('chargers', version, { chargers: wished }))
  site.room.reload({ ...config, wished })
  await settled(site)
}

void test('what the cloud wants of a charger is in its shadow: each field with the version that brought it', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const secret = 'correct-horse-battery'
  const first = charger('CP-9', { fallbackA: 8, security: { profile: 1, password: secret } })
  await wish(site, 3, first)
  const desired = fieldsOf(site, 'CP-9', 'cloud')
  t.match(desired, {
    identity: [3, 'CP-9'],
    fallbackA: [3, 8],
    registration: [3, 'accepted'],
    securityProfile: [3, 1]
  })
  t.notOk(JSON.stringify(site.room.shadow('CP-9')).includes(secret), 'what opens doors is not shown')
  await wish(site, 4, { ...first, fallbackA: 10 })
  t.match(fieldsOf(site, 'CP-9', 'cloud'), { fallbackA: [4, 10], identity: [3, 'CP-9'] })
  await site.restart()
  t.match(fieldsOf(site, 'CP-9', 'cloud'), { fallbackA: [4, 10], identity: [3, 'CP-9'] })
})

void test('what it wants no more is a tombstone, whose version a late word does not pass', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const wanted = charger('CP-9', { fallbackA: 8 })
  const { fallbackA: _none, ...without } = wanted
  await wish(site, 1, wanted)
  await wish(site, 2, without)
  t.notOk('fallbackA' in fieldsOf(site, 'CP-9', 'cloud'))
  t.match(fieldsOf(site, 'CP-9', 'cloud'), { identity: [1, 'CP-9'] })
  await wish(site, 3)
  t.strictSame(fieldsOf(site, 'CP-9', 'cloud'), {})
  t.match(site.store.shadows.find('CP-9', 'identity'), { owner: 'cloud', version: 3, value: null })
  await wish(site, 4, wanted)
  t.match(fieldsOf(site, 'CP-9', 'cloud'), { identity: [4, 'CP-9'], fallbackA: [4, 8] })
})

void test('what is reported lies beside it, and the same wish again writes nothing', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const wanted = charger('CP-1', { fallbackA: 8 })
  await wish(site, 1, wanted)
  await site.room.intake.boot({
    chargerId: 'CP-1',
    heardAt: '2026-06-01T08:00:00.000Z',
    raw: '[2]',
    protocol: 'ocpp1.6',
    vendor: 'Acme',
    model: 'One',
    serial: null,
    firmware: '1.2'
  })
  t.ok(Object.keys(fieldsOf(site, 'CP-1', 'edge')).length > 0)
  t.match(fieldsOf(site, 'CP-1', 'cloud'), { fallbackA: [1, 8] })
  const { writes } = site.store.health()
  site.room.reload({ ...config, wished: [wanted] })
  await new Promise(setImmediate)
  t.equal(site.store.health().writes, writes)
})

void test('a site without a cloud has wishes of nobody', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  site.room.reload({ ...config, wished: [charger('CP-9')] })
  await settled(site)
  t.strictSame(site.room.shadow('CP-9'), [])
})

void test('a device that is no charger has a shadow of what was heard of it', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const keep = (powerW: number, at: string) =>
    site.store.commit(() => site.room.keepReported('grid-meter', 'reading', { at, powerW }, at))
  await keep(1_000, '2026-06-01T08:00:00.000Z')
  await keep(2_000, '2026-06-01T08:00:10.000Z')
  t.match(fieldsOf(site, 'grid-meter', 'edge'), { reading: [2, { powerW: 2_000 }] })
  await site.restart()
  t.match(fieldsOf(site, 'grid-meter', 'edge'), { reading: [2, { powerW: 2_000 }] })
})
