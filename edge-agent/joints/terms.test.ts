import { Charger } from '@nova/shared-protocol/model'
import { test } from 'tap'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Capabilities } from '../drivers/contract.ts'
import type { Wish } from '../orders/index.ts'
import { rampOf } from './power.ts'
import { saidKeeper, termsKeeper, type Sources } from './terms.ts'

const startedAt = '2026-03-01T10:00:00Z'
const startMs = Date.parse(startedAt)
const charger = Charger.parse({
  id: 'A',
  protocol: 'ocpp1.6',
  identity: 'A',
  evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 11_000 }] }]
})

const view = (energyWh: number | null): ConnectorView => ({
  chargerId: 'A',
  evseId: 1,
  connectorId: 1,
  connected: true,
  status: 'charging',
  errorCode: null,
  statusAt: null,
  session: {
    sessionId: 's1',
    transactionId: '7',
    tokenUid: 'T',
    startedAt,
    meterStartWh: 0,
    energyWh,
    suspendedBy: null
  },
  reading: null,
  readingHeardAtMs: null
})

const abilities = (stepMilliA: number): Capabilities => ({
  foundAt: startedAt,
  firmware: null,
  unit: 'A',
  stepMilliA,
  maxStackLevel: null,
  maxPeriods: null,
  maxProfiles: null,
  switches3to1: null,
  sampleIntervalS: null,
  stationMaximum: null,
  readsBack: null,
  clears: null,
  txBeforeStart: null
})

function scene(changes: Partial<Sources> = {}) {
  const world = { nowMs: startMs, views: [view(null)], wishes: new Map<string, Wish>() }
  const terms = termsKeeper(
    {
      views: () => world.views,
      wishes: () => world.wishes,
      chargers: () => [charger],
      capabilities: () => null,
      departureMinutes: 60,
      ramp: null,
      ...changes
    },
    () => world.nowMs
  )
  return { world, terms: () => terms(), mine: () => terms().get('A:1:1') }
}

void test('a car without a wish is taken to stay as long as cars usually do, and no longer', async (t) => {
  const { world, mine } = scene()
  t.strictSame(mine(), { arrivedMs: startMs, departMs: startMs + 3_600_000, fullW: 11_000 })
  world.nowMs = startMs + 3_600_001
  t.strictSame(mine(), { arrivedMs: startMs, fullW: 11_000 })
})

void test('a wish gives what is left of its energy, in steps that share nothing anew for a few watt-hours', async (t) => {
  const { world, terms, mine } = scene()
  world.wishes = new Map([['s1', { energyWh: 20_000, departAt: '2026-03-01T18:00:00Z' }]])
  t.match(mine(), { energyLeftWh: 20_000, departMs: Date.parse('2026-03-01T18:00:00Z') })
  const before = terms()
  world.views = [view(400)]
  t.equal(terms(), before, 'the same map: the loop rests')
  world.views = [view(20_700)]
  t.equal(mine()?.energyLeftWh, 0, 'never below nothing')
})

void test('a charger that follows whole amperes only gets pilots of whole amperes', async (t) => {
  t.match(scene({ capabilities: () => abilities(1_000) }).mine(), {
    pilots: { kind: 'steps', stepMilliA: 1_000 }
  })
  t.equal(scene({ capabilities: () => abilities(100) }).mine()?.pilots, undefined)
})

void test('what chargers say is the same map for as long as they say the same', async (t) => {
  let words: [string, number | null][] = [['A:1:1', null]]
  const said = saidKeeper(() => new Map(words))
  const before = said()
  t.equal(said(), before)
  words = [['A:1:1', 32_000]]
  t.strictSame([...said()], [['A:1:1', 32_000]])
})

void test('the site’s ramp holds for every connector, with and without a car', async (t) => {
  const ramp = rampOf({ ramp: { stepA: 3, everySeconds: 120 } })
  t.strictSame(ramp, { kind: 'step', step: 3_000, everyMs: 120_000 })
  t.strictSame(rampOf({ ramp: { percentPerSecond: 3 } }), { kind: 'share', perSecond: 0.03 })
  t.equal(rampOf({ ramp: undefined }), null)
  t.match(scene({ ramp }).mine(), { ramp: { kind: 'step', step: 3_000, everyMs: 120_000 } })
  t.match(scene({ ramp, views: () => [{ ...view(null), session: null }] }).mine(), { ramp })
})

void test('what is configured of a connector: its class, its pile’s least, and whether cars wake up there', async (t) => {
  const [evse] = charger.evses
  const [connector] = evse?.connectors ?? []
  const of = (more: object) =>
    [{ ...charger, evses: [{ ...evse, connectors: [{ ...connector, ...more }] }] }] as Charger[]
  const mine = (more: object) =>
    scene({ chargers: () => of(more), views: () => [{ ...view(null), session: null }] }).mine()
  t.strictSame(mine({ priority: 2, leastA: 8, wakes: false }), {
    priority: 2,
    floorMilliA: 8_000,
    sleepsAtZero: true
  })
  t.equal(mine({ wakes: true }), undefined, 'nothing out of the usual')
})

void test('another class, told by the cloud, is another map of terms', async (t) => {
  let chargers = [charger]
  const { terms, world } = scene({ chargers: () => chargers })
  const before = terms()
  const [evse] = charger.evses
  const [connector] = evse?.connectors ?? []
  chargers = [{ ...charger, evses: [{ ...evse, connectors: [{ ...connector, priority: 1 }] }] }] as Charger[]
  world.nowMs += 5_000
  t.not(terms(), before)
  t.match(terms().get('A:1:1'), { priority: 1 })
})

void test('a car without a wish is foretold by what each percent of its charge took so far', async (t) => {
  let now = view(1_000)
  const at = (percent: number | null, energyWh: number): void => {
    const reading = percent === null ? null : { at: startedAt, socPercent: percent }
    now = { ...view(energyWh), reading }
  }
  const sources: Sources = {
    views: () => [now],
    wishes: () => new Map(),
    chargers: () => [charger],
    capabilities: () => null,
    departureMinutes: 240,
    ramp: null
  }
  const terms = termsKeeper(sources, () => startMs)
  const told = () => terms().get('A:1:1')?.tillFullWh
  at(null, 1_000)
  t.equal(told(), undefined, 'nobody knows')
  at(40, 1_000)
  t.equal(told(), undefined, 'nothing seen yet')
  at(41, 1_600)
  t.equal(told(), undefined, 'one percent may be a tenth')
  at(45, 4_000)
  t.equal(told(), 33_000, '3,000 Wh for 5 %: 600 Wh each for the 55 % that are left')
  at(90, 31_000)
  t.equal(told(), 6_000, '30,000 Wh for 50 %: 600 Wh each for 10 %')
  at(100, 37_000)
  t.equal(told(), 0)
})
