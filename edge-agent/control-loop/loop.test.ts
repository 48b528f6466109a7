import { test } from 'tap'
import type { Deed } from '../drivers/contract.ts'
import { accepted, obey, pass, reading, rejected, siteOf, stage } from './loop.suite.ts'

const never = Promise.withResolvers<Deed>().promise

void test('on contact every charger stores its fallback, and what it stored is remembered', async (t) => {
  const set = stage(siteOf(['A', 'B'], 64))
  const loop = set.open()
  await set.clock.turn(0)
  t.strictSame(
    set.fallbacks.map(({ chargerId, connectors, stationMaxMilliA }) => [
      chargerId,
      connectors[0]?.defaultMilliA,
      stationMaxMilliA
    ]),
    [
      ['A', 6000, 32_000],
      ['B', 6000, 32_000]
    ]
  )
  t.equal(set.remembered.get('A')?.connectors[0]?.defaultMilliA, 6000)
  await set.clock.turn(10_000)
  t.equal(set.fallbacks.length, 2, 'once is enough')
  set.connected.delete('A')
  await set.clock.turn(2000)
  set.connected.add('A')
  await set.clock.turn(2000)
  t.equal(set.fallbacks.length, 3, 'and again when it comes back')
  await loop.stop()
})

void test('one car gets its rating, a second one its share after the first has made room', async (t) => {
  const set = stage(siteOf(['A', 'B'], 32))
  const loop = set.open()
  set.sessions.set('A', '1')
  await pass(set, 5)
  t.equal(set.told('A'), 26_000, 'the fallback of B is kept for a start')
  set.sessions.set('B', '2')
  await pass(set, 20)
  t.strictSame([set.told('A'), set.told('B')], [16_000, 16_000])
  const rise = set.points.findIndex(({ chargerId, limitMilliA }) => chargerId === 'B' && limitMilliA > 6000)
  const fall = set.points.findIndex(
    ({ chargerId, limitMilliA }) => chargerId === 'A' && limitMilliA === 16_000
  )
  t.ok(fall < rise, 'lower first')
  t.strictSame(
    loop.allocation()?.connectors.map(({ reason }) => reason),
    ['16 A: grid L1', '16 A: grid L1']
  )
  await loop.stop()
})

void test('set-points are leases: renewed at half, not each second', async (t) => {
  const set = stage(siteOf(['A'], 32))
  const loop = set.open()
  set.sessions.set('A', '1')
  await pass(set, 59)
  t.equal(set.points.length, 1)
  t.equal(set.points[0]?.leaseS, 120)
  await pass(set, 65)
  t.equal(set.points.length, 3)
  await loop.stop()
})

void test('a limit that falls is handed out in the cycle that a wake brings, all lower ones at once', async (t) => {
  const ids = Array.from({ length: 100 }, (_, index) => `C${index}`)
  const set = stage(siteOf(ids, 1600))
  for (const id of ids) set.sessions.set(id, `tx-${id}`)
  const loop = set.open()
  await pass(set, 10)
  t.ok(ids.every((id) => set.told(id) === 16_000))
  set.points.length = 0
  set.limits = [{ source: 'operator', limitA: [800, 800, 800], reason: 'operator' }]
  const wokenAtMs = set.clock.monotonicMs()
  let sentAtMs = 0
  set.answers = async () => {
    sentAtMs = set.clock.monotonicMs()
    return accepted
  }
  loop.wake()
  loop.wake()
  await set.clock.turn(60)
  t.equal(set.points.filter(({ limitMilliA }) => limitMilliA === 8000).length, 100)
  t.ok(sentAtMs - wokenAtMs <= 60, `${sentAtMs - wokenAtMs} ms`)
  t.equal(loop.allocation()?.limitReason, 'operator')
  t.equal(set.changes.at(-1)?.limitReason, 'operator')
  await loop.stop()
})

void test('a lower set-point goes out although a higher one is still unanswered', async (t) => {
  const set = stage(siteOf(['A'], 32))
  const loop = set.open()
  set.sessions.set('A', '1')
  set.answers = async () => never
  await set.clock.turn(1000)
  set.limits = [{ source: 'operator', limitA: [10, 10, 10], reason: 'operator' }]
  await set.clock.turn(1000)
  t.strictSame(
    set.points.map(({ limitMilliA }) => limitMilliA),
    [32_000, 10_000]
  )
  await loop.stop()
})

void test('a charger that gives no answer is asked again, ever more seldom, and its reservation stays', async (t) => {
  const set = stage(siteOf(['A', 'B'], 32))
  const loop = set.open()
  set.answers = async () => ({ kind: 'failed', error: 'no answer' })
  set.sessions.set('A', '1')
  await set.clock.turn(120_000)
  t.ok(set.points.length >= 5 && set.points.length <= 10, `${set.points.length} times in two minutes`)
  t.equal(loop.allocation()?.connectors[0]?.committedMilliA, 26_000)
  t.ok(set.counted.failed >= 5)
  await loop.stop()
})

void test('a charger that stores no fallback keeps its full rating reserved, and an alarm says so', async (t) => {
  const set = stage(siteOf(['A', 'B'], 64))
  set.stores = async ({ chargerId }) => (chargerId === 'A' ? rejected : accepted)
  const loop = set.open()
  set.sessions.set('B', '1')
  await set.clock.turn(60_000)
  const [a, b] = loop.allocation()?.connectors ?? []
  t.equal(a?.committedMilliA, 32_000)
  t.equal(b?.limitMilliA, 32_000)
  t.same(set.raised, ['message-rejected A'])
  t.equal(set.remembered.get('A')?.connectors[0]?.defaultMilliA, 32_000, 'what is remembered is the worst')
  await loop.stop()
})

void test('a charger never seen counts with its configured fallback; once met, only its own word counts', async (t) => {
  const set = stage(siteOf(['A', 'B'], 40))
  set.connected.delete('B')
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 5)
  t.equal(set.told('A'), 32_000)
  t.equal(loop.allocation()?.connectors[1]?.committedMilliA, 6000)
  set.connected.add('B')
  set.stores = async () => never
  await pass(set, 8)
  t.equal(loop.allocation()?.connectors[1]?.committedMilliA, 32_000)
  t.equal(set.told('A'), 8000)
  await loop.stop()
})

const chosen = (ids: readonly string[], limitA: number, withRoom: number) => {
  const site = siteOf(ids, limitA)
  const chargers = site.chargers.map((each, index) => ({ ...each, fallbackA: index < withRoom ? 6 : 0 }))
  return { ...site, chargers, automatic: new Set(ids) }
}

void test('a charger that was only configured, its fallback our choice, takes no current from those that are there', async (t) => {
  const set = stage(chosen(['A', 'B', 'C'], 14, 2))
  set.connected.delete('A')
  set.connected.delete('B')
  set.sessions.set('C', '1')
  const loop = set.open()
  await pass(set, 5)
  t.equal(set.told('C'), 14_000)
  await loop.stop()
})

void test('a car at a charger without fallback: idle ones give theirs up, and have it again when it is gone', async (t) => {
  const set = stage(chosen(['A', 'B', 'C'], 14, 2))
  const loop = set.open()
  await pass(set, 10)
  const kept = () => loop.allocation()?.connectors.map(({ committedMilliA }) => committedMilliA)
  t.strictSame(kept(), [6000, 6000, 0])
  set.sessions.set('C', '1')
  await pass(set, 20)
  t.strictSame(kept(), [0, 0, 14_000])
  t.equal(set.told('C'), 14_000)
  set.sessions.set('A', '2')
  await pass(set, 20)
  t.strictSame([set.told('A'), set.told('C')], [7000, 7000], 'the next car shares with it')
  set.sessions.clear()
  await pass(set, 310)
  t.strictSame(kept(), [6000, 6000, 0])
  await loop.stop()
})

void test('a stated fallback gives way to a limit, not to a car that waits', async (t) => {
  const set = stage({ ...chosen(['A', 'B', 'C'], 14, 2), automatic: new Set(['B', 'C']) })
  set.sessions.set('C', '1')
  const loop = set.open()
  await pass(set, 30)
  t.strictSame(
    loop.allocation()?.connectors.map(({ committedMilliA }) => committedMilliA),
    [6000, 0, 8000]
  )
  await loop.stop()
})

void test('after a restart nobody rises above his fallback until all seen before have answered', async (t) => {
  const set = stage(siteOf(['A', 'B'], 64))
  const remembered = (chargerId: string) => ({
    chargerId,
    connectors: [{ evseId: 1, connectorId: 1, defaultMilliA: 6000 }],
    stationMaxMilliA: 32_000
  })
  set.remembered.set('A', remembered('A')).set('B', remembered('B'))
  set.connected.delete('B')
  set.sessions.set('A', '1').set('B', '2')
  const loop = set.open()
  await pass(set, 20)
  t.equal(set.told('A'), 6000)
  set.connected.add('B')
  await pass(set, 20)
  t.strictSame([set.told('A'), set.told('B')], [32_000, 32_000])
  await loop.stop()
})

void test('after a restart a charger that does not come back holds the others for one lease only', async (t) => {
  const set = stage(siteOf(['A', 'B'], 64))
  const connectors = [{ evseId: 1, connectorId: 1, defaultMilliA: 6000 }]
  set.remembered.set('B', { chargerId: 'B', connectors, stationMaxMilliA: 32_000 })
  set.connected.delete('B')
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 110)
  t.equal(set.told('A'), 6000)
  await pass(set, 15)
  t.equal(set.told('A'), 32_000)
  await loop.stop()
})

void test('a limit below the sum of fallbacks: cars first, then the stored fallbacks, and nothing is missing', async (t) => {
  const set = stage(siteOf(['A', 'B', 'C'], 64))
  set.sessions.set('A', '1').set('B', '2')
  const loop = set.open()
  await pass(set, 10)
  set.limits = [
    { source: 'grid-operator', limitW: 4800, until: '2026-03-01T11:00:00Z', reason: 'grid operator' }
  ]
  await pass(set, 60)
  const [a, b, c] = loop.allocation()?.connectors ?? []
  t.strictSame([a?.limitMilliA, b?.limitMilliA, c?.committedMilliA], [6900, 0, 0])
  t.match(a?.reason, /^6.9 A: grid operator until 19:00$/)
  t.match(b?.reason, /^waits: 6 A not free before 18:15/)
  t.equal(loop.allocation()?.missingW, 0)
  t.ok(set.fallbacks.slice(-3).every(({ connectors }) => connectors[0]?.defaultMilliA === 0))
  await loop.stop()
})

void test('what is out of reach is said in watts, once, and taken back when it is over', async (t) => {
  const set = stage(siteOf(['A', 'B'], 64))
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 10)
  set.connected.delete('A')
  set.limits = [{ source: 'operator', limitA: [20, 20, 20], reason: 'operator' }]
  await set.clock.turn(30_000)
  t.equal(loop.allocation()?.missingW, (32 - 20) * 690)
  t.match(loop.allocation()?.connectors[0]?.reason, /32 A kept: charger out of touch/)
  t.same(set.raised, ['limit-out-of-reach site'])
  set.limits = []
  await set.clock.turn(40_000)
  t.same(set.cleared, ['limit-out-of-reach site'])
  await loop.stop()
})

void test('a charger that ignores its limit is paused, then stopped, named, and forgiven only by a person', async (t) => {
  const set = stage(siteOf(['A', 'B'], 40))
  set.sessions.set('A', '1').set('B', '2')
  const loop = set.open()
  await pass(set, 10)
  const begunMs = set.clock.monotonicMs()
  set.limits = [{ source: 'operator', limitA: [20, 20, 20], reason: 'operator' }]
  for (let second = 0; second < 15 && set.stops.length === 0; second++) {
    obey(set)
    set.readings.set('A', { reading: reading(20), heardAtMs: set.clock.monotonicMs() })
    await set.clock.turn(1000)
  }
  t.same(set.stops, ['stop A'])
  t.ok(set.clock.monotonicMs() - begunMs <= 12_000)
  t.equal(set.told('A'), 0)
  t.equal(set.told('B'), 0, 'the others were shed first')
  t.ok(set.raised.includes('charger-ignores-limit A:1:1'))
  set.sessions.delete('A')
  await pass(set, 40)
  t.equal(loop.allocation()?.connectors[0]?.committedMilliA, 20_000, 'its worst stays reserved')
  loop.forgive('A')
  await pass(set, 40)
  t.equal(loop.allocation()?.connectors[0]?.committedMilliA, 0, 'its fallback was lowered with the limit')
  t.ok(set.cleared.includes('charger-ignores-limit A:1:1'))
  await loop.stop()
})

void test('a silent cloud brings its limit only where the site file names one, and never on a standalone site', async (t) => {
  for (const [cloud, limitW, holds] of [
    [{ heardAtMs: 0, limitsHeardAtMs: 0 }, 6900, true],
    [{ heardAtMs: 0, limitsHeardAtMs: 0 }, null, false],
    [null, 6900, false]
  ] as const) {
    const set = stage(
      siteOf(['A'], 32, { failsafe: { cloudSilentSeconds: 120, limitW, meterSilentSeconds: 5 } })
    )
    set.cloud = cloud
    set.sessions.set('A', '1')
    const loop = set.open()
    await pass(set, 130)
    t.equal(loop.allocation()?.limitReason === 'fail-safe, cloud silent', holds)
    t.equal(set.told('A'), holds ? 10_000 : 32_000)
    t.equal(set.raised.includes('cloud-silent site'), cloud !== null)
    await loop.stop()
  }
})

void test('an order of a person caps one connector and is its reason', async (t) => {
  const set = stage(siteOf(['A', 'B'], 64))
  set.caps.set('A:1:1', { limitMilliA: 10_000, reason: 'operator' })
  set.sessions.set('A', '1').set('B', '2')
  const loop = set.open()
  await pass(set, 10)
  t.strictSame([set.told('A'), set.told('B')], [10_000, 32_000])
  t.equal(loop.allocation()?.connectors[0]?.reason, '10 A: operator')
  await loop.stop()
})

void test('an unmanaged charger is left alone and its full power is reserved', async (t) => {
  const site = siteOf(['A', 'B'], 64)
  const [a, b] = site.chargers
  const set = stage({ ...site, chargers: [{ ...a!, managed: false }, b!] })
  set.sessions.set('A', '1').set('B', '2')
  const loop = set.open()
  await pass(set, 10)
  t.ok(set.points.every(({ chargerId }) => chargerId === 'B'))
  t.ok(set.fallbacks.every(({ chargerId }) => chargerId === 'B'))
  t.strictSame(
    loop.allocation()?.connectors.map(({ committedMilliA }) => committedMilliA),
    [32_000, 32_000]
  )
  await loop.stop()
})

void test('a wiring plan that changes in mid-flight keeps what is known of the chargers', async (t) => {
  const set = stage(siteOf(['A', 'B'], 64))
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 5)
  set.site = siteOf(['A', 'C'], 20)
  set.connected.add('C')
  await pass(set, 15)
  t.equal(set.told('A'), 8_000, 'nobody has said that B was taken off its wire')
  loop.forgive('B')
  await pass(set, 15)
  t.equal(set.told('A'), 14_000)
  t.strictSame(
    loop.allocation()?.connectors.map(({ chargerId }) => chargerId),
    ['A', 'C']
  )
  await loop.stop()
})

void test('a cycle that fails is logged and the next one runs; beats that were missed are counted', async (t) => {
  const set = stage(siteOf(['A'], 32))
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 2)
  const { limits } = set
  set.limits = null as unknown as typeof limits
  await set.clock.turn(1000)
  t.ok(set.warnings.some((each) => each.includes('a cycle of the control loop failed')))
  set.limits = [{ source: 'operator', limitA: [10, 10, 10], reason: 'operator' }]
  await pass(set, 2)
  t.equal(set.told('A'), 10_000)
  await loop.stop()
  const before = set.points.length
  await set.clock.turn(200_000)
  t.equal(set.points.length, before, 'and after the stop nothing is sent')
})

void test('a driver that throws is a charger that gives no answer', async (t) => {
  const set = stage(siteOf(['A'], 32))
  set.sessions.set('A', '1')
  set.answers = () => {
    throw new Error('socket gone')
  }
  set.stores = () => {
    throw new Error('socket gone')
  }
  const loop = set.open()
  await pass(set, 3)
  t.ok(set.counted.failed > 0)
  t.equal(loop.allocation()?.connectors.length, 1)
  await loop.stop()
})
