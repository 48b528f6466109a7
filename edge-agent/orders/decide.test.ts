import fc from 'fast-check'
import { test } from 'tap'
import type { Order } from '@nova/shared-protocol/messages'
import { decide, type Scene } from './decide.ts'
import type { Reservation } from './needs.ts'
import { charger, view } from './stage.suite.ts'

const scene = (changes: Partial<Scene> = {}): Scene => ({
  charger,
  views: [view()],
  reservations: [],
  storage: 'good',
  voltageV: 230,
  now: Date.parse('2026-01-01T00:00:00Z'),
  token: { status: 'accepted', group: null },
  starting: new Set(),
  running: () => null,
  ...changes
})

const start = (tokenUid = 'TAG-1'): Order => ({
  action: 'start',
  payload: { connector: 'CP-1:1:1', tokenUid, authorised: false }
})

const reserved = (changes: Partial<Reservation> = {}): Reservation => ({
  chargerId: 'CP-1',
  evseId: 1,
  connectorId: 1,
  reservationId: 1,
  tokenUid: 'TAG-1',
  group: null,
  expiresAt: '2099-01-01T00:00:00Z',
  commandId: null,
  status: 'active',
  ...changes
})
const session = {
  sessionId: 's',
  transactionId: '1',
  tokenUid: 'X',
  startedAt: '',
  meterStartWh: 0,
  energyWh: 0,
  suspendedBy: null
}

const table: { title: string; changes: Partial<Scene>; because: RegExp | null; tokenUid?: string }[] = [
  { title: 'a free connector and a good token', changes: {}, because: null },
  {
    title: 'a car is plugged in already',
    changes: { views: [view({ status: 'available' })] },
    because: null
  },
  {
    title: 'the cable of the last session is still in',
    changes: { views: [view({ status: 'finishing' })] },
    because: null
  },
  {
    title: 'a session runs',
    changes: { views: [view({ status: 'charging', session })] },
    because: /occupied by session s/
  },
  {
    title: 'somebody charges whom nobody knows',
    changes: { views: [view({ status: 'charging' })] },
    because: /occupied/
  },
  {
    title: 'out of service',
    changes: { views: [view({ status: 'unavailable' })] },
    because: /out of service/
  },
  { title: 'faulted', changes: { views: [view({ status: 'faulted' })] }, because: /faulted/ },
  {
    title: 'the charger’s line is down',
    changes: { views: [view({ status: 'offline' })] },
    because: /offline/
  },
  { title: 'never heard of', changes: { views: [] }, because: /not known yet/ },
  { title: 'a start on its way', changes: { starting: new Set(['CP-1:1:1']) }, because: /another start/ },
  { title: 'the disk takes nothing', changes: { storage: 'failing' }, because: /cannot record/ },
  { title: 'the disk is nearly full', changes: { storage: 'low' }, because: null },
  {
    title: 'a blocked token',
    changes: { token: { status: 'blocked', group: null } },
    because: /token is blocked/
  },
  {
    title: 'reserved for this token, in other letters',
    changes: { views: [view({ status: 'reserved' })], reservations: [reserved({ tokenUid: 'tag-1' })] },
    because: null
  },
  {
    title: 'reserved for the token’s group',
    changes: {
      views: [view({ status: 'reserved' })],
      reservations: [reserved({ tokenUid: 'OTHER', group: 'G' })],
      token: { status: 'accepted', group: 'G' }
    },
    because: null
  },
  {
    title: 'reserved for another',
    changes: { views: [view({ status: 'reserved' })], reservations: [reserved({ tokenUid: 'OTHER' })] },
    because: /reserved for another/
  },
  {
    title: 'reserved here though the charger does not show it',
    changes: { reservations: [reserved({ tokenUid: 'OTHER' })] },
    because: /reserved for another/
  },
  {
    title: 'reserved by the charger itself',
    changes: { views: [view({ status: 'reserved' })] },
    because: /reserved for another/
  },
  {
    title: 'a reservation that is over',
    changes: { reservations: [reserved({ tokenUid: 'OTHER', status: 'expired' })] },
    because: null
  }
]
for (const { title, changes, because } of table) {
  void test(`start: ${title} → ${because === null ? 'asked' : `refused: ${because.source}`}`, async (t) => {
    const decision = decide(start(), scene(changes))
    t.match(decision, because === null ? { kind: 'start' } : { kind: 'refuse', because })
  })
}

void test('the cloud may vouch for a token that nobody here knows', async (t) => {
  const vouched: Order = {
    action: 'start',
    payload: { connector: 'CP-1:1:1', tokenUid: 'X', authorised: true }
  }
  t.match(decide(vouched, scene({ token: null })), { kind: 'start' })
})

void test('profiles are the control loop’s, unless the charger is not managed', async (t) => {
  for (const action of ['ocpp.SetChargingProfile', 'ocpp.ClearChargingProfile'] as const) {
    t.match(decide({ action, payload: {} }, scene()), { kind: 'refuse', because: /control loop owns/ })
    t.match(decide({ action, payload: {} }, scene({ charger: { ...charger, managed: false } })), {
      kind: 'perform'
    })
  }
  t.match(decide({ action: 'ocpp.GetConfiguration', payload: {} }, scene()), { kind: 'perform' })
  const limit: Order = { action: 'setLimit', payload: { connector: 'CP-1:1:1', limitA: 6 } }
  t.match(decide(limit, scene({ charger: { ...charger, managed: false } })), {
    kind: 'refuse',
    because: /not managed/
  })
})

void test('no start is ever asked of a connector with a session, without storage, or for a token not accepted', async (t) => {
  const status = fc.constantFrom(
    'available',
    'preparing',
    'charging',
    'suspended',
    'finishing',
    'reserved',
    'unavailable',
    'faulted',
    'offline'
  )
  const any = fc.record({
    views: fc
      .record({ status, session: fc.constantFrom(null, session) })
      .map((each) => [view(each as object)]),
    storage: fc.constantFrom('good', 'low', 'failing'),
    token: fc
      .constantFrom('accepted', 'blocked', 'expired', 'invalid', 'concurrent')
      .map((each) => ({ status: each, group: null })),
    reservations: fc.constantFrom([], [reserved()], [reserved({ tokenUid: 'OTHER' })])
  })
  fc.assert(
    fc.property(any, (changes) => {
      const asked = decide(start(), scene(changes)).kind === 'start'
      const [place] = changes.views
      return (
        !asked ||
        (place?.session === null &&
          changes.storage !== 'failing' &&
          changes.token.status === 'accepted' &&
          !['charging', 'suspended', 'unavailable', 'faulted', 'offline'].includes(place.status))
      )
    })
  )
  t.pass()
})

void test('a reservation that would be over already is not asked for', async (t) => {
  const reserve = (expiresAt: string): Order => ({
    action: 'reserve',
    payload: { connector: 'CP-1:1:1', reservationId: 1, tokenUid: 'TAG-1', expiresAt }
  })
  t.match(decide(reserve('2026-01-01T00:00:00Z'), scene()), { kind: 'refuse', because: /would have ended/ })
  t.match(decide(reserve('2026-01-01T00:00:01Z'), scene()), { kind: 'reserve' })
})
