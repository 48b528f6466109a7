import fc from 'fast-check'
import { test } from 'tap'
import type { Charger } from '@nova/shared-protocol/model'
import {
  changed,
  isAlive,
  measured,
  reported,
  unknownConnector,
  view,
  wishesOf,
  type Change,
  type ConnectorState,
  type Field,
  type Reported
} from './index.ts'

const t0 = '2026-06-01T08:00:00Z'
const later = '2026-06-01T08:00:01Z'
const field: Field = { owner: 'edge', version: 3, value: 'charging', at: t0, expiresAt: null }

const table: readonly (readonly [string, Field | undefined, Change, unknown])[] = [
  ['a first value', undefined, { by: 'edge', value: 1, at: t0 }, { version: 1, owner: 'edge', value: 1 }],
  ["the owner's next", field, { by: 'edge', value: 'x', at: later }, { version: 4, value: 'x' }],
  ["the other side's", field, { by: 'cloud', value: 'x', at: later }, 'not-owner'],
  ['one that is older', field, { by: 'edge', value: 'x', at: '2026-06-01T07:59:59Z' }, 'older'],
  [
    'one for the version that is there',
    field,
    { by: 'edge', value: 'x', at: later, ifVersion: 3 },
    { version: 4 }
  ],
  ['one for a version that was', field, { by: 'edge', value: 'x', at: later, ifVersion: 2 }, 'version-moved'],
  ['one that must be the first', field, { by: 'edge', value: 'x', at: later, ifVersion: 0 }, 'version-moved'],
  ['a numbered one that is newer', field, { by: 'edge', value: 'x', at: t0, version: 9 }, { version: 9 }],
  ['a numbered one that is not newer', field, { by: 'edge', value: 'x', at: later, version: 3 }, 'not-newer'],
  ['a deletion', field, { by: 'edge', value: null, at: later }, { version: 4, value: null }],
  [
    'a late change to what was deleted',
    { ...field, version: 4, value: null },
    { by: 'edge', value: 'x', at: later, version: 4 },
    'not-newer'
  ],
  ['one with a time to live', undefined, { by: 'cloud', value: 1, at: t0, ttlMs: 1000 }, { expiresAt: later }]
]
for (const [what, before, change, wanted] of table) {
  void test(`${what}: ${typeof wanted === 'string' ? wanted : 'taken'}`, async (t) => {
    const after = changed(before, change)
    if (typeof wanted === 'string') t.equal(after, wanted)
    else t.match(after, wanted)
  })
}

void test('versions only grow, whatever is tried', async (t) => {
  const change = fc.record({
    by: fc.constantFrom<'cloud' | 'edge'>('cloud', 'edge'),
    value: fc.integer(),
    at: fc.constantFrom(t0, later),
    version: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined })
  })
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      let now: Field | undefined
      for (const { version, ...rest } of changes) {
        const next = changed(now, version === undefined ? rest : { ...rest, version })
        if (typeof next === 'string') continue
        if (now && (next.version <= now.version || next.owner !== now.owner)) return false
        now = next
      }
      return true
    })
  )
  t.pass()
})

void test('of a charger everything is wanted but its name and what opens its door', async (t) => {
  const wanted = {
    id: 'CP-1',
    identity: 'CP-1',
    protocol: 'ocpp1.6',
    security: { profile: 1, password: 'correct-horse-battery' },
    phaseRotation: 'RST',
    registration: 'accepted',
    managed: true,
    fallbackA: 8,
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
  } satisfies Charger
  t.strictSame(wishesOf(wanted), {
    identity: 'CP-1',
    protocol: 'ocpp1.6',
    phaseRotation: 'RST',
    registration: 'accepted',
    managed: true,
    fallbackA: 8,
    evses: wanted.evses,
    securityProfile: 1
  })
})

void test('a tombstone is dead, and so is what has outlived its time', async (t) => {
  const now = Date.parse(later)
  t.equal(isAlive(field, now), true)
  t.equal(isAlive({ ...field, value: null }, now), false)
  t.equal(isAlive({ ...field, expiresAt: later }, now), false)
  t.equal(isAlive({ ...field, expiresAt: later }, now - 1), true)
})

const report = (at: string | null, heardAt: string, status: Reported['status'] = 'charging'): Reported => ({
  status,
  suspendedBy: null,
  errorCode: null,
  info: null,
  at,
  heardAt
})
const times: readonly (readonly [string, Reported, Reported, boolean])[] = [
  ['a newer one', report(t0, t0), report(later, later), true],
  ['a second one of the same second', report(t0, t0), report(t0, later), true],
  [
    'a stale one after an outage',
    report('2026-06-01T09:00:00Z', '2026-06-01T09:00:00Z'),
    report(t0, '2026-06-01T09:05:00Z'),
    false
  ],
  [
    'one without station time counts by when it was heard',
    report('2026-06-01T09:00:00Z', '2026-06-01T09:00:00Z'),
    report(null, '2026-06-01T09:05:00Z'),
    true
  ],
  [
    'one after another whose clock ran two hours ahead',
    report('2026-06-01T11:00:00Z', '2026-06-01T09:00:00Z'),
    report('2026-06-01T09:00:30Z', '2026-06-01T09:00:31Z'),
    true
  ],
  [
    'one that is two seconds older',
    report('2026-06-01T09:00:00Z', '2026-06-01T09:00:00Z'),
    report('2026-06-01T08:59:58Z', '2026-06-01T09:00:01Z'),
    false
  ],
  [
    'one of a station that forgot the time (1970)',
    report('2026-06-01T09:00:00Z', '2026-06-01T09:00:00Z'),
    report('1970-01-01T00:00:07Z', '2026-06-01T09:00:30Z'),
    true
  ]
]
for (const [what, before, after, taken] of times) {
  void test(`a status: ${what} is ${taken ? 'taken' : 'left out'}`, async (t) => {
    const { state } = reported(unknownConnector, before)
    t.equal(reported(state, after).taken, taken)
  })
}

void test('a clock that was set back is believed when it goes on, and what is older than that is not', async (t) => {
  const behind = (second: number, status: Reported['status'] = 'charging') => {
    const at = Date.parse('2026-06-01T09:00:00Z') + second * 1000
    return report(new Date(at - 60_000).toISOString(), new Date(at).toISOString(), status)
  }
  const known = reported(unknownConnector, report('2026-06-01T09:00:00Z', '2026-06-01T09:00:00Z')).state
  const first = reported(known, behind(1))
  const second = reported(first.state, behind(7, 'available'))
  t.strictSame([first.taken, second.taken], [false, true])
  t.match(second.state, { reported: { status: 'available' }, doubted: { status: null } })
  t.equal(reported(second.state, behind(6)).taken, false)
  t.equal(reported(second.state, behind(8)).taken, true)
})

void test('readings of a clock that was set back are taken from the second on', async (t) => {
  const at = (second: number) => new Date(Date.parse('2026-06-01T09:00:00Z') + second * 1000).toISOString()
  const hear = (state: ConnectorState, stampS: number, heardS: number) =>
    measured(state, [{ at: at(stampS), powerW: stampS }], { heardAt: at(heardS), monotonicMs: heardS })!
  const { state } = hear(unknownConnector, 0, 0)
  const first = hear(state, -3_540, 60)
  const second = hear(first.state, -3_480, 120)
  t.strictSame([first.taken, second.taken], [false, true])
  t.match(first.state, { measured: { reading: { powerW: 0 } }, readingHeardAtMs: 0 })
  t.match(second.state, { measured: { reading: { powerW: -3_480 } }, readingHeardAtMs: 120 })
})

void test('of several readings the newest counts, and an older message changes nothing', async (t) => {
  const heard = { heardAt: '2026-06-01T09:00:00Z', monotonicMs: 5 }
  const { state } = measured(
    unknownConnector,
    [
      { at: later, powerW: 2 },
      { at: t0, powerW: 1 }
    ],
    heard
  )!
  t.equal(state.measured?.reading.powerW, 2)
  t.match(measured(state, [{ at: t0, powerW: 9 }], heard), {
    taken: false,
    state: { measured: state.measured }
  })
  t.equal(measured(unknownConnector, [], heard), null)
})

void test('a session that began after the last word of a free connector is shown, not the word', async (t) => {
  const place = { chargerId: 'CP-1', evseId: 1, connectorId: 1 }
  const session = {
    sessionId: 's',
    transactionId: '1',
    tokenUid: 'TAG',
    startedAt: later,
    meterStartWh: 0,
    energyWh: 0,
    suspendedBy: null
  }
  const shown = (state: ConnectorState, startedAt = later) =>
    view(place, state, { connected: true, session: { ...session, startedAt } }).status
  const said = (status: Reported['status']) => reported(unknownConnector, report(null, t0, status)).state
  t.equal(shown(said('available')), 'charging')
  t.equal(shown(said('available'), t0), 'charging', 'within the same second')
  t.equal(
    shown(said('available'), '2026-06-01T07:59:59Z'),
    'available',
    'the word is newer: the stop was lost'
  )
  for (const status of ['suspended', 'preparing', 'finishing', 'faulted'] as const)
    t.equal(shown(said(status)), status, 'the station says more than we know')
  t.equal(shown(unknownConnector), 'charging', 'of which no word was ever heard')
  t.equal(view(place, said('available'), { connected: false, session }).status, 'offline')
})

void test('a view says offline while the link is down, and null for what nobody knows', async (t) => {
  const place = { chargerId: 'CP-1', evseId: 1, connectorId: 1 }
  t.match(view(place, unknownConnector, { connected: true, session: null }), {
    status: 'offline',
    reading: null,
    statusAt: null,
    readingHeardAtMs: null
  })
  const known = reported(unknownConnector, report(null, t0, 'available')).state
  t.match(view(place, known, { connected: true, session: null }), {
    status: 'available',
    statusAt: t0
  })
  t.match(view(place, known, { connected: false, session: null }), {
    status: 'offline',
    connected: false
  })
})
