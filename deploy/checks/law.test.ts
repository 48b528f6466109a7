import { test } from 'tap'
import { drawing, withPlan } from './drawing.ts'
import { emptyNames } from './habits.ts'
import { breaches, covers, cycles, roomOf } from './law.ts'
import { arrowsOf, specifiers, type House } from './reader.ts'
import { fallenBelow, raised, ratiosOf } from './ratios.ts'

const packages = new Map([
  ['@nova/shared-protocol', { folder: 'shared-protocol', exports: { './units': './units/index.ts' } }],
  ['@nova/cloud', { folder: 'cloud', exports: { '.': './main.ts' } }]
])

/** A house of the files named, each with its text; what is imported from elsewhere is there but empty. */
function house(texts: Readonly<Record<string, string>>): House {
  const arrows = Object.entries(texts).flatMap(([file, text]) => arrowsOf(file, text, packages))
  const seen = arrows.flatMap(({ to, ours }) => (ours && !to.includes('not exported') ? [to] : []))
  return {
    files: new Map([...seen.map((file) => [file, ''] as const), ...Object.entries(texts)]),
    arrows,
    workspaces: []
  }
}

const table: readonly [string, string, string, boolean][] = [
  ['a unit sees the model', 'shared-protocol/units/watts.ts', '../model/site.ts', false],
  ['the model sees units', 'shared-protocol/model/site.ts', '../units/index.ts', true],
  ['the language reads a file', 'shared-protocol/model/site.ts', 'node:fs', false],
  ['the language uses zod', 'shared-protocol/model/site.ts', 'zod', true],
  ['a codec sees another codec', 'shared-protocol/codecs/ocpp/frame.ts', '../ykc/frame.ts', false],
  ['a codec sees bytes', 'shared-protocol/codecs/ykc/frame.ts', '../bytes/reader.ts', true],
  ['a dialogue sees a codec', 'shared-protocol/dialogues/ocpp/boot.ts', '../../codecs/ocpp/index.ts', true],
  ['a codec sees a dialogue', 'shared-protocol/codecs/ocpp/frame.ts', '../../dialogues/ocpp/boot.ts', false],
  ['a driver sees its contract', 'edge-agent/drivers/ocpp/server.ts', '../contract.ts', true],
  ['a driver sees another driver', 'edge-agent/drivers/ocpp/server.ts', '../modbus/client.ts', false],
  ['a driver sees the store', 'edge-agent/drivers/ocpp/server.ts', '../../store/outbox.ts', false],
  ['a driver sees its own files', 'edge-agent/drivers/ocpp/server.ts', './v16/boot.ts', true],
  ['the list of drivers sees a driver', 'edge-agent/drivers/index.ts', './ocpp/index.ts', true],
  ['the store sees the uplink', 'edge-agent/store/outbox.ts', '../uplink/drain.ts', false],
  ['the front door sees the store', 'edge-agent/main.ts', './store/outbox.ts', true],
  [
    'the front door uses the language by its path',
    'edge-agent/main.ts',
    '../shared-protocol/units/index.ts',
    false
  ],
  [
    'the store uses the language by its package',
    'edge-agent/store/outbox.ts',
    '@nova/shared-protocol/units',
    true
  ],
  [
    'the store uses what the language does not export',
    'edge-agent/store/outbox.ts',
    '@nova/shared-protocol/secret',
    false
  ],
  ['the store opens SQLite', 'edge-agent/store/database.ts', 'better-sqlite3', true],
  ['the core opens SQLite', 'edge-agent/core/sessions/session.ts', 'better-sqlite3', false],
  ['a listener opens PostgreSQL', 'cloud/contexts/ledger/listeners.ts', 'pg', false],
  ['a context sees another’s events', 'cloud/contexts/billing/listeners.ts', '../charging/events.ts', true],
  ['a context sees another’s store', 'cloud/contexts/billing/listeners.ts', '../charging/store.ts', false],
  ['a context sees the fittings', 'cloud/contexts/billing/store.ts', '../../db/index.ts', true],
  ['a model sees its own events', 'cloud/contexts/billing/model.ts', './events.ts', true],
  ['a model sees its own store', 'cloud/contexts/billing/model.ts', './store.ts', false],
  ['a model sees the database', 'cloud/contexts/billing/model.ts', '../../db/index.ts', false],
  ['the front door of the cloud sees its own files', 'cloud/main.ts', './seed.ts', true],
  ['a folder of the cloud has no room', 'cloud/odds/ends.ts', 'node:fs', false],
  ['a context sees the front door', 'cloud/contexts/billing/store.ts', '../../seed.ts', false],
  ['the edge sees the cloud', 'edge-agent/uplink/drain.ts', '@nova/cloud', false],
  ['the web sees the server', 'cloud/web/operator/page.tsx', '../../http/index.ts', false],
  ['a simulator sees the edge', 'simulators/charger/station.ts', '../../edge-agent/main.ts', false],
  ['a scenario opens a front door', 'simulators/scenarios/day.ts', '@nova/cloud', true],
  ['production code sees a test', 'edge-agent/store/outbox.ts', './outbox.test.ts', false],
  ['a test sees a server to test against', 'cloud/bus/bus.test.ts', '../../deploy/local/nats.ts', true],
  ['production code starts servers', 'cloud/bus/bus.ts', '../../deploy/local/nats.ts', false],
  ['a test of the edge sees the cloud', 'edge-agent/uplink/drain.test.ts', '@nova/cloud', false],
  ['a file stands outside all rooms', 'edge-agent/odds/ends.ts', 'node:fs', false]
]
for (const [what, file, spec, allowed] of table) {
  void test(`${what}: ${allowed ? 'allowed' : 'refused'}`, async (t) => {
    const faults = breaches(house({ [file]: `import { x } from '${spec}'` })).filter((line) =>
      line.startsWith(file)
    )
    t.equal(faults.length === 0, allowed, faults.join('\n'))
  })
}

void test('every way to import is seen, types and later ones too', async (t) => {
  const text = `
    import { a } from './a.ts'
    import type { B } from './b.ts'
    import './side-effect.ts'
    export * from './c.ts'
    export type { D } from './d.ts'
    const e = await import('./e.ts')
    type F = import('./f.ts').F
    // import './comment.ts'
    const text = "import './string.ts'"`
  t.strictSame(specifiers('x.ts', text).toSorted(), [
    './a.ts',
    './b.ts',
    './c.ts',
    './d.ts',
    './e.ts',
    './f.ts',
    './side-effect.ts'
  ])
})

void test('a file that cannot be read is not taken for one without imports', async (t) => {
  t.throws(() => specifiers('x.ts', 'import { from from from'), /x\.ts/)
})

void test('a cycle by types is a cycle', async (t) => {
  const found = cycles(
    house({
      'shared-protocol/units/a.ts': `import type { B } from './b.ts'`,
      'shared-protocol/units/b.ts': `export type { A } from './a.ts'`
    })
  )
  t.strictSame(found, [
    'shared-protocol/units/a.ts → shared-protocol/units/b.ts → shared-protocol/units/a.ts'
  ])
})

void test('the longest matching room has the file', async (t) => {
  t.equal(roomOf('cloud/contexts/ledger/model.ts')?.folder, 'cloud/contexts/*/model.ts')
  t.equal(roomOf('cloud/contexts/ledger/store.ts')?.folder, 'cloud/contexts')
  t.equal(roomOf('somewhere/else.ts'), undefined)
  t.ok(covers('cloud/contexts/*/events.ts', 'cloud/contexts/ledger/events.ts'))
  t.notOk(covers('cloud/contexts', 'cloud/contextsual/a.ts'))
})

void test('names that say nothing are found', async (t) => {
  const names = emptyNames(
    house({ 'cloud/db/utils.ts': 'export class SessionManager {}\nexport type IStore = 1' })
  )
  t.strictSame(names, ['cloud/db/utils.ts', 'cloud/db/utils.ts: SessionManager', 'cloud/db/utils.ts: IStore'])
})

void test('the plan shows rooms and arrows, and replaces the old one', async (t) => {
  const plan = drawing(
    house({
      'edge-agent/main.ts': `import './store/outbox.ts'\nimport '@nova/shared-protocol/units'`,
      'edge-agent/store/outbox.test.ts': `import '../core/session.ts'`
    })
  )
  t.match(plan, /edge_agent_main_ts --> edge_agent_store/)
  t.match(plan, /edge_agent --> shared_protocol/)
  t.notMatch(plan, /edge_agent_store --> edge_agent_core/, 'tests draw no arrows')
  const readme = 'a\n<!-- plan: drawn by npm run plan -->\nold\n<!-- /plan -->\nb\n'
  const once = withPlan(readme, plan)
  t.notMatch(once, /old/)
  t.equal(withPlan(once, plan), once)
  t.throws(() => withPlan('no markers', plan), /markers/)
})

const lines = (count: number): string => 'export const a = 1\n'.repeat(count)

void test('a room that falls below its record is named, and a record is only ever raised', async (t) => {
  const before = ratiosOf(
    house({
      'edge-agent/store/a.ts': lines(100),
      'edge-agent/store/a.test.ts': lines(83),
      'edge-agent/patrol/small.ts': lines(3),
      'cloud/contexts/sites/model.ts': lines(30),
      'cloud/contexts/sites/index.ts': lines(30),
      'cloud/contexts/sites/sites.test.ts': lines(60),
      'cloud/contexts/fleet/index.ts': lines(60),
      'simulators/bank/main.ts': lines(90)
    })
  )
  t.strictSame(
    before,
    { 'cloud/contexts/fleet': 0, 'cloud/contexts/sites': 1, 'edge-agent/store': 0.83 },
    'each context is a room; what is small, and simulators, are not counted'
  )
  const record = raised(before, { 'edge-agent/gone': 2 })
  t.strictSame(record, { 'cloud/contexts/fleet': 0, 'cloud/contexts/sites': 1, 'edge-agent/store': 0.8 })
  t.strictSame(fallenBelow({ 'edge-agent/store': 0.81 }, record), [], 'not each line moves it')
  t.match(fallenBelow({ 'edge-agent/store': 0.79 }, record), [/edge-agent\/store: 0\.79 .* it had 0\.8/])
  t.match(fallenBelow({ 'edge-agent/uplink': 3 }, record), [/edge-agent\/uplink: no record yet/])
  t.strictSame(raised({ 'edge-agent/store': 0.5 }, record), { 'edge-agent/store': 0.8 })
})
