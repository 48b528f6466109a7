import { test } from 'tap'
import type { ChargingProfile } from '@nova/shared-protocol/codecs/ocpp'
import { quirksOf, knownQuirks } from '../quirks/index.ts'
import { countOf, keysOf, switchOf } from './configuration.ts'
import { expectedOf, fits } from './expect.ts'
import { openFindings, speechFor, type Finding } from './finding.ts'
import { noteHeard } from './heard.ts'
import { readSays } from './says.ts'
import { ledOn, noteTold } from './told.ts'

const now = Date.parse('2026-01-02T03:00:00Z')
const iso = (seconds: number) => new Date(now + seconds * 1000).toISOString()

const finding = (): Finding => openFindings({ all: () => new Map(), remember: async () => undefined }).of('A')

type Over = Partial<ChargingProfile> & {
  readonly limit?: number
  readonly unit?: 'A' | 'W'
  readonly phases?: number
}

function tell(known: Finding, connectorId: number, { limit = 6, unit = 'A', phases, ...over }: Over): void {
  const csChargingProfiles: ChargingProfile = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: {
      chargingRateUnit: unit,
      chargingSchedulePeriod: [
        { startPeriod: 0, limit, ...(phases === undefined ? {} : { numberPhases: phases }) }
      ]
    },
    ...over
  }
  noteTold(known, { action: 'SetChargingProfile', payload: { connectorId, csChargingProfiles } }, now)
}

const lease = (limit: number, over: Over = {}): Over => ({
  chargingProfileId: 2,
  chargingProfilePurpose: 'TxProfile',
  transactionId: 7,
  validTo: iso(30),
  limit,
  ...over
})

const at = (over: object = {}) => ({ connector: 1, unit: 'A', voltageV: 230, atMs: now, ...over }) as const

void test('what is expected: the lease, after it the default, and nothing where nothing was told', async (t) => {
  const known = finding()
  tell(known, 1, {})
  tell(known, 1, lease(16))
  t.strictSame(expectedOf(known.told, at()), { limit: 16, ampereIn: 1 })
  t.strictSame(expectedOf(known.told, at({ atMs: now + 30_000 })), { limit: 6, ampereIn: 1 })
  t.equal(expectedOf(known.told, at({ connector: 2 })), null)
  t.match(ledOn(known.told, 1), { id: '7' })
  noteHeard(known, { action: 'StopTransaction', payload: { transactionId: 7 } })
  t.equal(ledOn(known.told, 1), null)
  t.match(expectedOf(known.told, at()), { limit: 6 })
})

void test('what is over is thrown away with the next that is told', async (t) => {
  const known = finding()
  tell(known, 1, lease(16, { validTo: iso(-1) }))
  t.strictSame(known.told, [])
})

void test('a raw profile with an instant that cannot be read is not expected, and breaks nothing', async (t) => {
  const known = finding()
  tell(known, 1, {})
  tell(known, 1, { chargingProfileId: 9, stackLevel: 4, validFrom: 'at noon' })
  t.strictSame(
    known.told.map(({ id }) => id),
    [1]
  )
})

void test('clearing takes from what is expected, by id or by purpose', async (t) => {
  const known = finding()
  tell(known, 1, {})
  tell(known, 2, { chargingProfileId: 5, stackLevel: 2, limit: 9 })
  noteTold(known, { action: 'ClearChargingProfile', payload: { id: 5 } }, now)
  t.strictSame(
    known.told.map(({ id }) => id),
    [1]
  )
  noteTold(
    known,
    {
      action: 'ClearChargingProfile',
      payload: { connectorId: 1, chargingProfilePurpose: 'TxDefaultProfile' }
    },
    now
  )
  t.strictSame(known.told, [])
})

const plateW = 22_080
const comparisons: readonly (readonly [says: number | null, told: number, same: boolean, why: string])[] = [
  [13.4, 13.4, true, 'the same'],
  [13, 13.4, true, 'rounded down'],
  [14, 13.4, false, 'rounded up is more than it may'],
  [12.3, 13.4, false, 'more than an ampere less'],
  [null, 13.4, false, 'no limit at all'],
  [0, 0, true, 'a pause'],
  [6, 0, false, 'no pause'],
  [32, 63, true, 'no more than its plate says'],
  [30, 63, false, 'less than its plate and less than told'],
  [63, 63, true, 'more than its plate, as told']
]

for (const [says, told, same, why] of comparisons) {
  void test(`told ${told} A and says ${says} A: ${same ? 'fits' : 'differs'}, ${why}`, async (t) => {
    const known = finding()
    tell(known, 1, { limit: told })
    t.equal(fits(says, known.told, at(), plateW), same)
  })
}

void test('in watts an ampere is as many watts as phases were told', async (t) => {
  const one = finding()
  tell(one, 1, { unit: 'W', limit: 2300, phases: 1 })
  t.strictSame(expectedOf(one.told, at({ unit: 'W' })), { limit: 2300, ampereIn: 230 })
  t.ok(fits(2300 - 229, one.told, at({ unit: 'W' }), plateW))
  t.notOk(fits(2300 - 231, one.told, at({ unit: 'W' }), plateW))
  t.strictSame(expectedOf(one.told, at()), { limit: 10, ampereIn: 1 }, 'and in amperes the same 10 A')
})

void test('around the end of a lease both limits fit: the clocks may differ', async (t) => {
  const known = finding()
  tell(known, 1, {})
  tell(known, 1, lease(16))
  const end = at({ atMs: now + 28_000 })
  t.ok(fits(16, known.told, end, plateW))
  t.ok(fits(6, known.told, end, plateW))
  t.notOk(fits(6, known.told, at({ atMs: now + 20_000 }), plateW))
})

const answers: readonly (readonly [string, unknown, number | null | undefined])[] = [
  [
    'a schedule',
    {
      status: 'Accepted',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }
    },
    6
  ],
  [
    'a schedule that begins later',
    {
      status: 'Accepted',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 5, limit: 6 }] }
    },
    null
  ],
  [
    'an empty schedule',
    { status: 'Accepted', chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [] } },
    null
  ],
  ['an acceptance without a schedule', { status: 'Accepted' }, undefined],
  ['a refusal', { status: 'Rejected' }, undefined],
  [
    'a period that is none',
    {
      status: 'Accepted',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: '6' }] }
    },
    undefined
  ],
  [
    'null among the periods',
    { status: 'Accepted', chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [null] } },
    undefined
  ],
  [
    'a unit that nobody knows',
    { status: 'Accepted', chargingSchedule: { chargingRateUnit: 'V', chargingSchedulePeriod: [] } },
    undefined
  ],
  ['nothing', null, undefined],
  ['a word', 'Accepted', undefined]
]

for (const [title, payload, limit] of answers) {
  void test(`reading ${title} gives ${limit === undefined ? 'no answer' : limit}`, async (t) => {
    t.equal(readSays(payload)?.atS(0), limit)
  })
}

void test('configuration keys are read as far as they make sense', async (t) => {
  const payload = {
    configurationKey: [
      { key: 'a', value: '5' },
      { key: 'b' },
      null,
      { key: 7, value: 'x' },
      { key: 'c', value: 'TRUE ' }
    ]
  }
  t.strictSame(
    [...keysOf(payload)],
    [
      ['a', '5'],
      ['c', 'TRUE ']
    ]
  )
  t.equal(keysOf(null).size + keysOf({ configurationKey: 'x' }).size, 0)
  t.strictSame(['5', ' 12 ', '', '-1', '1e3', undefined].map(countOf), [5, 12, null, null, null, null])
  t.strictSame(['true', 'FALSE', 'yes', undefined].map(switchOf), [true, false, null, null])
})

void test('a known quirk is found by its plate and overrides; every entry says where it is from', async (t) => {
  const quirk = {
    vendor: /^V$/,
    model: /^M/,
    firmware: /^1\./,
    note: 'n',
    source: 'https://x.test',
    sets: { stepMilliA: 1000 }
  }
  const plate = { vendor: 'V', model: 'M2', firmware: '1.2' }
  t.strictSame(quirksOf([quirk], plate), [quirk])
  t.strictSame(quirksOf([quirk], { ...plate, firmware: '2.0' }), [])
  t.strictSame(quirksOf([quirk], { ...plate, firmware: null }), [])
  t.strictSame(quirksOf([quirk], null), [])
  t.ok(knownQuirks.every(({ source, note }) => source.startsWith('https://') && note.length > 0))
})

void test('what was found is how it is spoken to', async (t) => {
  const known = finding()
  t.strictSame(speechFor(known, 230), { unit: 'A', voltageV: 230 })
  noteHeard(known, { action: 'BootNotification', payload: { chargePointVendor: 'V', chargePointModel: 7 } })
  t.strictSame(known.plate, { vendor: 'V', model: '', firmware: null })
})
