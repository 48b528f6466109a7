import { test } from 'tap'
import { distanceM, ringAround } from '../kit/distance.ts'
import { boundsOf } from './map/bounds.ts'
import { offerOf, type Tariff } from './parts/offer.ts'
import { connectorName, readCode, sitesInOrder } from './parts/sites.ts'
import { timeThere } from './parts/time-there.ts'
import { areaOf } from './session/curve.ts'
import { nothingWished, wishBody } from './start/wish.ts'
import { en } from './words.en.ts'
import { zh } from './words.zh.ts'

const shanghai = { latitude: 31.23, longitude: 121.47 }
const suzhou = { latitude: 31.3, longitude: 120.6 }

void test('distance and rings agree to a metre', async (t) => {
  t.equal(Math.round(distanceM(shanghai, suzhou) / 1000), 83)
  t.equal(distanceM(shanghai, shanghai), 0)
  for (const [longitude, latitude] of ringAround(shanghai, 5_000))
    t.ok(Math.abs(distanceM(shanghai, { latitude, longitude }) - 5_000) < 1)
  t.equal(boundsOf([]), null)
  t.match(boundsOf([shanghai, suzhou]), [120.58, 31.21, 121.49, 31.32])
})

void test('the nearest site comes first, those without a place last; free connectors are counted', async (t) => {
  const site = (id: string, place: { latitude: number; longitude: number }) => ({ id, name: id, ...place })
  const sites = [site('b', shanghai), site('a', suzhou)]
  const connectors = [
    { siteId: 'b', status: 'available' as const },
    { siteId: 'b', status: 'charging' as const }
  ]
  t.match(sitesInOrder(sites, connectors, shanghai), [
    { id: 'b', free: 1, all: 2, distanceM: 0 },
    { id: 'a', all: 0 }
  ])
  t.match(sitesInOrder(sites, null, null), [{ id: 'a', all: null, distanceM: null }, { id: 'b' }])
})

const codes = [
  ['https://nova.example/driver/c/CP16-01%3A1%3A1', 'CP16-01:1:1'],
  ['https://nova.example/driver/c/CP16-01:1:2?x=1', 'CP16-01:1:2'],
  [' CP16-01:1:1 ', 'CP16-01:1:1'],
  ['https://elsewhere.example/pay', undefined],
  ['/driver/c/%E0%A4%A', undefined],
  ['CP16-01', undefined]
] as const
for (const [code, key] of codes)
  void test(`the code ${code} names ${key ?? 'nothing'}`, async (t) => {
    t.equal(readCode(code), key)
  })

void test('a connector is read off as people say it', async (t) => {
  t.equal(connectorName('CP16-01:2:1'), 'CP16-01 · 2')
  t.equal(connectorName('CP16-01:2:3'), 'CP16-01 · 2.3')
})

const tariff = (id: string, fields: Partial<Tariff> & Pick<Tariff, 'assignments'>): Tariff => ({
  id,
  version: 1,
  currency: 'CNY',
  segments: [],
  priority: 0,
  validFrom: null,
  validUntil: null,
  ...fields
})
const at = (connector: string | null, fallback = false) => [{ siteId: 's', connector, fallback }]

void test('the connector’s own tariff, else the site’s by priority and date, else the fallback', async (t) => {
  const own = tariff('own', { assignments: at('A:1:1') })
  const plain = tariff('plain', { assignments: at(null) })
  const first = tariff('first', { assignments: at(null), priority: 9 })
  const over = tariff('over', { assignments: at(null), priority: 99, validUntil: '2026-01-01T00:00:00Z' })
  const last = tariff('last', { assignments: at(null, true) })
  const where = { siteId: 's', connector: 'A:1:1', now: Date.parse('2026-06-01T00:00:00Z') }
  t.equal(offerOf([plain, own, last], where)?.id, 'own')
  t.equal(offerOf([plain, first, over, last], where)?.id, 'first')
  t.equal(offerOf([over, last], where)?.id, 'last')
  t.equal(offerOf([over], where), undefined)
})

void test('the curve breaks where nobody knows', async (t) => {
  const box = { width: 100, height: 10 }
  const samples = [0, 1_000, 2_000].map((each) => ({ at: each, watts: 5_000 }))
  t.equal(areaOf(samples, box).line.match(/M/g)?.length, 1)
  t.equal(areaOf([...samples, { at: 60_000, watts: 1 }], box).line.match(/M/g)?.length, 2)
  t.equal(
    areaOf([...samples, { at: 3_000, watts: null }, { at: 4_000, watts: 1 }], box).line.match(/M/g)?.length,
    2
  )
})

void test('every sentence there is in English there is in Chinese', async (t) => {
  t.strictSame(Object.keys(zh).toSorted(), Object.keys(en).toSorted())
})

void test('an hour is the next time that the site’s clock shows it, energy is typed in kilowatt-hours', async (t) => {
  const now = Date.parse('2026-03-01T10:00:00Z') // 18:00 in Shanghai.
  const body = (leaves: string, kWh: string) => wishBody({ leaves, kWh }, now, 'Asia/Shanghai')
  t.strictSame(wishBody(nothingWished, now, 'Asia/Shanghai'), {})
  t.strictSame(body('19:30', ''), { departureAt: '2026-03-01T11:30:00.000Z' })
  t.strictSame(body('18:00', ''), { departureAt: '2026-03-02T10:00:00.000Z' })
  t.strictSame(body('07:30', '25'), { energyWh: 25_000, departureAt: '2026-03-01T23:30:00.000Z' })
  t.strictSame(body('', '12,5'), { energyWh: 12_500 })
  for (const odd of ['much', '-1', '0', '5000']) t.equal(body('', odd), undefined)
  t.equal(body('25:00', ''), undefined)
})

void test('a time at a charger is of its own clock, and none of another place while that is on its way', async (t) => {
  const at = '2026-03-01T16:30:00Z'
  t.match(timeThere(at, 'minute', 'en', 'Asia/Shanghai'), /^(00|12):30/)
  t.equal(timeThere(at, 'minute', 'en', null), '…')
})
