import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { test } from 'tap'
import { Charger } from '@nova/shared-protocol/model'
import { openStore } from '../store/index.ts'
import { openSiteState, type Change, type Wanted } from './index.ts'
import { merge, type Sources } from './merge.ts'

const charger = (id: string, changes: object = {}) =>
  Charger.parse({
    id,
    protocol: 'ocpp1.6',
    identity: id,
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_080 }] }],
    ...changes
  })

const limit = (source: string, limitW: number) => ({ source, limitW, reason: source })

const wiring = {
  grid: { limitA: [40, 40, 40] as [number, number, number], voltageV: 230, baseLoadReserveW: 0 },
  circuits: [{ id: 'feeder-1', parent: 'grid', limitA: [40, 40, 40] as [number, number, number] }]
}

const sources = (changes: Partial<Sources> = {}): Sources => ({
  wiring,
  file: { chargers: [], tokens: [], tariff: { plans: [], defaults: [] } },
  cloud: { chargers: [], tokens: [], limits: [], tariffs: null },
  local: { chargers: new Map(), limits: [] },
  ...changes
})

const from = (file: Charger[], cloud: Charger[], local: [string, Charger | null][] = []) =>
  sources({
    file: { ...sources().file, chargers: file },
    cloud: { ...sources().cloud, chargers: cloud },
    local: { chargers: new Map(local), limits: [] }
  })

const table: { title: string; given: Sources; served: string[]; leftOut: [string, RegExp][] }[] = [
  { title: 'the cloud’s chargers are served', given: from([], [charger('A')]), served: ['A'], leftOut: [] },
  {
    title: 'the file wins for the same id',
    given: from([charger('A', { fallbackA: 8 })], [charger('A', { fallbackA: 6 })]),
    served: ['A 8'],
    leftOut: []
  },
  {
    title: 'people on the spot win over both',
    given: from([charger('A', { fallbackA: 8 })], [charger('A')], [['A', charger('A', { fallbackA: 9 })]]),
    served: ['A 9'],
    leftOut: []
  },
  {
    title: 'deleted on the spot is gone, whoever wants it',
    given: from(
      [charger('A')],
      [charger('B')],
      [
        ['A', null],
        ['B', null]
      ]
    ),
    served: [],
    leftOut: []
  },
  {
    title: 'an identity belongs to what is wired here',
    given: from([charger('A', { identity: 'X' })], [charger('B', { identity: 'X' })]),
    served: ['A'],
    leftOut: [['B', /belongs to charger A/]]
  },
  {
    title: 'a circuit that nobody here knows',
    given: from([], [charger('A', { circuit: 'moon' }), charger('B', { circuit: 'feeder-1' })]),
    served: ['B'],
    leftOut: [['A', /moon is not in site\.yaml/]]
  },
  {
    title: 'a stated fallback that does not fit is 0 A; what was wired here keeps its own, whoever is first',
    given: from([charger('Z', { fallbackA: 30 })], [charger('A', { fallbackA: 20 })]),
    served: ['A 0', 'Z 30'],
    leftOut: []
  },
  {
    title: 'without a stated fallback there are 6 A while there is room, then 0 A',
    given: from([charger('Z', { fallbackA: 30 })], [charger('A'), charger('B')]),
    served: ['A', 'B 0', 'Z 30'],
    leftOut: []
  },
  {
    title: 'unmanaged, and its full power does not fit',
    given: from([charger('Z', { fallbackA: 10 })], [charger('A', { managed: false })]),
    served: ['Z 10'],
    leftOut: [['A', /full power does not fit: 32 A wanted on grid L1, 30 A are free/]]
  }
]
for (const { title, given, served, leftOut } of table) {
  void test(title, async (t) => {
    const wanted = merge(given)
    t.strictSame(
      wanted.chargers.map(({ id, fallbackA = 6 }) => (fallbackA === 6 ? id : `${id} ${fallbackA}`)),
      served
    )
    t.match(
      wanted.leftOut.map(({ chargerId, because }) => [chargerId, because]),
      leftOut
    )
  })
}

void test('of limits all hold, whoever gave them; plans of the cloud replace those of the file', async (t) => {
  const plan = { tariffId: 'p' } as Wanted['tariffs']['plans'][number]
  const wanted = merge({
    ...sources(),
    file: { ...sources().file, tariff: { plans: [plan], defaults: [] } },
    cloud: { ...sources().cloud, limits: [limit('grid', 5)] },
    local: { chargers: new Map(), limits: [limit('grid', 9)] }
  })
  t.strictSame(
    wanted.limits.map(({ limitW }) => limitW),
    [9, 5]
  )
  t.strictSame(wanted.tariffs.plans, [plan])
})

void test('every charger that anybody wants is served or left out with its reason; no identity is served twice', async (t) => {
  const any = fc.array(
    fc
      .record({
        id: fc.constantFrom('A', 'B', 'C', 'D'),
        identity: fc.constantFrom('X', 'Y', 'Z'),
        circuit: fc.constantFrom(undefined, 'grid', 'moon')
      })
      .map(({ id, identity, circuit }) => charger(id, { identity, ...(circuit ? { circuit } : {}) })),
    { maxLength: 5 }
  )
  fc.assert(
    fc.property(any, any, any, (file, cloud, local) => {
      const wanted = merge(
        from(
          file,
          cloud,
          local.map((each) => [each.id, each])
        )
      )
      const ids = new Set([...file, ...cloud, ...local].map(({ id }) => id))
      const identities = wanted.chargers.map(({ identity }) => identity)
      return (
        ids.size === wanted.chargers.length + wanted.leftOut.length &&
        new Set(identities).size === identities.length
      )
    })
  )
  t.pass()
})

const silent = { warn: () => undefined, error: () => undefined }

function open(at = mkdtempSync(path.join(tmpdir(), 'nova-desired-'))) {
  const store = openStore({
    path: path.join(at, 'edge.db'),
    now: Date.now,
    random: randomUUID,
    log: silent,
    reserveBytes: 0
  })
  const changes: Change[] = []
  const audited: string[] = []
  const disk = { full: false }
  const state = openSiteState({
    wiring: { ...wiring, circuits: [] },
    file: { chargers: [charger('FILE')], tokens: [], tariff: { plans: [], defaults: [] } },
    commit: async (write) => {
      if (disk.full) throw new Error('disk full')
      return store.commit(write)
    },
    sections: store.desired,
    limits: store.limits,
    tokens: store.tokens,
    meta: store.meta,
    audit: (_actor, act) => void audited.push(act),
    changed: (_wanted, change) => void changes.push(change)
  })
  const close = async () => {
    await store.close()
    rmSync(at, { recursive: true, force: true })
  }
  return { at, store, state, changes, audited, disk, close }
}

void test('a newer section is kept and told; an older one changes nothing; all of it is there after a restart', async (t) => {
  const first = open()
  t.match(
    await first.state.apply({ section: 'chargers', version: 3, body: { chargers: [charger('CLOUD')] } }),
    { ok: true }
  )
  t.match(await first.state.apply({ section: 'limits', version: 1, body: { limits: [limit('grid', 7)] } }), {
    ok: true
  })
  t.match(await first.state.apply({ section: 'chargers', version: 2, body: { chargers: [] } }), { ok: true })
  t.strictSame(first.changes, [
    { chargers: true, tokens: false, tariffs: false, limits: false },
    { chargers: false, tokens: false, tariffs: false, limits: true }
  ])
  await first.state.putCharger(charger('LOCAL'), 'local')
  await first.state.deleteCharger('FILE', 'local')
  await first.state.putLimit(limit('operator', 3), 'local')
  await first.store.close()
  const next = open(first.at)
  t.teardown(() => next.close())
  t.strictSame(
    next.state.wanted().chargers.map(({ id }) => id),
    ['CLOUD', 'LOCAL']
  )
  t.strictSame(
    next.state.wanted().limits.map(({ source }) => source),
    ['operator', 'grid']
  )
  t.equal(await next.state.deleteLimit('grid', 'local'), false, 'the cloud’s limit is the cloud’s to end')
  t.equal(await next.state.deleteLimit('operator', 'local'), true)
  t.strictSame(first.audited, ['put charger LOCAL', 'delete charger FILE', 'put limit operator'])
})

void test('thirty chargers of the cloud are all served; a stated fallback that does not fit costs its charger alone', async (t) => {
  const { state, close } = open()
  t.teardown(close)
  const many = Array.from({ length: 30 }, (_, index) => charger(`C${index}`))
  const greedy = charger('GREEDY', {
    fallbackA: 99,
    evses: [{ id: 1, connectors: [{ id: 1, type: 'ccs2', maxPowerW: 90_000 }] }]
  })
  t.match(await state.apply({ section: 'chargers', version: 1, body: { chargers: [greedy, ...many] } }), {
    ok: true
  })
  const { chargers, fallbacks, leftOut } = state.wanted()
  t.equal(chargers.length, 32)
  t.strictSame(leftOut, [])
  t.strictSame(
    fallbacks.filter(({ kind }) => kind === 'refused').map(({ chargerId }) => chargerId),
    ['GREEDY']
  )
  t.equal(fallbacks.filter(({ kind }) => kind === 'automatic').length, 6, '6 of 6 A fit under 40 A')
  t.match(await state.putCharger({ ...greedy, id: 'LOCAL', identity: 'LOCAL' }, 'local'), {
    ok: false,
    problem: /the fallback of LOCAL does not fit: 99 A wanted on grid L1, 40 A are free/
  })
  t.match(await state.putCharger(charger('LAST'), 'local'), { ok: true }, 'automatic is never too much')
})

void test('a charger put on the spot takes no other’s identity and hangs on a known circuit', async (t) => {
  const { state, close } = open()
  t.teardown(close)
  t.match(await state.putCharger(charger('NEW', { identity: 'FILE' }), 'local'), {
    ok: false,
    problem: /belongs to charger FILE/
  })
  t.match(await state.putCharger(charger('NEW', { circuit: 'moon' }), 'local'), {
    ok: false,
    problem: /moon/
  })
  t.equal(await state.deleteCharger('NOBODY', 'local'), false)
})

void test('what cannot be stored is refused, but a limit holds beside the stored ones until it can be', async (t) => {
  const first = open()
  const { state, disk } = first
  const cloud = async (version: number, limitW: number) =>
    state.apply({ section: 'limits', version, body: { limits: [limit('cloud', limitW)] } })
  const held = () => state.wanted().limits.map(({ source, limitW }) => `${source} ${limitW}`)
  await state.putLimit(limit('operator', 50), 'local')
  await cloud(1, 40)
  disk.full = true
  await t.rejects(state.putLimit(limit('operator', 5), 'local'), /disk full/, 'who asked is told')
  await t.rejects(state.putLimit(limit('operator', 6), 'local'), /disk full/)
  await t.rejects(cloud(2, 4), /disk full/)
  await t.rejects(cloud(3, 7), /disk full/)
  t.strictSame(
    held(),
    ['operator 50', 'operator 6', 'cloud 40', 'cloud 7'],
    'the last word, and the stored one'
  )
  await t.rejects(state.putCharger(charger('NEW'), 'local'), /disk full/)
  await t.rejects(
    state.apply({ section: 'chargers', version: 1, body: { chargers: [charger('CLOUD')] } }),
    /disk full/
  )
  t.strictSame(
    state.wanted().chargers.map(({ id }) => id),
    ['FILE'],
    'of limits alone'
  )
  disk.full = false
  await state.putLimit(limit('operator', 60), 'local')
  await cloud(4, 70)
  t.strictSame(held(), ['operator 60', 'cloud 70'], 'what is stored counts again, also a higher one')
  disk.full = true
  await t.rejects(state.putLimit(limit('guest', 1), 'local'), /disk full/)
  disk.full = false
  t.equal(await state.deleteLimit('guest', 'local'), true, 'and is ended as any other')
  t.strictSame(held(), ['operator 60', 'cloud 70'])
  await first.store.close()
  const next = open(first.at)
  t.teardown(() => next.close())
  t.strictSame(
    next.state.wanted().limits.map(({ limitW }) => limitW),
    [60, 70]
  )
})
