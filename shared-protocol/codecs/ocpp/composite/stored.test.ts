import { test } from 'tap'
import {
  clear,
  composite,
  keep,
  profileOf16,
  purposeOf,
  schedule16,
  schedule2,
  withoutTransaction,
  type Profile
} from './index.ts'
import { asked, period, profile, station } from './stack.suite.ts'

const ids = (all: readonly Profile[]) => all.map(({ id }) => id)
const stored = [
  profile({ id: 1 }),
  profile({ id: 2, stackLevel: 1 }),
  profile({ id: 3, purpose: 'tx' }),
  profile({ id: 4, evse: 2, purpose: 'tx' })
]

void test('1.6: the same id, or the same purpose and level at the same connector, is replaced', async (t) => {
  t.strictSame(ids(keep(stored, profile({ id: 9 }), '1.6')), [2, 3, 4, 9])
  t.strictSame(ids(keep(stored, profile({ id: 2, evse: 7 }), '1.6')), [1, 3, 4, 2])
})

void test('2.x: only the same id is replaced', async (t) => {
  t.strictSame(ids(keep(stored, profile({ id: 9 }), '2.0.1')), [1, 2, 3, 4, 9])
  t.strictSame(ids(keep(stored, profile({ id: 3 }), '2.1')), [1, 2, 4, 3])
})

const clearings = [
  [{ id: 3, evse: 99 }, [1, 2, 4]],
  [{ purpose: 'tx' }, [1, 2]],
  [{ purpose: 'tx', evse: 1 }, [1, 2, 4]],
  [{ stackLevel: 1 }, [1, 3, 4]],
  [{ evse: 9 }, [1, 2, 3, 4]],
  [{}, []]
] as const

for (const [wanted, left] of clearings) {
  void test(`clearing ${JSON.stringify(wanted)} leaves ${left.join(', ') || 'nothing'}`, async (t) => {
    t.strictSame(ids(clear(stored, wanted)), left)
  })
}

void test('with a transaction its profiles go, at its own EVSE', async (t) => {
  t.strictSame(ids(withoutTransaction(stored, 1)), [1, 2, 4])
})

void test('1.6 answers a gap at the end by silence, one before by what the station can', async (t) => {
  const gap = (first: Partial<Profile>) =>
    schedule16(composite([profile(first)], station(), asked(100)), 32).chargingSchedulePeriod
  t.strictSame(gap({ durationS: 50 }), [{ startPeriod: 0, limit: 16 }])
  t.strictSame(gap({ kind: 'absolute', startMs: asked(0).fromMs + 20_000 }), [
    { startPeriod: 0, limit: 32 },
    { startPeriod: 20, limit: 16 }
  ])
  t.strictSame(gap({ periods: [period(0, 6, { phases: 1 })] }), [
    { startPeriod: 0, limit: 6, numberPhases: 1 }
  ])
})

void test('a word or an instant that cannot be read is an error, never a profile without a limit', async (t) => {
  const wire = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }
  } as const
  t.equal(profileOf16(1, { ...wire, transactionId: 7 }).transactionId, '7')
  t.throws(() => profileOf16(1, { ...wire, validTo: 'tomorrow' }), RangeError)
  t.throws(() => purposeOf('constructor'), RangeError)
})

void test('2.x answers by phase and in both directions, and leaves out what is not said', async (t) => {
  const stack = [
    profile({
      purpose: 'tx',
      durationS: 50,
      periods: [
        period(0, 16, {
          limit: [16, 12, 10],
          setpoint: [-5, null, null],
          discharge: [-6, null, null],
          phases: 3
        })
      ]
    })
  ]
  t.strictSame(schedule2(composite(stack, station({ version: '2.0.1' }), asked(100))), {
    evseId: 1,
    duration: 100,
    scheduleStart: '2026-01-02T03:00:00.000Z',
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      {
        startPeriod: 0,
        limit: 16,
        limit_L2: 12,
        limit_L3: 10,
        dischargeLimit: -6,
        setpoint: -5,
        numberPhases: 3
      },
      { startPeriod: 50 }
    ]
  })
})
