import fc from 'fast-check'
import { test } from 'tap'
import { Fact, History, isFinal, CommandStatus, type FactKind } from './index.ts'

const at = '2026-03-01T08:00:00Z'
const id = '3f1b1f9a-2a34-4a6e-9b7f-0c1d2e3f4a5b'
const limit = { source: 'operator', limitW: 10_000, reason: 'works on the street' }

/** One sound fact of each kind, with every field that may be absent left out. */
const facts: { readonly [Kind in FactKind]: Readonly<Record<string, unknown>> } = {
  'session.started.v1': {
    sessionId: id,
    chargerId: 'CP1',
    evseId: 1,
    connectorId: 1,
    transactionId: '4711',
    tokenUid: 'TAG-1',
    startedAt: at,
    meterStartWh: 1200,
    reservationId: null,
    commandId: null,
    offline: false,
    tariff: { tariffId: 'day', version: 1 }
  },
  'session.reading.v1': { sessionId: id, reading: { at, registerWh: 1500, trust: 'good' } },
  'session.signed.v1': {
    sessionId: id,
    chargerId: 'CP1',
    signed: { at, context: 'Transaction.End', raw: 'OCMF|{}|{}' }
  },
  'session.suspended.v1': { sessionId: id, at, suspended: true, by: 'ev' },
  'session.ended.v1': {
    sessionId: id,
    endedAt: at,
    meterStopWh: 5200,
    energyWh: 4000,
    stopReason: 'local',
    tokenUid: null,
    review: [{ reason: 'stop-lost', detail: 'closed by the last register' }]
  },
  'session.left.v1': { sessionId: id, at, seen: true },
  'reservation.changed.v1': {
    chargerId: 'CP1',
    evseId: 1,
    connectorId: 1,
    reservationId: 7,
    tokenUid: 'TAG-1',
    status: 'used',
    at,
    expiresAt: at,
    sessionId: id
  },
  'signal.noted.v1': { name: 'site-load', at, value: '81.5' },
  'review.raised.v1': {
    reviewId: id,
    chargerId: 'CP1',
    sessionId: null,
    at,
    reason: 'unknown-transaction',
    detail: 'a stop nobody knows',
    raw: '[2,"1","StopTransaction",{}]'
  },
  'raw.kept.v1': { chargerId: 'CP1', sessionId: id, at, action: 'StartTransaction', raw: '[2]' },
  'command.ended.v1': { commandId: id, status: 'accepted', at },
  'charger.booted.v1': {
    chargerId: 'CP1',
    at,
    protocol: 'ocpp1.6',
    registration: 'accepted',
    vendor: 'Maker',
    model: 'Wall',
    serial: null,
    firmware: '1.0'
  },
  'charger.unclaimed.v1': { identity: 'who?', at, protocol: 'ocpp1.6', address: '10.0.0.9', says: null },
  'charger.connection.v1': { chargerId: 'CP1', at, online: false, reason: 'closed' },
  'alarm.raised.v1': {
    alarmId: id,
    code: 'meter-silent',
    severity: 'urgent',
    subject: 'grid-meter',
    at,
    detail: 'no reading',
    advice: 'look at its cable'
  },
  'alarm.cleared.v1': { alarmId: id, code: 'meter-silent', subject: 'grid-meter', at },
  'limit.changed.v1': { at, limitW: 10_000, limitMilliA: [1, 2, 3], reason: 'operator', valid: [limit] },
  'audit.noted.v1': { at, actor: 'local', act: 'limit-put', subject: 'operator', detail: '10 kW' }
}
const history = {
  'sample.connector.v1': {
    connector: 'CP1:1:1',
    sessionId: null,
    limitMilliA: 16_000,
    reading: { at, powerW: 11_000, currentMilliA: [16_000, 16_000, 15_900] }
  },
  'sample.meter.v1': { deviceId: 'grid-meter', limitW: null, reading: { at, powerW: -400 } },
  'sample.participant.v1': { deviceId: 'roof', participant: 'pv', reading: { at, powerW: -3_300 } }
} as const

void test('there is an example of every kind of fact', async (t) => {
  t.strictSame(
    Object.keys(facts),
    Fact.options.map(({ shape }) => shape.kind.value)
  )
  t.strictSame(
    Object.keys(history),
    History.options.map(({ shape }) => shape.kind.value)
  )
})

const all: [schema: typeof Fact | typeof History, kind: string, fields: Readonly<Record<string, unknown>>][] =
  [
    ...Object.entries(facts).map(([kind, fields]): (typeof all)[number] => [Fact, kind, fields]),
    ...Object.entries(history).map(([kind, fields]): (typeof all)[number] => [History, kind, fields])
  ]

for (const [schema, kind, fields] of all) {
  const whole = { kind, ...fields }

  void test(`${kind} goes over the wire as it is`, async (t) => {
    t.strictSame(schema.parse(JSON.parse(JSON.stringify(whole))), whole)
  })

  void test(`${kind} needs each of its fields and bears no other`, async (t) => {
    for (const field of Object.keys(whole)) {
      const { [field]: _gone, ...rest } = whole as Record<string, unknown>
      t.notOk(schema.safeParse(rest).success, `without ${field}`)
      t.notOk(schema.safeParse({ ...whole, [field]: Symbol('odd') }).success, `an odd ${field}`)
    }
    t.notOk(schema.safeParse({ ...whole, further: 1 }).success)
  })
}

void test('time on the wire is UTC with a Z; anything else is refused', async (t) => {
  const suspended = { kind: 'session.suspended.v1', ...facts['session.suspended.v1'] }
  for (const good of ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.123Z', '2024-02-29T23:59:59Z'])
    t.ok(Fact.safeParse({ ...suspended, at: good }).success, good)
  for (const odd of [
    '2026-03-01T08:00:00+08:00',
    '2026-03-01T08:00:00',
    '2026-02-30T08:00:00Z',
    '2026-03-01',
    '',
    0
  ])
    t.notOk(Fact.safeParse({ ...suspended, at: odd }).success, String(odd))
})

void test('a quantity is a whole number that JSON carries exactly', async (t) => {
  const started = { kind: 'session.started.v1', ...facts['session.started.v1'] }
  for (const odd of [0.5, Number.NaN, Infinity, 2 ** 53, '1200'])
    t.notOk(Fact.safeParse({ ...started, meterStartWh: odd }).success, String(odd))
  t.ok(Fact.safeParse({ ...started, meterStartWh: null }).success, 'unknown is null, never 0')
})

void test('no text and no JSON value at all makes the reader throw', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      Fact.safeParse(value)
      History.safeParse(value)
      return !Fact.safeParse(value).success
    }),
    { numRuns: 500 }
  )
  t.pass()
})

void test('a command ends once: four states are final, two are on the way', async (t) => {
  t.strictSame(
    CommandStatus.options.filter((status) => !isFinal(status)),
    ['queued', 'sent']
  )
})
