import { test } from 'tap'
import { basic, knock, open, password, stage, until } from './stage.suite.ts'

const start = { connectorId: 1, idTag: 'TAG-1', meterStart: 100, timestamp: '2026-01-02T03:04:05Z' }

void test('a charger boots, is heard, and gets its answers after the commit', async (t) => {
  const { intake, url } = await stage(t)
  const charger = await open(url('CP1'))
  const boot = await charger.call('BootNotification', {
    chargePointVendor: 'V',
    chargePointModel: 'M',
    firmwareVersion: '1.0'
  })
  t.match(boot, [3, 'm1', { status: 'Accepted', interval: 300, currentTime: /^\d{4}-.*Z$/ }])
  intake.hold()
  charger.send(
    '[2,"status","StatusNotification",{"connectorId":2,"errorCode":"NoError","status":"SuspendedEV","timestamp":"2026-01-02T03:04:05Z"}]'
  )
  await until('the status was reported', () => intake.said.some(({ what }) => what === 'status'))
  charger.send('[2,"beat","Heartbeat",{}]')
  t.equal(charger.heard.length, 0, 'nothing is answered before the commit')
  intake.release()
  t.strictSame(await charger.next(), [3, 'status', {}])
  t.match(await charger.next(), [3, 'beat', { currentTime: /Z$/ }])
  t.match(intake.said.find(({ what }) => what === 'status')?.with, {
    chargerId: 'CP1',
    evseId: 2,
    connectorId: 1,
    status: 'suspended',
    suspendedBy: 'ev',
    at: '2026-01-02T03:04:05.000Z',
    errorCode: null
  })
  charger.ws.close()
  await until('the end was reported', () => intake.said.at(-1)?.what === 'disconnected')
})

void test('a whole session: authorise, start, readings, stop, each once and in order', async (t) => {
  const { intake, url } = await stage(t)
  const charger = await open(url('CP1'))
  t.match(await charger.call('Authorize', { idTag: 'TAG-1' }), [
    3,
    'm1',
    { idTagInfo: { status: 'Accepted', parentIdTag: 'G1' } }
  ])
  t.match(await charger.call('Authorize', { idTag: 'BAD' }), [3, 'm2', { idTagInfo: { status: 'Invalid' } }])
  t.match(await charger.call('StartTransaction', start), [
    3,
    'm3',
    { transactionId: 1000, idTagInfo: { status: 'Accepted' } }
  ])
  const meterValue = [{ timestamp: '2026-01-02T03:14:05Z', sampledValue: [{ value: '1.5', unit: 'kWh' }] }]
  t.strictSame(await charger.call('MeterValues', { connectorId: 1, transactionId: 1000, meterValue }), [
    3,
    'm4',
    {}
  ])
  const stop = {
    transactionId: 1000,
    meterStop: 2100,
    timestamp: '2026-01-02T04:04:05Z',
    reason: 'Remote',
    idTag: 'TAG-1',
    transactionData: meterValue
  }
  t.match(await charger.call('StopTransaction', stop), [3, 'm5', { idTagInfo: { status: 'Accepted' } }])
  const whats = intake.said.map(({ what }) => what)
  t.strictSame(whats, ['connected', 'authorise', 'authorise', 'start', 'readings', 'stop'])
  t.match(intake.said[3]?.with, {
    evseId: 1,
    connectorId: 1,
    tokenUid: 'TAG-1',
    meterStartWh: 100,
    at: '2026-01-02T03:04:05.000Z',
    transactionId: null,
    reservationId: null,
    problems: [],
    raw: /StartTransaction/
  })
  t.match(intake.said[4]?.with, { transactionId: '1000', readings: [{ registerWh: 1500 }], problems: [] })
  t.match(intake.said[5]?.with, {
    transactionId: '1000',
    meterStopWh: 2100,
    reason: 'remote',
    tokenUid: 'TAG-1',
    readings: [{ registerWh: 1500 }],
    problems: []
  })
})

void test('the same start again with new message ids is answered with the same transaction (O19)', async (t) => {
  const { url } = await stage(t)
  const charger = await open(url('CP1'))
  const ids = new Set<unknown>()
  for (let count = 0; count < 20; count++) {
    const [, , answer] = (await charger.call('StartTransaction', start)) as [
      number,
      string,
      { transactionId: number }
    ]
    ids.add(answer.transactionId)
  }
  t.equal(ids.size, 1)
})

void test('a backlog in one burst is answered in order, a stop never before its start', async (t) => {
  const { url, intake } = await stage(t)
  const charger = await open(url('CP1'))
  const count = 500
  for (let each = 0; each < count; each++) {
    const action = each % 2 === 0 ? 'StartTransaction' : 'StopTransaction'
    const payload =
      each % 2 === 0
        ? { ...start, meterStart: each }
        : { transactionId: each, meterStop: each, timestamp: start.timestamp }
    charger.send(JSON.stringify([2, `b${each}`, action, payload]))
  }
  for (let each = 0; each < count; each++) t.match(await charger.next(), [3, `b${each}`])
  t.equal(intake.said.filter(({ what }) => what === 'start' || what === 'stop').length, count)
})

const lenient = [
  ['no connector', 'StartTransaction', { ...start, connectorId: undefined }, 'start'],
  ['a connector that is not there', 'StartTransaction', { ...start, connectorId: 9 }, 'start'],
  ['a register as text', 'StartTransaction', { ...start, meterStart: '100' }, 'start'],
  [
    'a register of 2^53 + 1',
    'StartTransaction',
    '{"connectorId":1,"idTag":"T","meterStart":9007199254740993,"timestamp":"2026-01-02T03:04:05Z"}',
    'start'
  ],
  [
    'a register of 1e400',
    'StartTransaction',
    '{"connectorId":1,"idTag":"T","meterStart":1e400,"timestamp":"2026-01-02T03:04:05Z"}',
    'start'
  ],
  [
    'a key named twice',
    'StartTransaction',
    '{"connectorId":1,"idTag":"T","idTag":"U","meterStart":1,"timestamp":"2026-01-02T03:04:05Z"}',
    'start'
  ],
  ['an idTag that is too long', 'StartTransaction', { ...start, idTag: 'x'.repeat(50) }, 'start'],
  ['no time', 'StartTransaction', { ...start, timestamp: 'noon' }, 'start'],
  ['nothing at all', 'StartTransaction', 'null', 'start'],
  ['a list for an object', 'StopTransaction', '[]', 'stop'],
  [
    'a transaction id as text',
    'StopTransaction',
    { transactionId: '1000', meterStop: 5, timestamp: start.timestamp },
    'stop'
  ],
  [
    'readings that cannot be read',
    'MeterValues',
    { connectorId: 1, transactionId: 7, meterValue: [{ timestamp: 'x', sampledValue: [{ value: 'y' }] }] },
    'readings'
  ],
  [
    'readings that are no list',
    'MeterValues',
    { connectorId: 1, transactionId: 7, meterValue: 'none' },
    'readings'
  ]
] as const

for (const [title, action, payload, what] of lenient) {
  void test(`${action} with ${title} is answered, stored raw and named a problem`, async (t) => {
    const { url, intake } = await stage(t)
    const charger = await open(url('CP1'))
    charger.send(`[2,"x","${action}",${typeof payload === 'string' ? payload : JSON.stringify(payload)}]`)
    t.match(await charger.next(), [3, 'x'])
    const report = intake.said.find((each) => each.what === what)?.with as {
      problems: string[]
      raw: string
      meterStartWh?: unknown
    }
    t.ok(report.problems.length > 0)
    t.match(report.raw, action)
    if (title.includes('2^53') || title.includes('1e400')) t.equal(report.meterStartWh, null)
  })
}

const harmless = [
  ['a vendor’s own field', 'StartTransaction', { ...start, vendorThing: 1 }, 'start'],
  [
    'an unknown reason',
    'StopTransaction',
    { transactionId: 1000, meterStop: 5, timestamp: start.timestamp, reason: 'Because' },
    'stop'
  ],
  [
    'a measurand of its own',
    'MeterValues',
    {
      connectorId: 1,
      transactionId: 7,
      meterValue: [
        { timestamp: start.timestamp, sampledValue: [{ value: '1', measurand: 'Mood' }, { value: '5' }] }
      ]
    },
    'readings'
  ]
] as const

for (const [title, action, payload, what] of harmless) {
  void test(`${action} with ${title} breaks the schema, but no bill is doubtful for it`, async (t) => {
    const { url, intake } = await stage(t)
    const charger = await open(url('CP1'))
    t.match(await charger.call(action, payload), [3, 'm1'])
    t.strictSame(intake.said.find((each) => each.what === what)?.with['problems'], [])
  })
}

const refused = [
  ['an unknown action', '[2,"x","MakeCoffee",{}]', 'NotImplemented'],
  ['an action that is for charge points', '[2,"x","Reset",{"type":"Hard"}]', 'NotSupported'],
  ['a missing field', '[2,"x","BootNotification",{"chargePointVendor":"V"}]', 'OccurenceConstraintViolation'],
  ['a field of the wrong type', '[2,"x","Authorize",{"idTag":7}]', 'TypeConstraintViolation'],
  [
    'an impossible word',
    '[2,"x","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Bored"}]',
    'PropertyConstraintViolation'
  ],
  ['a field that does not belong there', '[2,"x","Heartbeat",{"a":1}]', 'FormationViolation'],
  ['a prototype as a field', '[2,"x","Heartbeat",{"__proto__":{"polluted":1}}]', 'FormationViolation'],
  ['a key named twice', '[2,"x","Authorize",{"idTag":"a","idTag":"b"}]', 'FormationViolation'],
  ['a missing payload', '[2,"x","Heartbeat"]', 'FormationViolation'],
  ['half a frame', '[2,"x","Heartbeat",{', 'FormationViolation'],
  ['depth 20,000', `[2,"x","DataTransfer",${'['.repeat(20_000)}${']'.repeat(20_000)}]`, 'FormationViolation'],
  [
    'readings of no transaction that break the schema',
    '[2,"x","MeterValues",{"connectorId":1,"meterValue":7}]',
    'TypeConstraintViolation'
  ]
] as const

for (const [title, text, code] of refused) {
  void test(`${title} is answered with ${code}, counted, and the line stays`, async (t) => {
    const { url, intake } = await stage(t)
    const charger = await open(url('CP1'))
    charger.send(text)
    t.match(await charger.next(), [4, 'x', code])
    t.equal(intake.said.filter(({ what }) => what === 'rejected').length, 1)
    t.match(await charger.call('Heartbeat', {}), [3, 'm1'])
    t.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })
}

void test('what is kept of a refused message names no card', async (t) => {
  const { url, intake } = await stage(t)
  const charger = await open(url('CP1'))
  t.match(await charger.call('Authorize', { idTag: 'SECRET-CARD', more: 1 }), [4])
  const rejected = intake.said.find(({ what }) => what === 'rejected')
  t.match(rejected?.with['sample'], /Authorize/)
  t.notMatch(JSON.stringify(rejected), /SECRET-CARD/)
})

void test('garbage without an id is answered to "-1", and too much of it ends the line', async (t) => {
  const { url } = await stage(t)
  const charger = await open(url('CP1'))
  charger.send('\uFEFFnonsense')
  t.match(await charger.next(), [4, '-1', 'FormationViolation'])
  for (let count = 0; count < 30; count++) charger.send('{')
  t.match(await charger.closed, { code: 1008 })
})

const closes = [
  [
    '64 kB and more (O13)',
    (send: (data: Buffer | string) => void) =>
      send(`[2,"x","DataTransfer",{"vendorId":"${'x'.repeat(70_000)}"}]`),
    1009
  ],
  ['a binary frame', (send: (data: Buffer | string) => void) => send(Buffer.from([1, 2, 3])), 1003]
] as const

for (const [title, act, code] of closes) {
  void test(`${title}: closed with ${code}`, async (t) => {
    const { url } = await stage(t)
    const charger = await open(url('CP1'))
    act((data) => charger.ws.send(data))
    t.match(await charger.closed, { code })
  })
}

void test('answers to nothing, twice or with a huge id settle nothing and hurt nobody (O15)', async (t) => {
  const { url, driver, ignored } = await stage(t)
  const charger = await open(url('CP1'))
  charger.send('[3,"never-sent",{"status":"Accepted"}]')
  charger.send(`[4,"never-sent","GenericError","",${JSON.stringify({ huge: 'x'.repeat(50_000) })}]`)
  charger.send(`[3,"${'y'.repeat(500)}",{}]`)
  charger.send('[9,"x",{}]')
  const order = driver.perform(
    'CP1',
    { action: 'reset', payload: { type: 'soft' } },
    AbortSignal.timeout(9_000)
  )
  const [, id] = (await charger.next()) as [number, string]
  charger.send(`[3,"other",{"status":"Rejected"}]`)
  charger.send(`[3,"${id}",{"status":"Accepted"}]`)
  charger.send(`[3,"${id}",{"status":"Rejected"}]`)
  t.strictSame(await order, { kind: 'accepted', answer: { status: 'Accepted' } })
  await until('all were seen', () => ignored.length >= 6)
})

void test('an identity with Chinese characters and a query gets in', async (t) => {
  const { url, intake } = await stage(t)
  const charger = await open(`${url(encodeURIComponent('充电桩'))}?token=1`)
  t.match(await charger.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }), [
    3,
    'm1',
    { status: 'Pending' }
  ])
  t.match(intake.said.at(-1), {
    what: 'unclaimed',
    with: { identity: '充电桩', says: { vendor: 'V', model: 'M' } }
  })
})

void test('a pending charger hears Pending', async (t) => {
  const { url } = await stage(t)
  const charger = await open(url('WAITS'))
  t.match(await charger.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }), [
    3,
    'm1',
    { status: 'Pending', interval: 60 }
  ])
})

void test('the password is judged before the upgrade', async (t) => {
  const { url, intake } = await stage(t)
  t.equal(await knock(url('LOCKED')), 401, 'none (O1)')
  t.equal(await knock(url('LOCKED'), { headers: basic('LOCKED', 'wrong') }), 401, 'wrong')
  t.equal(await knock(url('LOCKED'), { headers: basic('CP1', password) }), 401, 'another user name')
  t.equal(await knock(url('TLS2'), { headers: basic('TLS2', password) }), 401, 'profile 2 without TLS')
  t.equal(intake.said.length, 0, 'nothing was opened for them')
  const charger = await open(url('LOCKED'), { headers: basic('LOCKED', password) })
  t.match(await charger.call('Heartbeat', {}), [3])
})

void test('no sub-protocol or only unknown ones: 400 before the upgrade; other paths 404; plain HTTP 426', async (t) => {
  const { url, driver } = await stage(t)
  t.equal(await knock(url('CP1'), { protocols: [] }), 400)
  t.equal(await knock(url('CP1'), { protocols: ['ocpp9.9'] }), 400)
  t.equal(await knock(url('a%2Fb')), 404)
  const { port } = driver.addresses.plain
  t.equal((await fetch(`http://127.0.0.1:${port}/ocpp/CP1`)).status, 426)
})
