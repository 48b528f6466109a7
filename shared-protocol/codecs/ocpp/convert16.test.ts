import fc from 'fast-check'
import { test } from 'tap'
import { Charger } from '../../model/index.ts'
import { epochMsOf } from '../../units/index.ts'
import {
  instantAt,
  numberOf,
  placeOf,
  readInstant,
  readStatus16,
  readStopReason16,
  scaled,
  isTransactional
} from './index.ts'

const decimals = [
  ['1234', 0, 1234],
  ['12.3456', 3, 12_346],
  ['12.3455', 3, 12_346],
  ['12.3454', 3, 12_345],
  ['0.1', 3, 100],
  ['.5', 0, 1],
  ['5.', 0, 5],
  ['-0.5', 0, -1],
  ['1.005', 2, 101],
  ['1e3', 0, 1000],
  ['1.5E-1', 3, 150],
  [' 7 ', 0, 7],
  ['9007199254740991', 0, 9_007_199_254_740_991],
  ['9007199254740993', 0, null],
  ['1e400', 0, null],
  ['Infinity', 0, null],
  ['NaN', 0, null],
  ['12,5', 0, null],
  ['', 0, null],
  ['.', 0, null],
  ['0x10', 0, null],
  [12.5, 3, 12_500],
  [Number.POSITIVE_INFINITY, 0, null],
  [null, 0, null]
] as const

for (const [text, shift, whole] of decimals) {
  void test(`${JSON.stringify(text)} times 10^${shift} is ${whole}`, async (t) => {
    t.equal(scaled(text, shift), whole)
  })
}

void test('decimals are exact where binary floats are not', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (milli) => {
      const text = `${Math.floor(milli / 1000)}.${String(milli % 1000).padStart(3, '0')}`
      return scaled(text, 3) === milli
    })
  )
  t.pass()
})

const instants = [
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.6789123Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.6Z', '2026-01-02T03:04:05.600Z'],
  ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02 03:04:05z', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02T03:04Z', '2026-01-02T03:04:00.000Z'],
  ['2026-01-02T03:04:05+08:00', '2026-01-01T19:04:05.000Z'],
  ['2026-01-02T03:04:05-0530', '2026-01-02T08:34:05.000Z'],
  ['2028-02-29T12:00:00Z', '2028-02-29T12:00:00.000Z'],
  ['2026-02-29T12:00:00Z', null],
  ['2026-13-01T00:00:00Z', null],
  ['2026-01-01T24:30:00Z', null],
  ['yesterday', null],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  [1_700_000_000, null],
  [undefined, null],
  ['2026-01-02T03:04:05Z'.padEnd(50), null]
] as const

for (const [text, instant] of instants) {
  void test(`the time ${JSON.stringify(text)} is ${instant}`, async (t) => {
    t.equal(readInstant(text), instant)
  })
}

void test('the system form of an instant is read as it stands, and compares as text', async (t) => {
  const ms = fc.integer({ min: 0, max: 4_102_444_800_000 })
  fc.assert(
    fc.property(ms, ms, (a, b) => {
      const [one, two] = [instantAt(a), instantAt(b)]
      return (
        readInstant(one) === one &&
        epochMsOf(one) === a &&
        Math.sign(a - b) === (one < two ? -1 : one > two ? 1 : 0)
      )
    })
  )
  t.pass()
})

const evse = (id: number, connectors: number) => ({
  id,
  connectors: Array.from({ length: connectors }, (_, index) => ({
    id: index + 1,
    type: 'type2' as const,
    maxPowerW: 22_000
  }))
})
const plan = (...evses: readonly ReturnType<typeof evse>[]) =>
  Charger.parse({ id: 'C', protocol: 'ocpp1.6', identity: 'C', evses })

const places = [
  {
    title: 'three EVSEs with one connector: number 3 is EVSE 3',
    plan: plan(evse(1, 1), evse(2, 1), evse(3, 1)),
    number: 3,
    place: [3, 1, true]
  },
  {
    title: 'one EVSE with two connectors: number 2 is its second',
    plan: plan(evse(1, 2)),
    number: 2,
    place: [1, 2, true]
  },
  {
    title: 'mixed: numbers count through',
    plan: plan(evse(1, 2), evse(2, 1)),
    number: 3,
    place: [2, 1, true]
  },
  {
    title: 'EVSE ids are the plan’s own',
    plan: plan(evse(7, 1), evse(9, 1)),
    number: 2,
    place: [9, 1, true]
  },
  { title: '0 is the station', plan: plan(evse(1, 1)), number: 0, place: [0, 0, true] },
  {
    title: 'a number beyond the plan is not guessed',
    plan: plan(evse(1, 1)),
    number: 4,
    place: [4, 1, false]
  },
  { title: 'a word is no number', plan: plan(evse(1, 1)), number: 'one', place: [0, 0, false] },
  {
    title: 'a huge number is no number',
    plan: plan(evse(1, 1)),
    number: 2 ** 60,
    place: [0, 0, false]
  },
  { title: 'a negative number is no number', plan: plan(evse(1, 1)), number: -1, place: [0, 0, false] }
] as const

for (const each of places) {
  void test(`connectors: ${each.title}`, async (t) => {
    const [evseId, connectorId, known] = each.place
    t.strictSame(placeOf(each.plan, each.number), { evseId, connectorId, known })
  })
}

void test('the station’s number of a connector and back is the same connector', async (t) => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(shapes, (counts) => {
      const charger = plan(...counts.map((count, index) => evse(index + 1, count)))
      return charger.evses.every((each) =>
        each.connectors.every(({ id }) => {
          const address = { evseId: each.id, connectorId: id }
          const number = numberOf(charger, address)
          const back = placeOf(charger, number)
          return back.known && back.evseId === address.evseId && back.connectorId === address.connectorId
        })
      )
    })
  )
  t.equal(numberOf(plan(evse(1, 1)), { evseId: 2, connectorId: 1 }), null)
})

void test('statuses tell who suspended, and keep warnings apart from faults', async (t) => {
  t.strictSame(readStatus16('SuspendedEVSE', 'NoError'), {
    status: 'suspended',
    suspendedBy: 'evse',
    errorCode: null
  })
  t.strictSame(readStatus16('SuspendedEV', 'NoError'), {
    status: 'suspended',
    suspendedBy: 'ev',
    errorCode: null
  })
  t.strictSame(readStatus16('Charging', 'WeakSignal'), {
    status: 'charging',
    suspendedBy: null,
    errorCode: 'WeakSignal'
  })
  t.strictSame(readStatus16('Faulted', 'GroundFailure'), {
    status: 'faulted',
    suspendedBy: null,
    errorCode: 'GroundFailure'
  })
})

const reasons = [
  [undefined, 'local'],
  ['Remote', 'remote'],
  ['EVDisconnected', 'ev-disconnected'],
  ['DeAuthorized', 'deauthorised'],
  ['HardReset', 'reboot'],
  ['PowerLoss', 'power-loss'],
  ['Whatever', 'other'],
  [7, 'other']
] as const

for (const [reason, word] of reasons) {
  void test(`a stop for ${JSON.stringify(reason)} is ${word}`, async (t) => {
    t.equal(readStopReason16(reason), word)
  })
}

void test('what carries money is known by its action, MeterValues by its transaction', async (t) => {
  t.ok(isTransactional('StartTransaction', null))
  t.ok(isTransactional('StopTransaction', []))
  t.ok(isTransactional('TransactionEvent', {}))
  t.ok(isTransactional('MeterValues', { transactionId: 'odd' }))
  t.notOk(isTransactional('MeterValues', {}))
  t.notOk(isTransactional('MeterValues', null))
  t.notOk(isTransactional('StatusNotification', {}))
})
