import { test } from 'tap'
import { participantSamples, sampleMeters } from './housekeeping.ts'
import { Charger, type Allocation } from '@nova/shared-protocol/model'
import type { ConnectorView } from '../core/shadow/view.ts'
import { liveOf } from './live.ts'
import { overLimitMeter } from './power.ts'
import type { Rooms } from './rooms.ts'
import { powerSiteOf, strangersAmong, tellMisfits } from './site.ts'

const charger = (changes: object = {}) =>
  Charger.parse({
    id: 'A',
    protocol: 'ocpp1.6',
    identity: 'A',
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 7_400 }] }],
    ...changes
  })

const view = (connectorId: number, changes: Partial<ConnectorView> = {}): ConnectorView => ({
  chargerId: 'A',
  evseId: 1,
  connectorId,
  connected: true,
  status: 'available',
  errorCode: null,
  statusAt: null,
  session: null,
  reading: null,
  readingHeardAtMs: null,
  ...changes
})

/** The few parts of the rooms that the live topics look at. */
function roomsOf(scene: { views: ConnectorView[]; allocation: Allocation | null }): Rooms {
  const parts = {
    version: '1',
    clock: { instant: () => '2026-01-01T00:00:00Z' },
    loop: { allocation: () => scene.allocation },
    intake: {
      views: () => scene.views,
      cost: () => ({ currency: 'CNY', amountMinor: 5 }),
      alarms: { open: () => [] }
    },
    store: {
      health: () => ({ state: 'failing' }),
      desired: { versions: () => ({ tokens: 4 }) },
      outbox: { first: () => 2, newest: () => ({ sequence: 9 }), durable: () => 7 }
    }
  }
  return parts as unknown as Rooms
}

void test('live: at first everything, then only what changed, now and then everything again', async (t) => {
  const scene = { views: [view(1), view(2)], allocation: null as Allocation | null }
  const live = liveOf(roomsOf(scene))
  t.equal(live.connectors()?.length, 2)
  t.equal(live.connectors(), null, 'nothing new')
  scene.views = [view(1), view(2, { status: 'charging' })]
  t.match(live.connectors(), [{ connectorId: 2, status: 'charging', updatedAt: '2026-01-01T00:00:00Z' }])
  const later = Array.from({ length: 30 }, () => live.connectors()?.length ?? 0)
  t.strictSame(
    [later.filter((count) => count === 2).length, later.filter((count) => count > 0).length],
    [1, 1]
  )
})

void test('live: who listens anew hears everything again', async (t) => {
  const live = liveOf(roomsOf({ views: [view(1), view(2)], allocation: null }))
  t.equal(live.connectors()?.length, 2)
  t.equal(live.connectors(), null)
  live.anew()
  t.equal(live.connectors()?.length, 2)
})

void test('live: a new state with an old reading is as new as the state', async (t) => {
  const [statusAt, at] = ['2026-01-01T00:00:10Z', '2026-01-01T00:00:05Z']
  const readingAt = (when: string) => ({ at: when, powerW: 0 }) as unknown as ConnectorView['reading']
  const reading = readingAt(at)
  const told = (changes: Partial<ConnectorView>) =>
    liveOf(roomsOf({ views: [view(1, changes)], allocation: null })).connectors()?.[0]?.updatedAt
  t.equal(told({ reading, statusAt }), statusAt)
  t.equal(told({ reading: readingAt('2026-01-01T00:00:15Z'), statusAt }), '2026-01-01T00:00:15Z')
  t.equal(told({ reading }), at)
})

void test('live: what the last car drew is not told of the empty connector', async (t) => {
  const reading = {
    at: '2026-01-01T00:00:05Z',
    powerW: 6_900,
    socPercent: 55
  } as unknown as ConnectorView['reading']
  const told = (changes: Partial<ConnectorView>) => {
    const [heard] =
      liveOf(roomsOf({ views: [view(1, { reading, ...changes })], allocation: null })).connectors() ?? []
    return [heard?.powerW, heard?.socPercent]
  }
  const session = { sessionId: 's', tokenUid: 'T', energyWh: 1 } as unknown as ConnectorView['session']
  const [before, after] = ['2026-01-01T00:00:04Z', '2026-01-01T00:00:06Z']
  t.strictSame(told({ statusAt: after }), [null, null])
  t.strictSame(told({ statusAt: before }), [6_900, 55], 'measured since: it flows, session or not')
  t.strictSame(told({ statusAt: after, session }), [6_900, 55], 'a session goes on')
  t.strictSame(told({ statusAt: before, session, connected: false }), [null, null], 'nobody knows')
})

void test('live: an allocation is told once; the state names every desired version', async (t) => {
  const scene = { views: [], allocation: null as Allocation | null }
  const live = liveOf(roomsOf(scene))
  t.equal(live.allocation(), null)
  scene.allocation = { connectors: [] as Allocation['connectors'] } as Allocation
  t.equal(live.allocation(), scene.allocation)
  t.equal(live.allocation(), null)
  t.match(live.state(), {
    desired: { chargers: 0, tokens: 4, limits: 0, tariffs: 0 },
    outbox: { facts: { first: 2, last: 9, durable: 7 } },
    storage: 'failing'
  })
})

const doors: [string, Charger[], string[]][] = [
  ['unchanged', [charger()], []],
  ['another fallback', [charger({ fallbackA: 8 })], []],
  ['another password', [charger({ security: { profile: 1, password: '0123456789abcdef' } })], ['A']],
  ['another identity', [charger({ identity: 'B' })], ['A']],
  ['gone', [], ['A']]
]
for (const [title, after, dropped] of doors) {
  void test(`a charger whose configuration is ${title}: ${dropped.length > 0 ? 'its connection ends' : 'it stays connected'}`, async (t) => {
    t.strictSame(strangersAmong([charger()], after), dropped)
  })
}

void test('a charger that is left out has an alarm until it is served, and no other alarm is touched', async (t) => {
  const said: string[] = []
  const open = [
    { code: 'message-rejected', subject: 'charger:OLD' },
    { code: 'message-rejected', subject: 'desired:tokens' },
    { code: 'charger-offline', subject: 'charger:OLD' }
  ]
  const alarms = {
    raise: ({ subject }: { subject: string }) => void said.push(`+${subject}`),
    clear: (code: string, subject: string) => void said.push(`-${code} ${subject}`),
    open: () => open
  }
  const misfit = { row: 'grid L1', wantedA: 9, freeA: 3 }
  tellMisfits({ intake: { alarms } } as unknown as Rooms, {
    leftOut: [{ chargerId: 'NEW', because: 'x' }],
    fallbacks: [
      { chargerId: 'GREEDY', fallbackA: 0, kind: 'refused', misfit },
      { chargerId: 'PATIENT', fallbackA: 0, kind: 'waits', misfit }
    ]
  })
  t.strictSame(said, ['+charger:NEW', '+charger:GREEDY', '-message-rejected charger:OLD'])
})

void test('energy above the limit is counted, a gap or a meter that is not believed is not', async (t) => {
  let nowMs = 0
  let joules = 0
  const told = overLimitMeter({ monotonicMs: () => nowMs }, (more) => (joules += more))
  const after = (ms: number, siteW: number | null) => {
    nowMs += ms
    told({ siteW, limitW: 10_000 })
    return joules
  }
  t.equal(after(1_000, 9_000), 0)
  t.equal(after(1_000, 10_500), 500)
  t.equal(after(500, 11_000), 1_000)
  t.equal(after(1_000, null), 1_000)
  t.equal(after(60_000, 10_100), 1_200, 'at most two seconds of it')
})

void test('the loop knows how much may be fed in, on which phases, and by what word power is shared', async (t) => {
  const wiring = {
    grid: { limitA: [63, 63, 63] as [number, number, number], voltageV: 230, baseLoadReserveW: 0 },
    circuits: [],
    failsafe: { cloudSilentSeconds: 120, limitW: null, meterSilentSeconds: 5 },
    site: { timeZone: 'UTC' }
  }
  const device = (kind: 'pv' | 'battery', phaseRotation: 'RST' | 'S', feedsInW: number) => ({
    participant: {
      id: kind,
      kind,
      circuit: 'grid',
      phaseRotation,
      rating: { leastW: -feedsInW, mostW: 0 },
      capacityWh: null,
      minSocPercent: null
    },
    address: 'tcp://127.0.0.1:502',
    unit: 1,
    trip: null
  })
  t.notOk('feedsIn' in powerSiteOf(wiring, []), 'a site without generation')
  const participants = [device('pv', 'RST', 6_900), device('battery', 'S', 2_300)]
  t.match(powerSiteOf({ ...wiring, participants, power: { strategy: 'least-laxity' } }, []), {
    feedsIn: true,
    feedInMilliA: [10_000, 20_000, 10_000], // 6,900 W / 3 / 230 V, and 2,300 W / 230 V on L2.
    strategy: 'least-laxity'
  })
})

void test('what batteries and inverters show is sampled; one that is not heard leaves a gap', async (t) => {
  const part = (id: string, kind: 'pv' | 'battery', takenAtMs: number | null) => ({
    participant: { id, kind },
    latest: () =>
      takenAtMs === null
        ? null
        : {
            takenAtMs,
            reading: { at: '2026-03-01T10:00:00Z', totalW: -3_300.4, socPercent: kind === 'pv' ? null : 40 }
          }
  })
  const participants = [
    part('roof', 'pv', 90_000),
    part('store', 'battery', 90_000),
    part('old', 'pv', 80_000),
    part('new', 'pv', null)
  ]
  const rooms = { participants, clock: { monotonicMs: () => 100_000 } } as unknown as Parameters<
    typeof participantSamples
  >[0]
  t.strictSame(participantSamples(rooms), [
    {
      kind: 'sample.participant.v1',
      deviceId: 'roof',
      participant: 'pv',
      reading: { at: '2026-03-01T10:00:00Z', powerW: -3_300 }
    },
    {
      kind: 'sample.participant.v1',
      deviceId: 'store',
      participant: 'battery',
      reading: { at: '2026-03-01T10:00:00Z', powerW: -3_300, socPercent: 40 }
    }
  ])
})

void test('what a meter shows is a sample of the history and the newest word in its shadow, in one commit', async (t) => {
  const reading = { at: '2026-06-01T08:00:00Z', powerW: 1_200 }
  const written: unknown[] = []
  let commits = 0
  const rooms = {
    meters: [
      { id: 'grid-meter', model: 'x', driver: { latest: () => ({ reading, takenAtMs: 0 }) } },
      { id: 'silent', model: 'x', driver: { latest: () => null } }
    ],
    participants: [],
    clock: { monotonicMs: () => 0 },
    loop: null,
    intake: { keepReported: (...said: unknown[]) => void written.push(said) },
    store: {
      commit: async (write: () => unknown) => {
        commits++
        return write()
      },
      outbox: { append: (lane: string, key: string) => void written.push([lane, key]) }
    }
  }
  await sampleMeters(rooms as unknown as Parameters<typeof sampleMeters>[0])
  t.equal(commits, 1)
  t.strictSame(written, [
    ['history', 'meter:grid-meter:2026-06-01T08:00:00Z'],
    ['grid-meter', 'reading', reading, reading.at]
  ])
})
