import { test } from 'tap'
import { afterOffline, composite, schedule2, type Asked, type Profile, type Station } from './index.ts'
import { asked, at, period, profile, station, t0 } from './stack.suite.ts'

const limits = (
  profiles: readonly Profile[],
  durationS: number,
  over: Partial<Asked> = {},
  where = station()
) => composite(profiles, where, asked(durationS, over)).periods.map(({ startS, limit }) => [startS, limit[0]])

void test('MicroOcpp: a daily schedule of two hours, a gap that says nothing, and the next day', async (t) => {
  const daily = profile({
    kind: 'recurring',
    every: 'day',
    startMs: t0,
    durationS: 7200,
    periods: [period(0, 16), period(3600, 20)]
  })
  t.strictSame(limits([daily], 86_401), [
    [0, 16],
    [3600, 20],
    [7200, null],
    [86_400, 16]
  ])
})

void test('OCTT TC_K_41: Tx before TxDefault under the station’s 10 A', async (t) => {
  const start = { kind: 'absolute', startMs: at(-4) } as const
  const stack = [
    profile({ ...start, evse: 0, purpose: 'station-max', durationS: 86_404, periods: [period(0, 10)] }),
    profile({
      ...start,
      durationS: 304,
      periods: [period(0, 6), period(60, 10), period(120, 8), period(180, 15), period(260, 8)]
    }),
    profile({
      ...start,
      purpose: 'tx',
      transactionId: 'T',
      durationS: 264,
      periods: [period(0, 8), period(50, 11), period(140, 16), period(200, 6), period(240, 12)]
    })
  ]
  t.strictSame(limits(stack, 400), [
    [0, 8],
    [46, 10],
    [196, 6],
    [236, 10],
    [260, 8],
    [300, 10]
  ])
})

const rows: readonly {
  readonly title: string
  readonly stack: readonly Profile[]
  readonly where?: Partial<Station>
  readonly asks?: Partial<Asked>
  readonly periods: readonly (readonly [number, number | null])[]
}[] = [
  { title: 'nothing said is undefined', stack: [], periods: [[0, null]] },
  {
    title: 'nothing said is the default under fill',
    stack: [],
    where: { gap: { kind: 'fill', limitA: 48, limitW: 33_120 } },
    periods: [[0, 48]]
  },
  { title: '0 A is a limit and no gap', stack: [profile({ periods: [period(0, 0)] })], periods: [[0, 0]] },
  {
    title: 'a lower level fills in where the higher is over',
    stack: [profile({ periods: [period(0, 6)] }), profile({ stackLevel: 1, durationS: 50 })],
    periods: [
      [0, 16],
      [50, 6]
    ]
  },
  {
    title: 'the EVSE’s own goes before the station’s on the same level',
    stack: [profile({ periods: [period(0, 7)] }), profile({ evse: 0, periods: [period(0, 9)] })],
    periods: [[0, 7]]
  },
  {
    title: 'another EVSE’s profile says nothing here',
    stack: [profile({ evse: 2 })],
    periods: [[0, null]]
  },
  {
    title: 'another transaction’s profile says nothing here',
    stack: [profile({ purpose: 'tx', transactionId: 'U', periods: [period(0, 8)] }), profile()],
    periods: [[0, 16]]
  },
  {
    title: 'without a transaction only the station’s limits hold',
    stack: [
      profile(),
      profile({ evse: 0, purpose: 'station-max', kind: 'absolute', periods: [period(0, 20)] })
    ],
    where: { evses: [{ id: 1, transaction: null }] },
    periods: [[0, 20]]
  },
  {
    title: 'validity is from the first second to before the last',
    stack: [profile({ validFromMs: at(10), validToMs: at(30) })],
    periods: [
      [0, null],
      [10, 16],
      [30, null]
    ]
  },
  {
    title: 'a relative schedule began with its transaction',
    stack: [profile({ periods: [period(0, 16), period(60, 10)] })],
    where: { evses: [{ id: 1, transaction: { id: 'T', startedMs: at(-30) } }] },
    periods: [
      [0, 16],
      [30, 10]
    ]
  },
  {
    title: 'an absolute schedule without a start of its own began with the charging (1.6 §7.13)',
    stack: [profile({ kind: 'absolute', periods: [period(0, 16), period(60, 10)] })],
    where: { evses: [{ id: 1, transaction: { id: 'T', startedMs: at(-30) } }] },
    periods: [
      [0, 16],
      [30, 10]
    ]
  },
  {
    title: 'a weekly schedule comes again on its weekday',
    stack: [
      profile({
        kind: 'recurring',
        every: 'week',
        startMs: at(50 - 3 * 604_800),
        durationS: 20,
        periods: [period(0, 9)]
      })
    ],
    periods: [
      [0, null],
      [50, 9],
      [70, null]
    ]
  },
  {
    title: 'a dynamic profile counts from its update and runs out when no other comes',
    stack: [profile({ kind: 'dynamic', updatedMs: at(-40), durationS: 60, periods: [period(0, 9)] })],
    periods: [
      [0, 9],
      [20, null]
    ]
  },
  {
    title: 'priority charging takes the place of Tx and TxDefault, not of the station’s maximum',
    stack: [
      profile({ purpose: 'tx', periods: [period(0, 6)] }),
      profile({ purpose: 'priority', periods: [period(0, 32)] }),
      profile({ evse: 0, purpose: 'station-max', kind: 'absolute', startMs: t0, periods: [period(0, 20)] })
    ],
    where: { evses: [{ id: 1, transaction: { id: 'T', startedMs: t0, priority: true } }] },
    periods: [[0, 20]]
  },
  {
    title: 'local generation raises the external constraint only',
    stack: [
      profile({ periods: [period(0, 32)] }),
      profile({ evse: 0, purpose: 'external', kind: 'absolute', startMs: t0, periods: [period(0, 10)] }),
      profile({
        evse: 0,
        purpose: 'local-generation',
        kind: 'absolute',
        startMs: t0,
        durationS: 50,
        periods: [period(0, 5)]
      })
    ],
    periods: [
      [0, 15],
      [50, 10]
    ]
  },
  {
    title: 'local generation in watts raises a constraint in amperes: 3450 W / (230 V × 3) = 5 A',
    stack: [
      profile({ periods: [period(0, 32)] }),
      profile({ evse: 0, purpose: 'external', kind: 'absolute', startMs: t0, periods: [period(0, 10)] }),
      profile({
        evse: 0,
        purpose: 'local-generation',
        kind: 'absolute',
        startMs: t0,
        unit: 'W',
        periods: [period(0, 3450)]
      })
    ],
    periods: [[0, 15]]
  },
  {
    title: 'watts are shared by the phases in use: 6900 W / (230 V × 3) = 10 A',
    stack: [profile({ unit: 'W', periods: [period(0, 6900)] })],
    periods: [[0, 10]]
  },
  {
    title: 'and on one phase 2300 W / 230 V = 10 A',
    stack: [profile({ unit: 'W', periods: [period(0, 2300, { phases: 1 })] })],
    periods: [[0, 10]]
  },
  {
    title: 'away for longer than a profile bears, it does not count',
    stack: [profile({ maxOfflineS: 60, stackLevel: 1 }), profile({ periods: [period(0, 6)] })],
    where: { offlineS: 61 },
    periods: [[0, 6]]
  },
  {
    title: 'away for no longer, it does',
    stack: [profile({ maxOfflineS: 60, stackLevel: 1 }), profile({ periods: [period(0, 6)] })],
    where: { offlineS: 60 },
    periods: [[0, 16]]
  },
  {
    title: 'purposes that are ignored offline',
    stack: [profile()],
    where: { offlineS: 1, ignoredOffline: ['tx-default'] },
    periods: [[0, null]]
  },
  {
    title: 'the station: 16 A and 3680 W on one phase (16 A) are 32 A together',
    stack: [
      profile({ evse: 1, periods: [period(0, 16, { phases: 1 })] }),
      profile({ evse: 2, unit: 'W', periods: [period(0, 3680, { phases: 1 })] })
    ],
    where: {
      evses: [
        { id: 1, transaction: { id: 'T', startedMs: t0 } },
        { id: 2, transaction: { id: 'U', startedMs: t0 } }
      ],
      gap: { kind: 'fill', limitA: 48, limitW: 33_120 }
    },
    asks: { evse: 0 },
    periods: [[0, 32]]
  },
  {
    title: 'the station’s sum is unknown while one EVSE’s is',
    stack: [profile({ evse: 1 })],
    where: {
      evses: [
        { id: 1, transaction: { id: 'T', startedMs: t0 } },
        { id: 2, transaction: { id: 'U', startedMs: t0 } }
      ]
    },
    asks: { evse: 0 },
    periods: [[0, null]]
  },
  {
    title: 'the station’s external constraint binds the sum, not each EVSE alone',
    stack: [
      profile({ evse: 0, purpose: 'external', kind: 'absolute', startMs: t0, periods: [period(0, 10)] }),
      profile({ evse: 0 })
    ],
    where: {
      evses: [
        { id: 1, transaction: { id: 'T', startedMs: t0 } },
        { id: 2, transaction: { id: 'U', startedMs: t0 } }
      ]
    },
    asks: { evse: 0 },
    periods: [[0, 10]]
  }
]

for (const { title, stack, where, asks, periods } of rows) {
  void test(`composite: ${title}`, async (t) => {
    t.strictSame(limits(stack, 100, asks, station(where)), periods)
  })
}

void test('a profile that dies of being offline is deleted, one that only waits is kept', async (t) => {
  const dies = profile({ maxOfflineS: 60, invalidAfterOffline: true })
  const waits = profile({ maxOfflineS: 60 })
  t.strictSame(afterOffline([dies, waits], 61), [waits])
  t.strictSame(afterOffline([dies, waits], 60), [dies, waits])
})

void test('a set-point stays within the limits of both directions', async (t) => {
  const wish = (setpoint: number) =>
    profile({
      purpose: 'tx',
      periods: [period(0, 10, { setpoint: [setpoint, null, null], discharge: [-6, null, null] })]
    })
  const found = (setpoint: number) => composite([wish(setpoint)], station(), asked(10)).periods[0].setpoint[0]
  t.strictSame([25, 7, -4, -9].map(found), [10, 7, -4, -6])
})

void test('where one phase is in use, the one that is named is said, whoever limits the current', async (t) => {
  const one = (phaseToUse: number | null) =>
    profile({
      purpose: 'tx',
      periods: [period(0, 16, { phases: 1, phaseToUse }), period(50, 16, { phases: 3 })]
    })
  const cap = profile({ evse: 0, purpose: 'station-max', kind: 'absolute', periods: [period(0, 10)] })
  const asked2 = composite([cap, one(2)], station({ version: '2.0.1' }), asked(100))
  t.strictSame(schedule2(asked2).chargingSchedulePeriod, [
    { startPeriod: 0, limit: 10, numberPhases: 1, phaseToUse: 2 },
    { startPeriod: 50, limit: 10, numberPhases: 3 }
  ])
  const next = profile({
    purpose: 'tx',
    periods: [period(0, 16, { phases: 1, phaseToUse: 1 }), period(9, 16, { phases: 1, phaseToUse: 3 })]
  })
  t.strictSame(
    composite([next], station(), asked(100)).periods.map(({ startS, phaseToUse }) => [startS, phaseToUse]),
    [
      [0, 1],
      [9, 3]
    ]
  )
  t.equal(composite([one(null)], station(), asked(40)).periods[0].phaseToUse, null)
})

void test('each period names the profile that binds', async (t) => {
  const cap = profile({
    id: 900,
    evse: 0,
    purpose: 'station-max',
    kind: 'absolute',
    startMs: t0,
    periods: [period(0, 12)]
  })
  const own = profile({ id: 901, periods: [period(0, 16), period(50, 8)] })
  t.strictSame(
    composite([cap, own], station(), asked(100)).periods.map(({ by }) => by?.id),
    [900, 901]
  )
})
