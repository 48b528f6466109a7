import fc from 'fast-check'
import { test } from 'tap'
import type { ChargingProfile } from '@nova/shared-protocol/codecs/ocpp'
import { allowedMilliA, clear, composite, keep, stationMilliA, type Kept } from './profiles.ts'

const t0 = Date.parse('2026-01-02T03:00:00Z')
const asked = { connector: 1, voltageV: 230, phases: 3, transaction: { id: 7, startedMs: t0 } } as const

type Over = Partial<ChargingProfile> & {
  readonly limit?: number
  readonly connector?: number
  readonly duration?: number
}

function kept({ limit = 16, connector = 1, duration, ...over }: Over): Kept {
  const profile: ChargingProfile = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      ...(duration === undefined ? {} : { duration })
    },
    ...over
  }
  return { connector, profile }
}

const tx = (over: Over): Kept => kept({ chargingProfileId: 2, chargingProfilePurpose: 'TxProfile', ...over })
const all = (...profiles: readonly Kept[]) => profiles.reduce<readonly Kept[]>(keep, [])

const table: readonly {
  readonly title: string
  readonly profiles: readonly Kept[]
  readonly afterS?: number
  readonly allowed: number | null
}[] = [
  { title: 'nothing said', profiles: [], allowed: null },
  { title: 'the default counts', profiles: [kept({ limit: 16 })], allowed: 16_000 },
  {
    title: 'the transaction’s profile goes before the default',
    profiles: [kept({ limit: 6 }), tx({ limit: 20 })],
    allowed: 20_000
  },
  {
    title: 'the station’s default counts for its connectors',
    profiles: [kept({ connector: 0, limit: 10 })],
    allowed: 10_000
  },
  {
    title: 'the connector’s own goes before the station’s',
    profiles: [kept({ connector: 0, limit: 10 }), kept({ chargingProfileId: 9, limit: 12 })],
    allowed: 12_000
  },
  {
    title: 'the higher level leads',
    profiles: [kept({ limit: 16 }), kept({ chargingProfileId: 9, stackLevel: 1, limit: 8 })],
    allowed: 8_000
  },
  {
    title: 'another connector’s profile says nothing here',
    profiles: [kept({ connector: 2 })],
    allowed: null
  },
  {
    title: 'another transaction’s profile says nothing here',
    profiles: [tx({ transactionId: 8 })],
    allowed: null
  },
  {
    title: 'a lease that is over gives way to the default',
    profiles: [kept({ limit: 6 }), tx({ limit: 20, validTo: '2026-01-02T03:00:30Z' })],
    afterS: 30,
    allowed: 6_000
  },
  {
    title: 'a lease holds until its last millisecond',
    profiles: [kept({ limit: 6 }), tx({ limit: 20, validTo: '2026-01-02T03:00:30Z' })],
    afterS: 29.999,
    allowed: 20_000
  },
  {
    title: 'a schedule that is over gives way too',
    profiles: [kept({ limit: 6 }), tx({ limit: 20, duration: 30 })],
    afterS: 31,
    allowed: 6_000
  },
  {
    title: 'a profile that is not valid yet waits',
    profiles: [tx({ validFrom: '2026-01-02T03:01:00Z' })],
    allowed: null
  },
  { title: '0 A is a limit', profiles: [kept({ limit: 0 })], allowed: 0 },
  {
    title: 'watts are shared by the phases in use',
    profiles: [
      kept({
        chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6900 }] }
      })
    ],
    allowed: 10_000
  },
  {
    title: 'a daily profile comes round again',
    profiles: [
      kept({
        chargingProfileKind: 'Recurring',
        recurrencyKind: 'Daily',
        chargingSchedule: {
          chargingRateUnit: 'A',
          startSchedule: '2025-12-01T00:00:00Z',
          duration: 86_400,
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 32 },
            { startPeriod: 3 * 3600, limit: 7 }
          ]
        }
      })
    ],
    allowed: 7_000
  }
]

for (const { title, profiles, afterS = 0, allowed } of table) {
  void test(`profiles: ${title}`, async (t) => {
    t.equal(allowedMilliA(all(...profiles), asked, t0 + afterS * 1000), allowed)
  })
}

void test('profiles: the same id, or the same purpose and level, is replaced; clearing takes what fits', async (t) => {
  const both = all(
    kept({ limit: 6 }),
    kept({ limit: 7 }),
    kept({ chargingProfileId: 5, limit: 8 }),
    tx({ limit: 9 })
  )
  t.strictSame(
    both.map(({ profile }) => profile.chargingProfileId),
    [5, 2]
  )
  t.equal(clear(both, { id: 5 }).length, 1)
  t.equal(clear(both, { chargingProfilePurpose: 'TxProfile' }).length, 1)
  t.equal(clear(both, { connectorId: 9 }).length, 2)
  t.equal(clear(both, {}).length, 0)
})

void test('profiles: the station’s cap is its own question', async (t) => {
  const cap = kept({ connector: 0, chargingProfilePurpose: 'ChargePointMaxProfile', limit: 40 })
  t.equal(stationMilliA(all(cap), 230, t0), 40_000)
  t.equal(allowedMilliA(all(cap), asked, t0), null)
})

void test('the composite schedule is what would have been allowed at each second', async (t) => {
  const limit = fc.integer({ min: 0, max: 32 })
  const some = fc.array(
    fc.record({
      level: fc.nat(2),
      limit,
      from: fc.nat(100),
      lasts: fc.integer({ min: 1, max: 100 }),
      purpose: fc.constantFrom('TxProfile', 'TxDefaultProfile', 'ChargePointMaxProfile')
    }),
    { maxLength: 6 }
  )
  fc.assert(
    fc.property(some, (wanted) => {
      const profiles = wanted.map(({ level, from, lasts, purpose, limit: amps }, index) =>
        kept({
          chargingProfileId: index,
          stackLevel: level,
          connector: purpose === 'ChargePointMaxProfile' ? 0 : 1,
          chargingProfilePurpose: purpose,
          chargingProfileKind: 'Absolute',
          chargingSchedule: {
            chargingRateUnit: 'A',
            startSchedule: new Date(t0 + from * 1000).toISOString(),
            duration: lasts,
            chargingSchedulePeriod: [{ startPeriod: 0, limit: amps }]
          }
        })
      )
      const stack = all(...profiles)
      const { chargingSchedulePeriod: periods } = composite(stack, asked, {
        fromMs: t0,
        durationS: 150,
        unlimitedMilliA: 32_000
      })
      return Array.from({ length: 150 }, (_, second) => second).every((second) => {
        const now = t0 + second * 1000
        const own = allowedMilliA(stack, asked, now) ?? 32_000
        const expected = Math.min(own, stationMilliA(stack, 230, now) ?? own)
        return periods.findLast(({ startPeriod }) => startPeriod <= second)?.limit === expected / 1000
      })
    })
  )
  t.pass()
})
