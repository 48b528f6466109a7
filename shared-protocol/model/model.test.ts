import fc from 'fast-check'
import { test } from 'tap'
import {
  Charger,
  connectorKey,
  phasesOf,
  PhaseRotation,
  readConnectorKey,
  Reading,
  SiteLimit
} from './index.ts'

void test('a connector key names charger, EVSE and connector, and comes back whole', async (t) => {
  const address = fc.record(
    {
      chargerId: fc.stringMatching(/^[A-Za-z0-9_-]{1,48}$/),
      evseId: fc.integer({ min: 0, max: 99 }),
      connectorId: fc.integer({ min: 0, max: 99 })
    },
    { noNullPrototype: true }
  )
  fc.assert(
    fc.property(address, (each) => {
      t.strictSame(readConnectorKey(connectorKey(each)), each)
    })
  )
  for (const odd of ['', 'a', 'a:1', 'a:1:x', 'a:1:1:1', 'ü:1:1', `${'x'.repeat(49)}:1:1`])
    t.throws(() => readConnectorKey(odd), RangeError, odd)
})

void test('every rotation names each grid phase at most once', async (t) => {
  for (const rotation of PhaseRotation.options) {
    const phases = phasesOf(rotation)
    t.equal(new Set(phases).size, rotation.length)
  }
  t.strictSame(phasesOf('STR'), [1, 2, 0])
  t.strictSame(phasesOf('T'), [2])
})

void test('a limit says at least one quantity, and ends after it begins', async (t) => {
  const reason = 'contract'
  t.notOk(SiteLimit.safeParse({ source: 'operator', reason }).success)
  t.notOk(SiteLimit.safeParse({ source: 'operator', reason, limitW: Number.NaN }).success)
  t.notOk(SiteLimit.safeParse({ source: 'operator', reason, limitW: -1 }).success)
  t.notOk(
    SiteLimit.safeParse({
      source: 'operator',
      reason,
      limitW: 0,
      from: '2026-01-02T00:00:00Z',
      until: '2026-01-01T00:00:00Z'
    }).success
  )
  t.strictSame(SiteLimit.parse({ source: 'operator', reason, limitA: 32 }).limitA, [32, 32, 32])
  t.equal(SiteLimit.parse({ source: 'operator', reason, limitW: 0 }).limitW, 0)
})

void test('a charger of few words gets the stated defaults', async (t) => {
  const charger = Charger.parse({
    id: 'CP1',
    protocol: 'ocpp1.6',
    identity: 'CP1',
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22000 }] }]
  })
  t.match(charger, {
    phaseRotation: 'RST',
    registration: 'accepted',
    managed: true,
    security: { profile: 0 }
  })
})

void test('an unknown field is refused, a missing quantity stays unknown', async (t) => {
  t.notOk(Reading.safeParse({ at: '2026-01-01T00:00:00Z', power: 1 }).success)
  t.strictSame(Reading.parse({ at: '2026-01-01T00:00:00Z' }), { at: '2026-01-01T00:00:00Z' })
})
