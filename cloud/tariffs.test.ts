import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { t as file, test } from 'tap'
import { looksAt, type Money } from './test-support/money-looks.ts'
import { openMoneyWorld, site } from './test-support/money.suite.ts'

file.setTimeout(1_000_000)
const world = await openMoneyWorld()
file.teardown(world.close)
const { call } = world
const { billed } = looksAt(world)

type Tariff = Record<string, unknown> & { elements: object[] }
type Losses = { at: string; what: string }[]
const text = (value: unknown): string => JSON.stringify(value)

/** Day and night with steps, a parking fee by the minute after an hour, a reservation, bounds on the whole. */
const ocpi: Tariff = {
  country_code: 'NL',
  party_id: 'ABC',
  id: 'T1',
  currency: 'EUR',
  type: 'REGULAR',
  elements: [
    {
      price_components: [
        { type: 'ENERGY', price: 0.3, vat: 21, step_size: 1 },
        { type: 'TIME', price: 1.2, vat: 21, step_size: 60 }
      ],
      restrictions: { start_time: '08:00', end_time: '20:00', day_of_week: ['MONDAY', 'FRIDAY'] }
    },
    { price_components: [{ type: 'ENERGY', price: 0.2, vat: 21, step_size: 1000 }] },
    {
      price_components: [{ type: 'PARKING_TIME', price: 6, vat: 21, step_size: 900 }],
      restrictions: { min_duration: 3600 }
    },
    {
      price_components: [{ type: 'FLAT', price: 4, vat: 21, step_size: 1 }],
      restrictions: { reservation: 'RESERVATION_EXPIRES' }
    }
  ],
  min_price: { excl_vat: 0.5, incl_vat: 0.605 },
  max_price: { excl_vat: 50, incl_vat: 60.5 },
  last_updated: '2026-01-01T00:00:00Z'
}

const importAs = async (id: string, from: object, more: object = {}) =>
  call('operator', 'POST', '/tariffs/import', { id, name: id, ocpi: from, ...more })
const exportOf = async (id: string, version: number, wire = '2.2.1') => {
  const where = `/tariffs/${id}/versions/${version}/ocpi?version=${wire}&countryCode=NL&partyId=ABC`
  return (await call('operator', 'GET', where)).body as unknown as { tariff: Tariff; losses: Losses }
}

/** Six hours on a Monday in Amsterdam that touch every border of it. */
const periods = [
  ['2026-03-02T06:30:00Z', 'ENERGY', '8.125', 'TIME', '0.5'],
  ['2026-03-02T07:00:00Z', 'ENERGY', '20.5', 'TIME', '1.75'],
  ['2026-03-02T08:45:00Z', 'PARKING_TIME', '0.3', '', ''],
  ['2026-03-02T09:03:00Z', 'PARKING_TIME', '2.2', '', '']
].map(([start = '', type, volume, also, hours]) => ({
  start_date_time: start,
  dimensions: [{ type, volume }, ...(also ? [{ type: also, volume: hours }] : [])]
}))

const priced = async (tariff: object, version: string) => {
  const { status, body } = await call('operator', 'POST', '/tariffs/preview', {
    ocpi: { version, tariff, chargingPeriods: periods, endDateTime: '2026-03-02T11:15:00Z' },
    timeZone: 'Europe/Amsterdam'
  })
  if (status !== 200) throw new Error(text(body))
  return (body as unknown as { exact: { excl: string; incl: string } }).exact
}

for (const wire of ['2.2.1', '2.3.0'])
  void test(`an OCPI tariff goes in and comes out as ${wire} with nothing lost, and prices the same`, async (t) => {
    const id = `round-${wire.replaceAll('.', '-')}`
    const taken = await importAs(id, ocpi)
    t.match(taken, { status: 201, body: { id, version: 1, losses: [] } })
    const { tariff, losses } = await exportOf(id, 1, wire)
    t.strictSame(losses, [])
    t.match(tariff, { country_code: 'NL', party_id: 'ABC', id: `${id}-v1`, currency: 'EUR' })
    const again = await importAs(`${id}-again`, tariff)
    t.match(again, { status: 201, body: { losses: [] } })
    const second = (await exportOf(`${id}-again`, 1, wire)).tariff
    t.strictSame(
      { ...second, id: '', last_updated: '' },
      { ...tariff, id: '', last_updated: '' },
      'out, in and out again is the same object'
    )
    const before = await priced(ocpi, '2.2.1')
    t.not(before.excl, '0')
    t.strictSame(await priced(tariff, wire), before, 'by the source and by what came out of it')
  })

const vectors = '/work/shared/vectors/ocpi/tariffs'
const skip = existsSync(vectors) ? false : `${vectors} is not there`

void test(
  'every tariff of the vectors is taken or refused with words; what was taken comes out',
  { skip },
  async (t) => {
    const files = readdirSync(vectors, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.json'))
    t.ok(files.length > 10)
    for (const name of files) {
      const id = name.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 40)
      const taken = await importAs(id, JSON.parse(readFileSync(path.join(vectors, name), 'utf8')) as object)
      if (taken.status !== 201) {
        t.match(taken, { status: 422, body: { detail: /\w+/ } }, name)
        continue
      }
      const { tariff, losses } = await exportOf(id, 1, '2.3.0')
      t.ok(Array.isArray(tariff.elements) && losses.every(({ at, what }) => at !== '' && what !== ''), name)
    }
  }
)

void test('a preview in a currency that nobody knows, or of a sum that nobody counts exactly, is refused by name', async (t) => {
  const preview = async (currency: string, electricityPrice: string, endWh: string) =>
    call('operator', 'POST', '/tariffs/preview', {
      plan: { currency, segments: [{ start: '00:00', end: '24:00', electricityPrice, servicePrice: '0' }] },
      timeZone: 'UTC',
      readings: [
        { at: '2026-01-01T00:00:00Z', registerWh: '1' },
        { at: '2026-01-01T01:00:00Z', registerWh: endWh }
      ]
    })
  t.match(await preview('XQX', '1', '1001'), { status: 422, body: { code: 'currency-unknown' } })
  t.match(await preview('EUR', '999999999', '9000000000000'), {
    status: 422,
    body: { code: 'amount-too-large' }
  })
  t.match(await preview('EUR', '1', '1001'), { status: 200, body: { total: { amountMinor: 100 } } })
})

void test('what OCPI cannot say is named at its place, not left out in silence', async (t) => {
  const rules = {
    currency: 'CNY',
    elements: [
      { components: [{ dimension: 'energy', part: 'electricity', price: '0.6' }] },
      { components: [{ dimension: 'energy', part: 'service', price: '0.4' }] },
      { components: [{ dimension: 'idle', price: '6' }], restrictions: { minIdleS: 600 } },
      {
        components: [{ dimension: 'time', price: '1' }],
        restrictions: { groups: ['gold'], signal: { name: 'site-load', atLeast: '80' } }
      }
    ],
    discounts: [{ name: 'FIRST', percent: '10', restrictions: { coupons: ['FIRST'] } }]
  }
  await call('operator', 'POST', '/tariffs', { id: 'ours', name: 'Ours', rules })
  const { losses } = await exportOf('ours', 1)
  t.match(text(losses), /idle/)
  t.match(text(losses), /group/)
  t.match(text(losses), /discount/)
  t.ok(losses.every(({ at, what }) => at.length > 0 && what.length > 10))
})

const refused: readonly (readonly [title: string, rules: object, code: string, says: RegExp])[] = [
  [
    'a window without length',
    {
      elements: [
        { components: [{ dimension: 'energy', price: '1' }], restrictions: { minKwh: '5', maxKwh: '5' } }
      ]
    },
    'tariff-invalid',
    /element|minKwh|maxKwh/
  ]
]
for (const [title, rules, code, says] of refused)
  void test(`the validator explains: ${title}`, async (t) => {
    const answer = await call('operator', 'POST', '/tariffs', {
      name: 'odd',
      rules: { currency: 'EUR', ...rules }
    })
    t.match(answer, { status: 422, body: { code } })
    t.match(text(answer.body), says, 'where it is and what is wrong')
  })

void test('prices are in a currency whose minor units are known, in that of their tariff and of its sites', async (t) => {
  const rules = (currency: string) => ({
    currency,
    elements: [{ components: [{ dimension: 'energy', price: '1' }] }]
  })
  const make = async (id: string, currency: string, siteIds: string[] = []) =>
    call('operator', 'POST', '/tariffs', {
      id,
      name: id,
      rules: rules(currency),
      assignments: siteIds.map((siteId) => ({ siteId }))
    })
  t.match(await make('odd', 'ZZZ'), { status: 422, body: { code: 'currency-unknown' } })
  t.match(await make('odd', 'DEM'), { status: 422, body: { code: 'currency-unknown' } })
  t.match(await make('euros', 'EUR', ['demo-site']), { status: 422, body: { code: 'site-other-currency' } })
  t.match(await make('euros', 'EUR'), { status: 201 }, 'as long as no site of another currency has it')
  const assign = async () =>
    call('operator', 'PUT', '/tariffs/euros/assignments', { assignments: [{ siteId: 'demo-site' }] })
  t.match(await assign(), { status: 422, body: { code: 'site-other-currency' } })
  const next = async (currency: string) =>
    call('operator', 'POST', '/tariffs/euros/versions', { name: 'x', rules: rules(currency) })
  t.match(await next('CNY'), { status: 422, body: { code: 'tariff-other-currency' } })
  t.match(await next('EUR'), { status: 201, body: { version: 2 } })
  t.match(await importAs('euros', { ...ocpi, currency: 'CHF' }), { body: { code: 'tariff-other-currency' } })
  t.match(await importAs('odd', { ...ocpi, currency: 'ZZZ' }), { body: { code: 'currency-unknown' } })
})

void test('a price of a series that nobody has told is said, for the series may come tomorrow', async (t) => {
  const elements = [{ components: [{ dimension: 'energy', price: { series: 'nobody' } }] }]
  const body = { name: 'Spot', rules: { currency: 'EUR', elements } }
  const answer = await call('operator', 'POST', '/tariffs', body)
  t.match(answer, { status: 201, body: { warnings: [{ code: 'series-empty', message: /nobody/ }] } })
})

void test('a version is never edited: the next one follows, the old stays as it was and is exported as it was', async (t) => {
  await importAs('kept', ocpi)
  const first = (await exportOf('kept', 1)).tariff
  const dearer = text(ocpi).replaceAll('0.3,', '0.35,')
  const next = await importAs('kept', JSON.parse(dearer) as object, { validFrom: '2030-01-01T00:00:00Z' })
  t.match(next, { status: 201, body: { version: 2 } })
  t.strictSame((await exportOf('kept', 1)).tariff, first)
  t.match((await exportOf('kept', 2)).tariff.elements[0], { price_components: [{ price: 0.35 }, {}] })
  const { body } = await call('operator', 'GET', '/tariffs/kept')
  t.match(body['versions'], [
    { version: 2, validFrom: '2030-01-01T00:00:00.000Z' },
    { version: 1, validFrom: null }
  ])
  for (const method of ['PUT', 'PATCH', 'DELETE'])
    t.equal((await call('operator', method, '/tariffs/kept/versions/1', {})).status, 404, `no ${method}`)
  t.match(await call('operator', 'GET', '/tariffs/kept/versions/3/ocpi'), { status: 404 })
  t.match(await call('operator', 'GET', '/tariffs/kept/versions/99999999999/ocpi'), { status: 404 })
  t.match(
    await call('stranger', 'GET', '/tariffs/kept/versions/1/ocpi'),
    { status: 404 },
    'of another tenant'
  )
})

const at = (minute: number): string =>
  new Date(Date.parse('2026-03-02T09:00:00Z') + minute * 60_000).toISOString()

/** Ten kilowatt-hours in an hour by rules that cost 1.00 a kWh; full after it, gone half an hour later. */
async function sessionThatIdles(tariffId: string): Promise<string> {
  const sessionId = randomUUID()
  const place = { chargerId: 'PAST', evseId: 1, connectorId: 1 }
  const common = {
    sessionId,
    tokenUid: 'TAG-DRIVER',
    transactionId: '1',
    reservationId: null,
    commandId: null
  }
  const tariff = { tariffId, version: 1 }
  await world.fact({ kind: 'session.started.v1', ...common, ...place, startedAt: at(0), meterStartWh: 0, offline: false, tariff }) // prettier-ignore
  await world.fact({ kind: 'session.suspended.v1', sessionId, at: at(60), suspended: true, by: 'ev' })
  await world.fact({ kind: 'signal.noted.v1', name: 'outside-temperature', at: at(-600), value: '-5' })
  await world.fact({
    kind: 'session.ended.v1',
    sessionId,
    endedAt: at(70),
    meterStopWh: 10_000,
    energyWh: 10_000,
    stopReason: 'local',
    tokenUid: null,
    standing: true,
    review: []
  })
  await world.fact({ kind: 'session.left.v1', sessionId, at: at(90), seen: true })
  return sessionId
}

type Past = {
  sessions: { sessionId: string; billed: Money; would: Money }[]
  leftOut: object[]
  would: Money
}

void test('a look back rates real past sessions with all that was recorded: idling, leaving, signals', async (t) => {
  const energy = { components: [{ dimension: 'energy', price: '1' }] }
  const idle = { components: [{ dimension: 'idle', price: '6' }] }
  const cold = { name: 'cold', percent: '50', on: ['energy'], restrictions: { signal: { name: 'outside-temperature', below: '0' } } } // prettier-ignore
  const make = async (id: string, elements: object[], discounts: object[] = []) =>
    call('operator', 'POST', '/tariffs', {
      id,
      name: id,
      rules: { currency: 'CNY', tax: 'none', elements, discounts }
    })
  await make('past', [energy, idle])
  await make('grace', [energy, { ...idle, restrictions: { minIdleS: 1200 } }])
  await make('winter', [energy, idle], [cold])
  const id = await sessionThatIdles('past')
  await billed(id)
  const look = async (tariff: string) => {
    const body = { siteId: site.siteId, sessions: 10 }
    return (await call('operator', 'POST', `/tariffs/${tariff}/versions/1/preview-past`, body))
      .body as unknown as Past
  }
  const found = async (tariff: string) =>
    (await look(tariff)).sessions.find(({ sessionId }) => sessionId === id)
  t.match(await found('past'), { billed: { amountMinor: 1300 }, would: { amountMinor: 1300 } }, 'itself')
  t.match(await found('grace'), { would: { amountMinor: 1100 } }, 'ten of the thirty minutes')
  t.match(await found('winter'), { would: { amountMinor: 800 } }, 'half the energy, all of the idling')
  t.match(await call('operator', 'POST', '/tariffs/past/versions/9/preview-past', { siteId: site.siteId }), { status: 404 }) // prettier-ignore
  t.match(await call('operator', 'POST', '/tariffs/past/versions/1/preview-past', { siteId: 'nowhere' }), { status: 404 }) // prettier-ignore
  t.match(await call('driver', 'POST', '/tariffs/past/versions/1/preview-past', { siteId: site.siteId }), { status: 403 }) // prettier-ignore
})

const prices = (count: number, price = '0.10') => Array.from({ length: count }, () => price)
const addDay = async (day: string, count: number, more: object = {}) =>
  call('operator', 'POST', '/price-series', {
    name: 'spot',
    day,
    timeZone: 'Europe/Amsterdam',
    currency: 'EUR',
    minutes: 15,
    prices: prices(count),
    ...more
  })

void test('a price series takes 92, 96 and 100 quarter-hours, each on its day; what was told is not rewritten', async (t) => {
  t.match(await addDay('2099-03-29', 92), { status: 201 }, 'the spring day has 23 hours')
  t.match(await addDay('2099-06-01', 96), { status: 201 })
  t.match(await addDay('2099-10-25', 100), { status: 201 }, 'the autumn day has 25')
  t.match(await addDay('2099-03-29', 96), { status: 422, body: { code: 'prices-odd' } })
  t.match(await addDay('2020-01-01', 96), { status: 201 }, 'a day that was missed')
  t.match(await addDay('2020-01-01', 96, { prices: prices(96, '9') }), {
    status: 409,
    body: { code: 'day-has-begun' }
  })
  t.match(await addDay('2099-06-02', 96, { currency: 'GBP' }), { body: { code: 'series-other-currency' } })
  t.match(await call('operator', 'GET', '/price-series/spot/days/2099-03-29'), {
    status: 200,
    body: { prices: prices(92), minutes: 15, revision: 1 }
  })
  t.match(await addDay('2099-06-01', 96, { prices: prices(96, '0.20') }), { body: { revision: 2 } })
  t.match(await call('operator', 'GET', '/price-series/spot/days/2099-06-01'), { body: { revision: 2, prices: prices(96, '0.20') } }) // prettier-ignore
  t.match((await call('operator', 'GET', '/price-series')).body, { items: [{ name: 'spot', days: 4 }] })
  t.match((await call('stranger', 'GET', '/price-series')).body, { items: [] })
  t.match(await call('stranger', 'GET', '/price-series/spot/days/2099-06-01'), { status: 404 })
  t.match(
    await call('operator', 'GET', '/price-series/spot/days/0000-01-01'),
    { status: 404 },
    'no such year'
  )
})
