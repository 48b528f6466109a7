import fc from 'fast-check'
import { test } from 'tap'
import {
  clearedProfile,
  fallbackProfile,
  leaseProfile,
  orderedProfile,
  stationMaxProfile,
  trialProfile,
  unitFrom
} from './index.ts'

const now = Date.parse('2026-01-02T03:00:00Z')
const amperes = { unit: 'A', voltageV: 230 } as const
const watts = { unit: 'W', voltageV: 230 } as const
const lease = { connector: 2, transactionId: 77, limitMilliA: 13_370, phases: 3, leaseS: 30 } as const

void test('a set-point in a transaction is a TxProfile that ends with its lease', async (t) => {
  t.strictSame(leaseProfile(lease, now, amperes), {
    connectorId: 2,
    csChargingProfiles: {
      chargingProfileId: 1002,
      transactionId: 77,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      validFrom: '2026-01-02T02:55:00.000Z',
      validTo: '2026-01-02T03:00:30.000Z',
      chargingSchedule: {
        startSchedule: '2026-01-02T02:55:00.000Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 13.3 }]
      }
    }
  })
})

void test('without a transaction it is a default above the stored fallback, and ends as well', async (t) => {
  const { csChargingProfiles: profile } = leaseProfile({ ...lease, transactionId: null }, now, amperes)
  t.equal(profile.chargingProfilePurpose, 'TxDefaultProfile')
  t.equal(profile.validTo, '2026-01-02T03:00:30.000Z')
  t.ok(profile.stackLevel > fallbackProfile(2, 6000, amperes).csChargingProfiles.stackLevel)
  t.not(profile.chargingProfileId, fallbackProfile(2, 6000, amperes).csChargingProfiles.chargingProfileId)
})

void test('fallback and station maximum never end', async (t) => {
  for (const { csChargingProfiles: profile } of [
    fallbackProfile(1, 6000, amperes),
    stationMaxProfile(32_000, now, amperes)
  ]) {
    t.equal(profile.validTo, undefined)
    t.equal(profile.chargingSchedule.duration, undefined)
  }
  t.equal(stationMaxProfile(32_000, now, amperes).connectorId, 0)
})

void test('a charger that only takes watts hears watts', async (t) => {
  const { chargingSchedule } = leaseProfile(
    { ...lease, phases: 1, limitMilliA: 10_000 },
    now,
    watts
  ).csChargingProfiles
  t.equal(chargingSchedule.chargingRateUnit, 'W')
  t.strictSame(chargingSchedule.chargingSchedulePeriod, [{ startPeriod: 0, limit: 2300, numberPhases: 1 }])
})

void test('0 A is a limit of 0, not the absence of one', async (t) => {
  t.equal(
    leaseProfile({ ...lease, limitMilliA: 0 }, now, amperes).csChargingProfiles.chargingSchedule
      .chargingSchedulePeriod[0]?.limit,
    0
  )
})

void test('what is said is never more than what is meant, and at most 0.1 A less', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (limitMilliA) => {
      const said =
        leaseProfile({ ...lease, limitMilliA }, now, amperes).csChargingProfiles.chargingSchedule
          .chargingSchedulePeriod[0]?.limit ?? -1
      const saidMilliA = Math.round(said * 1000)
      return saidMilliA <= limitMilliA && limitMilliA - saidMilliA < 100
    })
  )
  t.pass()
})

void test('profile ids never meet across purposes and connectors', async (t) => {
  const ids = Array.from({ length: 99 }, (_, index) => index + 1).flatMap((connector) => [
    leaseProfile({ ...lease, connector }, now, amperes),
    leaseProfile({ ...lease, connector, transactionId: null }, now, amperes),
    fallbackProfile(connector, 1, amperes),
    orderedProfile(connector, { limitW: 1 }, amperes)
  ])
  const all = [
    ...ids.map((each) => each.csChargingProfiles.chargingProfileId),
    stationMaxProfile(1, now, amperes).csChargingProfiles.chargingProfileId
  ]
  t.equal(new Set(all).size, all.length)
  t.equal(
    clearedProfile(3).id,
    orderedProfile(3, { limitW: 1 }, amperes).csChargingProfiles.chargingProfileId
  )
})

const units = [
  [undefined, 'A'],
  ['Current', 'A'],
  ['Power', 'W'],
  ['Current,Power', 'A'],
  ['power', 'W'],
  ['', 'A']
] as const

for (const [value, unit] of units) {
  void test(`a charger that takes ${JSON.stringify(value)} hears ${unit}`, async (t) => {
    t.equal(unitFrom(value), unit)
  })
}

void test('a station that rounds is told whole amperes, in watts as well', async (t) => {
  const said = (speech: typeof amperes | typeof watts, stepMilliA: number) =>
    leaseProfile(lease, now, { ...speech, stepMilliA }).csChargingProfiles.chargingSchedule
      .chargingSchedulePeriod[0]?.limit
  t.equal(said(amperes, 1_000), 13)
  t.equal(said(amperes, 100), 13.3)
  t.equal(said(watts, 1_000), 13 * 690)
})

void test('a trial is above all defaults, or for a transaction that does not run, and ends by itself', async (t) => {
  const trial = { connector: 2, limitMilliA: 5_500, lastsS: 20 }
  const common = {
    validTo: '2026-01-02T03:00:20.000Z',
    chargingSchedule: { chargingSchedulePeriod: [{ limit: 5.5 }] }
  }
  t.match(trialProfile(trial, false, now, amperes), {
    connectorId: 2,
    csChargingProfiles: {
      chargingProfileId: 6002,
      stackLevel: 3,
      chargingProfilePurpose: 'TxDefaultProfile',
      ...common
    }
  })
  t.match(trialProfile(trial, true, now, amperes), {
    csChargingProfiles: {
      chargingProfileId: 7002,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      ...common
    }
  })
})
