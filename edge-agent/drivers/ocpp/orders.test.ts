import { test } from 'tap'
import type { Order } from '@nova/shared-protocol/messages'
import { open, stage, type Client } from './stage.suite.ts'

const patience = () => AbortSignal.timeout(9_000)

/** Answers the next call with `answer` and says what was asked. */
async function answering(
  charger: Client,
  answer: unknown,
  type = 3
): Promise<readonly [action: string, payload: unknown]> {
  const [, id, action, payload] = (await charger.next()) as [number, string, string, unknown]
  charger.send(type === 3 ? JSON.stringify([3, id, answer]) : JSON.stringify([4, id, answer, 'because', {}]))
  return [action, payload]
}

const connector = 'CP1:2:1'
const table: readonly {
  readonly order: Order
  readonly asks: readonly [string, object]
  readonly answer: object
  readonly kind: string
}[] = [
  {
    order: { action: 'start', payload: { connector, tokenUid: 'TAG', authorised: false } },
    asks: ['RemoteStartTransaction', { connectorId: 2, idTag: 'TAG' }],
    answer: { status: 'Accepted' },
    kind: 'accepted'
  },
  {
    order: { action: 'stop', payload: { transactionId: '77' } },
    asks: ['RemoteStopTransaction', { transactionId: 77 }],
    answer: { status: 'Rejected' },
    kind: 'rejected'
  },
  {
    order: { action: 'unlock', payload: { connector } },
    asks: ['UnlockConnector', { connectorId: 2 }],
    answer: { status: 'Unlocked' },
    kind: 'accepted'
  },
  {
    order: { action: 'unlock', payload: { connector } },
    asks: ['UnlockConnector', { connectorId: 2 }],
    answer: { status: 'UnlockFailed' },
    kind: 'rejected'
  },
  {
    order: { action: 'reset', payload: { type: 'hard' } },
    asks: ['Reset', { type: 'Hard' }],
    answer: { status: 'Accepted' },
    kind: 'accepted'
  },
  {
    order: { action: 'clearLimit', payload: { connector } },
    asks: ['ClearChargingProfile', { id: 5002 }],
    answer: { status: 'Accepted' },
    kind: 'accepted'
  },
  {
    order: { action: 'setAvailability', payload: { available: false } },
    asks: ['ChangeAvailability', { connectorId: 0, type: 'Inoperative' }],
    answer: { status: 'Scheduled' },
    kind: 'accepted'
  },
  {
    order: { action: 'setAvailability', payload: { connector, available: true } },
    asks: ['ChangeAvailability', { connectorId: 2, type: 'Operative' }],
    answer: { status: 'Accepted' },
    kind: 'accepted'
  },
  {
    order: {
      action: 'reserve',
      payload: { connector, reservationId: 5, tokenUid: 'TAG', group: 'G', expiresAt: '2026-01-02T03:04:05Z' }
    },
    asks: [
      'ReserveNow',
      { connectorId: 2, reservationId: 5, idTag: 'TAG', parentIdTag: 'G', expiryDate: '2026-01-02T03:04:05Z' }
    ],
    answer: { status: 'Occupied' },
    kind: 'rejected'
  },
  {
    order: { action: 'cancelReservation', payload: { reservationId: 5 } },
    asks: ['CancelReservation', { reservationId: 5 }],
    answer: { status: 'Accepted' },
    kind: 'accepted'
  },
  {
    order: {
      action: 'updateFirmware',
      payload: { location: 'https://x.test/f', retrieveAt: '2026-01-02T03:04:05Z', retries: 2 }
    },
    asks: [
      'UpdateFirmware',
      { location: 'https://x.test/f', retrieveDate: '2026-01-02T03:04:05Z', retries: 2 }
    ],
    answer: {},
    kind: 'accepted'
  },
  {
    order: { action: 'getDiagnostics', payload: { location: 'ftp://x.test/d' } },
    asks: ['GetDiagnostics', { location: 'ftp://x.test/d' }],
    answer: { fileName: 'd.zip' },
    kind: 'accepted'
  },
  {
    order: { action: 'getConfiguration', payload: { keys: ['A'] } },
    asks: ['GetConfiguration', { key: ['A'] }],
    answer: { configurationKey: [] },
    kind: 'accepted'
  },
  {
    order: { action: 'setConfiguration', payload: { key: 'A', value: '1' } },
    asks: ['ChangeConfiguration', { key: 'A', value: '1' }],
    answer: { status: 'RebootRequired' },
    kind: 'accepted'
  },
  {
    order: { action: 'trigger', payload: { message: 'StatusNotification', connector } },
    asks: ['TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 2 }],
    answer: { status: 'NotImplemented' },
    kind: 'rejected'
  },
  {
    order: { action: 'ocpp.ClearCache', payload: {} },
    asks: ['ClearCache', {}],
    answer: { status: 'Accepted' },
    kind: 'accepted'
  },
  {
    order: { action: 'ocpp.GetLocalListVersion', payload: {} },
    asks: ['GetLocalListVersion', {}],
    answer: { listVersion: 3 },
    kind: 'accepted'
  }
]

for (const { order, asks, answer, kind } of table) {
  void test(`order ${order.action}: asks ${asks[0]}; ${JSON.stringify(answer)} is ${kind}`, async (t) => {
    const { url, driver } = await stage(t)
    const charger = await open(url('CP1'))
    const deed = driver.perform('CP1', order, patience())
    t.strictSame(await answering(charger, answer), asks)
    t.strictSame(await deed, { kind, answer })
  })
}

const impossible: readonly (readonly [string, Order, RegExp])[] = [
  [
    'a connector that is not there',
    { action: 'unlock', payload: { connector: 'CP1:9:1' } },
    /not configured/
  ],
  [
    'a token too long for 1.6',
    { action: 'start', payload: { connector, tokenUid: 'x'.repeat(21), authorised: true } },
    /20/
  ],
  [
    'a stop by session only',
    { action: 'stop', payload: { sessionId: crypto.randomUUID() } },
    /transactionId/
  ],
  ['a ground lock', { action: 'lockGround', payload: { connector } }, /ground lock/],
  [
    'an action that OCPP 1.6 does not have',
    { action: 'ocpp.SetVariables', payload: {} },
    /no request SetVariables/
  ],
  ['a message of the charger', { action: 'ocpp.BootNotification', payload: {} }, /no request/],
  ['a raw payload that breaks the schema', { action: 'ocpp.Reset', payload: { type: 'Gently' } }, /type/],
  [
    'a trigger that the schema does not know',
    { action: 'trigger', payload: { message: 'Dance' } },
    /requestedMessage/
  ]
]

for (const [title, order, error] of impossible) {
  void test(`order with ${title}: fails with the reason, nothing is sent`, async (t) => {
    const { url, driver } = await stage(t)
    const charger = await open(url('CP1'))
    await charger.call('Heartbeat', {})
    const deed = await driver.perform('CP1', order, patience())
    t.match(deed, { kind: 'failed', error })
    t.match(await charger.call('Heartbeat', {}), [3, 'm2'])
  })
}

void test('a security profile is never lowered, by whatever way it is asked (O7)', async (t) => {
  const { url, driver } = await stage(t)
  const { basic, password } = await import('./stage.suite.ts')
  await open(url('LOCKED'), { headers: basic('LOCKED', password) })
  for (const order of [
    { action: 'setConfiguration', payload: { key: 'SecurityProfile', value: '0' } },
    { action: 'setConfiguration', payload: { key: 'securityprofile', value: 'none' } },
    { action: 'ocpp.ChangeConfiguration', payload: { key: 'SecurityProfile', value: '0' } },
    {
      action: 'ocpp.DataTransfer',
      payload: { vendorId: 'v', messageId: 'set', data: '{"SecurityProfile":0}' }
    },
    { action: 'ocpp.DataTransfer', payload: { vendorId: 'v', messageId: 'security_profile', data: '0' } }
  ] as const) {
    const outcome = await driver.perform('LOCKED', order, patience())
    t.match(outcome, { kind: 'failed', error: /security profile 1 is not (lowered|changed)/ })
  }
})

void test('an order to nobody, a refusal, a silence, a lost line and a change of mind all end', async (t) => {
  const { url, driver } = await stage(t, { limits: { askMs: 200, tickMs: 20 } })
  const reset: Order = { action: 'reset', payload: { type: 'soft' } }
  t.match(await driver.perform('CP1', reset, patience()), { kind: 'failed', error: /not connected/ })
  const charger = await open(url('CP1'))
  const refusedOrder = driver.perform('CP1', reset, patience())
  await answering(charger, 'NotSupported', 4)
  t.match(await refusedOrder, { kind: 'failed', error: 'NotSupported: because' })
  t.match(await driver.perform('CP1', reset, patience()), { kind: 'failed', error: /in time/ })
  t.match(await driver.perform('CP1', reset, AbortSignal.abort()), { kind: 'failed', error: /given up/ })
  const mind = new AbortController()
  const given = driver.perform('CP1', reset, mind.signal)
  mind.abort()
  t.match(await given, { kind: 'failed', error: /given up/ })
  const lost = driver.perform('CP1', reset, patience())
  charger.ws.terminate()
  t.match(await lost, { kind: 'failed', error: /ended before/ })
})

const point = {
  chargerId: 'CP1',
  evseId: 2,
  connectorId: 1,
  limitMilliA: 10_000,
  phases: 3,
  transactionId: '77',
  leaseS: 30
} as const

void test('a set-point overtakes orders, and the newest of a connector wins', async (t) => {
  const { url, driver } = await stage(t)
  const charger = await open(url('CP1'))
  const orders = [1, 2].map(() =>
    driver.perform('CP1', { action: 'reset', payload: { type: 'soft' } }, patience())
  )
  const old = driver.setPoint(point, patience())
  const young = driver.setPoint({ ...point, limitMilliA: 8_000 }, patience())
  t.match(await old, { kind: 'failed', error: /newer/ })
  t.match(await answering(charger, { status: 'Accepted' }), ['Reset'])
  t.match(await answering(charger, { status: 'Accepted' }), [
    'SetChargingProfile',
    {
      connectorId: 2,
      csChargingProfiles: {
        transactionId: 77,
        chargingProfilePurpose: 'TxProfile',
        chargingSchedule: { chargingSchedulePeriod: [{ limit: 8 }] }
      }
    }
  ])
  t.match(await answering(charger, { status: 'Accepted' }), ['Reset'])
  t.match(await young, { kind: 'accepted' })
  t.match(await Promise.all(orders), [{ kind: 'accepted' }, { kind: 'accepted' }])
})

void test('a charger that refuses amperes is asked once for its unit, and spoken to in watts from then on', async (t) => {
  const { url, driver } = await stage(t)
  const charger = await open(url('CP1'))
  const first = driver.setPoint(point, patience())
  t.match(await answering(charger, { status: 'Rejected' }), ['SetChargingProfile'])
  const unit = {
    configurationKey: [{ key: 'ChargingScheduleAllowedChargingRateUnit', readonly: true, value: 'Power' }]
  }
  t.match(await answering(charger, unit), ['GetConfiguration'])
  t.match(await answering(charger, { status: 'Accepted' }), [
    'SetChargingProfile',
    {
      csChargingProfiles: {
        chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ limit: 6900 }] }
      }
    }
  ])
  t.match(await first, { kind: 'accepted' })
  const second = driver.setPoint(point, patience())
  t.match(await answering(charger, { status: 'Rejected' }), [
    'SetChargingProfile',
    { csChargingProfiles: { chargingSchedule: { chargingRateUnit: 'W' } } }
  ])
  t.match(await second, { kind: 'rejected', answer: { status: 'Rejected' } })
})

void test('a station that knows no ChargePointMaxProfile has still taken its fallback', async (t) => {
  const { url, driver } = await stage(t)
  const charger = await open(url('CP1'))
  const connectors = [{ evseId: 1, connectorId: 1, defaultMilliA: 6_000 }]
  const deed = driver.fallback({ chargerId: 'CP1', stationMaxMilliA: 32_000, connectors }, patience())
  t.match(await answering(charger, { status: 'NotSupported' }), ['SetChargingProfile', { connectorId: 0 }])
  t.match(await answering(charger, { configurationKey: [] }), ['GetConfiguration'])
  t.match(await answering(charger, { status: 'Accepted' }), ['SetChargingProfile', { connectorId: 1 }])
  t.strictSame(await deed, {
    kind: 'accepted',
    answer: [{ status: 'NotSupported' }, { status: 'Accepted' }]
  })
})

void test('the fallback is the station’s cap and each connector’s default; one default refused and it is refused', async (t) => {
  const { url, driver } = await stage(t)
  const charger = await open(url('CP1'))
  const wanted = {
    chargerId: 'CP1',
    stationMaxMilliA: 32_000,
    connectors: [
      { evseId: 1, connectorId: 1, defaultMilliA: 6_000 },
      { evseId: 2, connectorId: 1, defaultMilliA: 0 }
    ]
  }
  const deed = driver.fallback(wanted, patience())
  t.match(await answering(charger, { status: 'Accepted' }), [
    'SetChargingProfile',
    { connectorId: 0, csChargingProfiles: { chargingProfilePurpose: 'ChargePointMaxProfile' } }
  ])
  t.match(await answering(charger, { status: 'Accepted' }), [
    'SetChargingProfile',
    { connectorId: 1, csChargingProfiles: { chargingProfilePurpose: 'TxDefaultProfile' } }
  ])
  t.match(await answering(charger, { status: 'NotSupported' }), [
    'SetChargingProfile',
    { connectorId: 2, csChargingProfiles: { chargingSchedule: { chargingSchedulePeriod: [{ limit: 0 }] } } }
  ])
  t.match(await answering(charger, { configurationKey: [] }), ['GetConfiguration'])
  t.strictSame(await deed, {
    kind: 'rejected',
    answer: [{ status: 'Accepted' }, { status: 'Accepted' }, { status: 'NotSupported' }]
  })
  t.match(
    await driver.fallback(
      { ...wanted, connectors: [{ evseId: 5, connectorId: 1, defaultMilliA: 1 }] },
      patience()
    ),
    { kind: 'failed' }
  )
  t.match(await driver.setPoint({ ...point, transactionId: 'abc' }, patience()), { kind: 'failed' })
  t.match(await driver.setPoint({ ...point, chargerId: 'NOBODY' }, patience()), {
    kind: 'failed',
    error: /not connected/
  })
})
