import fc from 'fast-check'
import { test } from 'tap'
import { backOfficeActions16, readFrame, stationActions16 } from '@nova/shared-protocol/codecs/ocpp'
import { loadValidators16 } from '../schemas/validators.ts'
import { secondIntake } from '../second-intake.suite.ts'
import { chargers } from '../stage.suite.ts'
import { prepare } from './prepare.ts'

const validators = loadValidators16()
const intake = secondIntake(chargers)
const [charger] = chargers
if (!charger) throw new Error('no charger')
const station = {
  chargerId: 'CP1',
  charger,
  intake,
  now: '2026-01-02T03:04:05.000Z',
  heardAt: '2026-01-02T03:04:05.000Z',
  heardMs: 0,
  heartbeatS: 300,
  retryBootS: 60
}

function callOf(action: string, payload: unknown) {
  const frame = readFrame(JSON.stringify([2, 'x', action, payload]))
  if (frame.kind !== 'call') throw new Error(frame.kind)
  return frame
}

void test('the schemas know every message of both directions, request and answer', async (t) => {
  for (const action of [...stationActions16, ...backOfficeActions16]) {
    t.not(validators.request(action, {})?.fault, 'unknown-action', action)
    t.not(validators.answer(action, {})?.fault, 'unknown-action', action)
  }
  t.equal(validators.request('toString', {})?.fault, 'unknown-action')
  t.equal(validators.request('__proto__', {})?.fault, 'unknown-action')
})

const field = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.constantFrom(
    0,
    1,
    -1,
    2 ** 53,
    1.5,
    '',
    '7',
    '2026-01-02T03:04:05Z',
    '1970-01-01T00:00:00Z',
    '2099-01-01T00:00:00Z',
    null
  )
)
const payload = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.record(
    {
      connectorId: field,
      idTag: field,
      meterStart: field,
      meterStop: field,
      timestamp: field,
      transactionId: field,
      reservationId: field,
      reason: field,
      transactionData: field,
      meterValue: fc.oneof(field, fc.array(fc.record({ timestamp: field, sampledValue: field }))),
      vendor: field
    },
    { requiredKeys: [] }
  )
)

void test('no transaction message is refused for its content: each is stored and answered as the schema wants', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('StartTransaction', 'StopTransaction', 'MeterValues'),
      payload,
      async (action, content) => {
        // Through JSON, as it comes over the wire; MeterValues carry money when they name a transaction.
        const body =
          action === 'MeterValues' ? { ...(content as object), transactionId: 1 } : (content ?? null)
        const prepared = prepare(callOf(action, body), validators)
        if (prepared.kind !== 'take') return false
        const before = intake.said.length
        const answer = await prepared.handler(prepared.said, station)
        const stored = intake.said
          .slice(before)
          .some(({ with: report }) => String(report['raw']).includes(action))
        return stored && validators.answer(action, answer) === null
      }
    ),
    { numRuns: 2_000 }
  )
  t.pass()
})

void test('what carries no money is refused when it breaks the schema, and never throws', async (t) => {
  const others = stationActions16.filter(
    (action) => !['StartTransaction', 'StopTransaction', 'MeterValues'].includes(action)
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...others), fc.anything({ maxDepth: 2 }), async (action, content) => {
      const prepared = prepare(callOf(action, content ?? null), validators)
      if (prepared.kind === 'refuse') return prepared.because.length > 0
      return validators.answer(action, await prepared.handler(prepared.said, station)) === null
    })
  )
  t.pass()
})

void test('two faults at once: both are named', async (t) => {
  const frame = readFrame(
    '[2,"x","StartTransaction",{"connectorId":1,"connectorId":"2","idTag":"T","meterStart":1,"timestamp":"2026-01-02T03:04:05Z"}]'
  )
  if (frame.kind !== 'call') throw new Error(frame.kind)
  const prepared = prepare(frame, validators)
  t.match(prepared, { kind: 'take', said: { problems: [/connectorId/, /twice/] } })
})

void test('actions that stations make up are all counted under one name', async (t) => {
  for (const action of ['Frobnicate', 'x'.repeat(64), 'toString']) {
    t.match(prepare(callOf(action, {}), validators), { kind: 'refuse', action: 'unknown' }, action)
  }
  t.match(prepare(callOf('Heartbeat', null), validators), { kind: 'refuse', action: 'Heartbeat' })
  t.match(prepare(callOf('Reset', {}), validators), { kind: 'refuse', action: 'Reset' })
})

void test('a status of no connector at all is answered and changes nothing, not even the station', async (t) => {
  for (const connectorId of ['-1', '1000000']) {
    const frame = readFrame(
      `[2,"x","StatusNotification",{"connectorId":${connectorId},"errorCode":"NoError","status":"Faulted"}]`
    )
    if (frame.kind !== 'call') throw new Error(frame.kind)
    const prepared = prepare(frame, validators)
    if (prepared.kind !== 'take') throw new Error(prepared.because)
    const before = intake.said.filter(({ what }) => what === 'status').length
    t.strictSame(await prepared.handler(prepared.said, station), {})
    t.equal(intake.said.filter(({ what }) => what === 'status').length, before, connectorId)
  }
})

void test('a number that is none is refused by the field, before anybody reads the message', async (t) => {
  const frame = readFrame(
    '[2,"x","StatusNotification",{"connectorId":1e400,"errorCode":"NoError","status":"Faulted"}]'
  )
  if (frame.kind !== 'call') throw new Error(frame.kind)
  t.match(prepare(frame, validators), { kind: 'refuse', because: /connectorId must be integer/ })
})
