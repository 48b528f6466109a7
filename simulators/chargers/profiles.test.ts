import { test } from 'tap'
import type { ChargingProfile } from '@nova/shared-protocol/codecs/ocpp'
import { keep, profileOf16, type Profile } from '@nova/shared-protocol/codecs/ocpp/composite'
import type { Body } from './body.ts'
import { newBody } from './options.ts'
import { allowedMilliA, compositeSchedule, stationMilliA } from './profiles.ts'
import { tempers, type Temper } from './tempers.ts'

const t0 = Date.parse('2026-01-02T03:00:00Z')

/** A station of two outlets of 32 A whose first charges as transaction 7 since `t0`. */
function bodyWith(profiles: readonly Profile[], afterS = 0, temper: Temper = tempers.obedient): Body {
  const outlets = [1, 2].map(() => ({ maxMilliA: 32_000, phases: 3 as const }))
  const body = newBody({ url: '', identity: 'X', outlets, startMs: t0 + afterS * 1000, temper })
  const [first] = body.outlets
  if (first) first.transaction = { local: 'a', id: 7, idTag: 'T', startedMs: t0, meterStartWh: 0 }
  body.profiles = profiles
  return body
}

const outletOf = (body: Body, number = 1) => body.outlets.find((each) => each.number === number)!

type Over = Partial<ChargingProfile> & {
  readonly limit?: number
  readonly connector?: number
  readonly duration?: number
}

function kept({ limit = 16, connector = 1, duration, ...over }: Over): Profile {
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
  return profileOf16(connector, profile)
}

const tx = (over: Over): Profile =>
  kept({ chargingProfileId: 2, chargingProfilePurpose: 'TxProfile', ...over })
const all = (...profiles: readonly Profile[]) =>
  profiles.reduce<readonly Profile[]>((kept, next) => keep(kept, next, '1.6'), [])

const table: readonly {
  readonly title: string
  readonly profiles: readonly Profile[]
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
    const body = bodyWith(all(...profiles), afterS)
    t.equal(allowedMilliA(body, outletOf(body)), allowed)
  })
}

const cap = (limit: number) => kept({ connector: 0, chargingProfilePurpose: 'ChargePointMaxProfile', limit })

void test('profiles: the station’s cap binds its outlets and is a question of its own', async (t) => {
  const body = bodyWith(all(cap(10), kept({ chargingProfileId: 9 })))
  t.equal(stationMilliA(body), 10_000)
  t.equal(allowedMilliA(body, outletOf(body)), 10_000)
  t.equal(stationMilliA(bodyWith([])), null)
})

const said = (body: Body, outlet: number | null, unit: 'A' | 'W' = 'A') =>
  compositeSchedule(body, {
    outlet: outlet === null ? null : outletOf(body, outlet),
    durationS: 60,
    unit
  }).chargingSchedulePeriod.map(({ startPeriod, limit }) => [startPeriod, limit])

void test('the composite schedule says the lease, then the default; without both what the outlet can', async (t) => {
  const lease = tx({ limit: 20, validTo: '2026-01-02T03:00:30Z' })
  const body = bodyWith(all(kept({ limit: 6.5 }), lease))
  t.strictSame(said(body, 1), [
    [0, 20],
    [30, 6.5]
  ])
  t.strictSame(said(body, 2), [[0, 32]])
  t.strictSame(said(body, 1, 'W')[0], [0, 20 * 690])
  t.strictSame(said(bodyWith([]), null), [[0, 64]], 'the station: both outlets together')
})

void test('a default is said before any car is there, as what a car would get', async (t) => {
  t.strictSame(said(bodyWith(all(kept({ connector: 2, limit: 8 }))), 2), [[0, 8]])
})

void test('a rounding station says and obeys whole amperes, a forgetful one says that it knows no limit', async (t) => {
  const rounding = bodyWith(all(kept({ limit: 7.9 })), 0, tempers.rounding)
  t.strictSame(said(rounding, 1), [[0, 7]])
  t.equal(allowedMilliA(rounding, outletOf(rounding)), 7_000)
  t.strictSame(said(bodyWith(all(kept({ limit: 7 })), 0, tempers.forgetful), 1), [[0, 32]])
})
