import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SiteLimit } from '@nova/shared-protocol/model'
import { test, type Test } from 'tap'
import { openStore } from '../store/index.ts'
import { openLimitDesk, openSiteState, type LimitDesk, type LimitDeskNeeds } from './index.ts'

const silent = { warn: () => undefined, error: () => undefined }
const noon = Date.parse('2026-03-02T12:00:00Z') // A Monday.
const minuteMs = 60_000

type Box = NonNullable<LimitDeskNeeds['gridOperator']>
const lpc: Box = {
  source: 'grid-operator',
  kind: 'lpc',
  heartbeatSeconds: 120,
  releaseSeconds: 120,
  failsafeW: 4_200,
  failsafeMinimumSeconds: 7_200,
  dimmedW: 7_560
}

/** A desk over a real database, with clocks turned by hand. */
function open(t: Test, { box = null, at }: { readonly box?: Box | null; readonly at?: string } = {}) {
  const folder = at ?? mkdtempSync(path.join(tmpdir(), 'nova-desk-'))
  const world = { monotonicMs: 0, wallMs: noon, signal: null as ReturnType<LimitDeskNeeds['signal']> }
  const checked = { value: null as ReturnType<LimitDeskNeeds['clockChecked']> }
  const counts = new Map<string, number>()
  const edges: number[] = []
  const warnings: string[] = []
  const store = openStore({
    path: path.join(folder, 'edge.db'),
    now: Date.now,
    random: randomUUID,
    log: silent,
    reserveBytes: 0
  })
  const state = openSiteState({
    wiring: { grid: { limitA: [100, 100, 100], voltageV: 230, baseLoadReserveW: 0 }, circuits: [] },
    file: { chargers: [], tokens: [], tariff: { plans: [], defaults: [] } },
    commit: (write) => store.commit(write),
    sections: store.desired,
    limits: store.limits,
    tokens: store.tokens,
    meta: store.meta,
    audit: () => undefined,
    changed: () => undefined
  })
  const desk = openLimitDesk({
    site: { siteId: 'here', timeZone: 'UTC', limitA: [100, 100, 100], voltageV: 230 },
    gridOperator: box,
    clock: { monotonicMs: () => world.monotonicMs, now: () => world.wallMs },
    clockChecked: () => checked.value,
    given: () => state.wanted().limits,
    putLimit: (limit, actor) => state.putLimit(limit, actor),
    deleteLimit: (source, actor) => state.deleteLimit(source, actor),
    commit: (write) => store.commit(write),
    meta: store.meta,
    signal: () => world.signal,
    changed: () => void edges.push(world.monotonicMs),
    count: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    log: { warn: (_fields, text) => void warnings.push(text) }
  })
  const pass = (ms: number) => {
    world.monotonicMs += ms
    world.wallMs += ms
  }
  const section = async (version: number, limits: SiteLimit[]) =>
    state.apply({ section: 'limits', version, body: { limits } })
  let closed = false
  const close = async () => {
    if (!closed) await store.close()
    closed = true
  }
  t.teardown(async () => {
    await close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { folder, store, world, checked, counts, edges, warnings, desk, section, pass, close }
}

const limit = (changes: Partial<SiteLimit>): SiteLimit => ({
  source: 'operator',
  reason: 'said so',
  ...changes
})
const event = (version: number, changes: Partial<SiteLimit> = {}): SiteLimit =>
  limit({ source: 'dr-peak', eventId: 'E1', version, limitW: 10_000, ...changes })
const watts = (desk: LimitDesk): (number | undefined)[] => desk.limits().map(({ limitW }) => limitW)
const states = (desk: LimitDesk): string[] =>
  desk.timeline().map(({ source, state, limitW }) => `${source} ${state} ${limitW}`)

void test('what is put holds, and what is senseless is refused by name, recorded, counted and changes nothing', async (t) => {
  const { desk, counts } = open(t)
  t.equal(await desk.put(limit({ limitW: 20_000 }), 'test'), null)
  const refused = [
    await desk.put(limit({ limitW: -5 }), 'test'),
    await desk.put(limit({ limitW: 7_000_000 }), 'test'),
    await desk.put(limit({ limitW: 5, siteId: 'there' }), 'test'),
    await desk.put(limit({ limitW: 5, until: '2026-03-02T11:00:00Z' }), 'test'),
    await desk.put(limit({ limitW: 5, from: '2026-03-03T11:00:00Z', until: '2026-03-03T10:00:00Z' }), 'test')
  ]
  t.strictSame(
    refused.map((each) => each?.name),
    ['limit-negative', 'limit-absurd', 'limit-for-another-site', 'limit-in-the-past', 'limit-reversed']
  )
  t.strictSame(watts(desk), [20_000])
  t.equal(counts.get('limit_refused'), 5)
  t.equal(states(desk).filter((each) => each.includes('refused')).length, 5)
  t.equal(await desk.delete('operator', 'test'), true)
  t.equal(await desk.delete('operator', 'test'), false)
  t.strictSame(watts(desk), [])
})

void test('an event is staged, changed and cancelled by version; all of it is known after a restart', async (t) => {
  const first = open(t)
  const times = { from: '2026-03-02T13:00:00Z', until: '2026-03-02T14:00:00Z' }
  t.equal(await first.desk.put(event(1, times), 'test'), null)
  t.equal(await first.desk.put(event(3, { ...times, limitW: 5_000 }), 'test'), null)
  t.equal((await first.desk.put(event(2, times), 'test'))?.name, 'limit-version-old')
  t.strictSame(states(first.desk), ['dr-peak planned 5000', 'dr-peak refused 10000'])
  await first.close()
  const next = open(t, { at: first.folder })
  t.strictSame(states(next.desk), ['dr-peak planned 5000', 'dr-peak refused 10000'])
  next.pass(61 * minuteMs)
  t.match(states(next.desk)[0], 'dr-peak active 5000')
  t.equal(await next.desk.put(event(4, { cancelled: true }), 'test'), null)
  t.strictSame(watts(next.desk), [])
  t.equal((await next.desk.put(event(3, { ...times, limitW: 5_000 }), 'test'))?.name, 'limit-version-old')
  t.ok(states(next.desk).includes('dr-peak cancelled 10000'))
})

void test('of a section each limit is judged for itself, once; the last sound one of a source holds on', async (t) => {
  const { desk, section, counts, pass } = open(t)
  const passing = limit({ source: 'a', limitW: 9_000, until: '2026-03-02T12:30:00Z' })
  await section(1, [passing, limit({ source: 'b', limitW: 8_000 })])
  t.strictSame(watts(desk), [9_000, 8_000])
  await section(2, [passing, limit({ source: 'b', limitW: -1 }), limit({ source: 'c', limitW: -1 })])
  t.strictSame(watts(desk), [9_000, 8_000, 0], 'and who never said a sound one lets nothing through')
  t.equal(counts.get('limit_refused'), 2)
  pass(40 * minuteMs)
  await section(3, [passing, limit({ source: 'b', limitW: -1 })])
  t.ok(states(desk).includes('a past 9000'), 'what has become past is no fault')
  t.equal(counts.get('limit_refused'), 2, 'and the same fault is told once')
  await section(4, [limit({ source: 'd', limitW: 1, until: '2026-03-02T12:10:00Z' })])
  t.strictSame(watts(desk), [])
  t.equal(counts.get('limit_refused'), 3, 'one that comes when it is over is refused')
})

void test('a section that falls back to an older version of an event does not bring it back', async (t) => {
  const { desk, section } = open(t)
  await section(1, [event(1)])
  t.strictSame(watts(desk), [10_000])
  await section(2, [event(2, { limitW: 4_000 })])
  t.strictSame(watts(desk), [4_000])
  await section(3, [event(1)])
  t.strictSame(watts(desk), [4_000])
  t.match(
    desk.timeline().find(({ state }) => state === 'refused')?.detail,
    /version 1 of E1 came after version 2/
  )
  await section(4, [])
  t.strictSame(watts(desk), [])
  t.match(desk.timeline().find(({ state }) => state === 'cancelled')?.detail, 'withdrawn')
})

void test('more limits than a site can have are refused; those that are there can still be changed', async (t) => {
  const { desk, section } = open(t)
  await section(
    1,
    Array.from({ length: 200 }, (_, index) => limit({ source: `c${index}`, limitW: 60_000 }))
  )
  for (let index = 0; index < 50; index++)
    t.equal(await desk.put(limit({ source: `l${index}`, limitW: 50_000 }), 'test'), null)
  t.equal((await desk.put(limit({ source: 'one-more', limitW: 1 }), 'test'))?.name, 'limit-too-many')
  t.equal(await desk.put(limit({ source: 'l7', limitW: 40_000 }), 'test'), null)
  t.equal(Math.min(...watts(desk).map((each) => each ?? Infinity)), 40_000)
})

void test('a memory that cannot be read is left behind, and the limits hold all the same', async (t) => {
  const first = open(t)
  await first.desk.put(event(2), 'test')
  await first.store.commit(() => first.store.meta.put('limit-desk', '{"book":'))
  await first.close()
  const next = open(t, { at: first.folder })
  t.strictSame(watts(next.desk), [10_000])
  t.match(next.warnings, [/memory cannot be read/])
  t.equal((await next.desk.put(event(1), 'test'))?.name, 'limit-version-old', 'what is given teaches it anew')
})

void test('a week is laid out as it comes, without anybody putting it again', async (t) => {
  const { desk, pass } = open(t)
  const weekly = [{ days: [1, 2, 3, 4, 5], from: '17:00', until: '19:00' }]
  await desk.put(limit({ source: 'schedule', limitW: 6_000, weekly }), 'test')
  t.match(desk.limits()[0], { from: '2026-03-02T17:00:00Z', until: '2026-03-02T19:00:00Z' })
  pass(24 * 60 * minuteMs)
  t.match(desk.limits()[0], { from: '2026-03-03T17:00:00Z', until: '2026-03-03T19:00:00Z' })
  t.equal(desk.limits(), desk.limits(), 'the same list as long as nothing changes')
})

void test('the grid operator’s limit lives with his heartbeat: fail-safe at the start, his word, silence, his return', async (t) => {
  const { desk, pass, edges } = open(t, { box: lpc })
  t.strictSame(watts(desk), [4_200])
  t.match(desk.timeline()[0], {
    source: 'grid-operator',
    state: 'active',
    binding: true,
    detail: /fail-safe: not heard since/
  })
  t.equal(desk.heartbeat('grid-operator'), 'taken')
  t.equal(desk.heartbeat('somebody'), 'unknown-source')
  t.equal(desk.heartbeat('grid-operator', true), 'no-relay')
  t.equal(await desk.put(limit({ source: 'grid-operator', limitW: 3_000 }), 'test'), null)
  t.strictSame(watts(desk), [3_000])
  pass(121_000)
  t.strictSame(watts(desk), [4_200])
  desk.heartbeat('grid-operator')
  t.strictSame(watts(desk), [4_200], 'a heartbeat alone frees nobody')
  pass(100_000)
  desk.heartbeat('grid-operator')
  pass(21_000)
  t.strictSame(watts(desk), [], 'kept up for the window: released by rule')
  t.equal(edges.length, 4)
  desk.heartbeat('grid-operator')
  await desk.put(limit({ source: 'grid-operator', limitW: 2_000, until: '2026-03-02T12:05:00Z' }), 'test')
  t.strictSame(watts(desk), [2_000])
  t.equal(await desk.delete('grid-operator', 'test'), true)
  t.strictSame(watts(desk), [])
})

void test('the grid operator says watts, and what he says for later is kept like any limit', async (t) => {
  const { desk } = open(t, { box: lpc })
  const amps = await desk.put(limit({ source: 'grid-operator', limitA: [16, 16, 16] }), 'test')
  t.equal(amps?.name, 'limit-says-nothing')
  const later = limit({ source: 'grid-operator', limitW: 1_000, from: '2026-03-02T13:00:00Z' })
  t.equal(await desk.put(later, 'test'), null)
  t.strictSame(watts(desk), [4_200, 1_000])
})

void test('a restart begins in fail-safe, whatever the grid operator had said', async (t) => {
  const first = open(t, { box: lpc })
  first.desk.heartbeat('grid-operator')
  await first.desk.put(limit({ source: 'grid-operator', limitW: 30_000 }), 'test')
  t.strictSame(watts(first.desk), [30_000])
  await first.close()
  t.strictSame(watts(open(t, { box: lpc, at: first.folder }).desk), [4_200])
})

void test('a relay that dims lets through what §14a leaves; one that cannot be read is no open contact', async (t) => {
  const { desk, pass } = open(t, { box: { ...lpc, kind: 'relay' } })
  t.equal(desk.heartbeat('grid-operator', true), 'taken')
  t.strictSame(watts(desk), [7_560])
  pass(1_000)
  desk.heartbeat('grid-operator', false)
  t.strictSame(watts(desk), [])
  pass(121_000)
  t.strictSame(watts(desk), [4_200], 'not read for two minutes')
  desk.heartbeat('grid-operator', false)
  t.strictSame(watts(desk), [4_200], 'open again: the window decides')
  desk.heartbeat('grid-operator', true)
  t.strictSame(watts(desk), [7_560])
})

void test('a box that is read over and over says something only when its counter moves', async (t) => {
  const { desk, world, pass } = open(t, { box: { ...lpc, kind: 'modbus' } })
  world.signal = { limitW: 9_000, beatAtMs: 0 }
  t.strictSame(watts(desk), [9_000])
  pass(121_000)
  t.strictSame(watts(desk), [4_200], 'the number still stands there, but nobody is behind it')
  world.signal = { limitW: 9_000, beatAtMs: 121_000 }
  t.strictSame(watts(desk), [9_000])
  pass(1_000)
  world.signal = { limitW: null, beatAtMs: 122_000 }
  t.strictSame(watts(desk), [])
  pass(1_000)
  world.signal = { limitW: -1, beatAtMs: 123_000 }
  t.strictSame(watts(desk), [], 'no limit is no sound one; what held before holds')
})

void test('when the clock jumps, the limits of before and after hold until somebody has compared it', async (t) => {
  const { desk, world, checked, pass } = open(t)
  await desk.put(limit({ source: 'before', limitW: 5_000, until: '2026-03-02T13:00:00Z' }), 'test')
  await desk.put(limit({ source: 'after', limitW: 6_000, from: '2026-03-02T15:00:00Z' }), 'test')
  const holding = () =>
    desk
      .limits()
      .filter(
        ({ from, until }) =>
          (from === undefined || Date.parse(from) <= world.wallMs) &&
          (until === undefined || Date.parse(until) > world.wallMs)
      )
      .map(({ limitW, reason }) => `${limitW} ${reason}`)
  t.strictSame(holding(), ['5000 said so'])
  world.wallMs += 4 * 60 * minuteMs
  t.strictSame(holding(), ['6000 said so', '5000 said so (clock is not trusted)'])
  pass(1_000)
  checked.value = { atMs: world.monotonicMs, right: true }
  t.strictSame(holding(), ['6000 said so'])
})
