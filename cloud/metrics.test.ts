import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import type { Figures } from './figures.ts'
import { openFigures } from './figures.ts'
import { migrations } from './join.ts'
import { tallyListener } from './contexts/telemetry/tallies.ts'
import { openMetrics } from './metrics.ts'
import { openTestDatabase } from './test-support/postgres.ts'

const still: Figures = {
  tallies: async () => [
    { kind: 'ended', count: 3, joules: '64800000' },
    { kind: 'billed', count: 2, joules: '43200000.0' },
    { kind: 'credited', count: 1, joules: '3600' },
    { kind: 'abandoned', count: 4, joules: '0' }
  ],
  inReview: async () => ({ sessions: 1, oldestSeconds: 90 }),
  ledgerImbalance: async () => '0',
  audit: async () => ({ entries: 12, verified: 11, broken: 0, headAgeSeconds: 4.5 })
}
const measured = (figures: Figures) => ({
  lag: async () => [{ listener: 'charging', behind: 1, seconds: 2 }],
  streamClients: () => 5,
  edgesInTouch: () => 6,
  figures
})
const linesOf = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith('#'))

void test('what only the database knows is asked at each scrape', async (t) => {
  const metrics = openMetrics('1.2.3')
  t.teardown(metrics.stop)
  metrics.measure(measured(still))
  metrics.count('gaps', 2)
  metrics.count('quarantined', 1, 'altered')
  for (let scrape = 1; scrape <= 2; scrape++) {
    const lines = linesOf((await metrics.read()).text)
    for (const line of [
      'nova_build_info{version="1.2.3"} 1',
      'nova_sessions_total{result="ended"} 3',
      'nova_sessions_total{result="abandoned"} 4',
      'nova_metered_energy_joules_total 64800000',
      'nova_billed_energy_joules_total 43200000',
      'nova_credited_energy_joules_total 3600',
      'nova_sessions_in_review 1',
      'nova_sessions_in_review_oldest_seconds 90',
      'nova_ledger_imbalance 0',
      'nova_audit_sequence 12',
      'nova_audit_verified_sequence 11',
      'nova_audit_broken_trails 0',
      'nova_audit_head_age_seconds 4.5',
      'nova_listener_behind_seconds{listener="charging"} 2',
      'nova_ingest_gaps_total 2',
      'nova_ingest_quarantined_total{reason="altered"} 1'
    ])
      t.ok(lines.includes(line), `scrape ${scrape}: ${line}`)
  }
})

void test('a figure that cannot be had is left out and counted; the others stand', async (t) => {
  const metrics = openMetrics('1')
  t.teardown(metrics.stop)
  let broken = false
  const inReview = async () => {
    if (broken) throw new Error('no database')
    return still.inReview()
  }
  metrics.measure(measured({ ...still, inReview }))
  t.match((await metrics.read()).text, /^nova_sessions_in_review 1$/m)
  broken = true
  await metrics.read()
  const { text } = await metrics.read()
  t.notMatch(text, /^nova_sessions_in_review \d/m, 'shown neither as it was nor as 0')
  t.match(text, /^nova_metrics_missing_total\{name="nova_sessions_in_review"\} [12]$/m)
  t.match(text, /^nova_stream_clients 5$/m)
})

void test('a database that hangs keeps no scrape waiting', async (t) => {
  const metrics = openMetrics('1')
  t.teardown(metrics.stop)
  const { promise: never } = Promise.withResolvers<never>()
  metrics.measure({ ...measured({ ...still, audit: async () => never }), lag: async () => never })
  const { text } = await metrics.read()
  t.match(text, /^nova_sessions_in_review 1$/m)
  t.notMatch(text, /^nova_audit_sequence \d/m)
  t.match((await metrics.read()).text, /^nova_metrics_missing_total\{name="nova_audit_sequence"\} [12]$/m)
})

void test('every metric of the cloud stands in docs/metrics.md, and nothing else does', async (t) => {
  const metrics = openMetrics('1')
  t.teardown(metrics.stop)
  metrics.measure(measured(still))
  const { text } = await metrics.read()
  const runtime = /^nova_(process|nodejs)_/
  const given = [...text.matchAll(/^# TYPE (\S+)/gm)].flatMap(([, name = '']) =>
    runtime.test(name) ? [] : [name]
  )
  const page = await readFile(new URL('../docs/metrics.md', import.meta.url), 'utf8')
  const [cloud = ''] = page.split('\n## Edge')
  const told = [...cloud.matchAll(/^\| `(nova_[a-z_]+)/gm)].map(([, name = '']) => name)
  t.strictSame(told.toSorted(), given.toSorted())
})

const event = (kind: string, body: object, id: number) => ({
  id,
  tenantId: 'a',
  partition: 0,
  kind,
  key: 'k',
  body,
  at: '2026-11-21T00:00:00Z'
})

void test('figures of the database', async (t) => {
  const { database, close } = await openTestDatabase(migrations)
  t.teardown(close)
  let now = 0
  const figures = openFigures(database, () => (now += 1_000_000))

  await t.test('are nothing in the beginning', async (t) => {
    t.strictSame(await figures.tallies(), [])
    t.strictSame(await figures.inReview(), { sessions: 0, oldestSeconds: 0 })
    t.equal(await figures.ledgerImbalance(), '0')
    t.strictSame(await figures.audit(), { entries: 0, verified: 0, broken: 0, headAgeSeconds: 0 })
  })

  const [sessionId, cdrId, siteId] = [randomUUID(), randomUUID(), 's']
  const money = { currency: 'CNY', amountMinor: 100 }
  const ended = (energyWh: number) => ({
    siteId,
    fact: {
      kind: 'session.ended.v1',
      sessionId,
      endedAt: '2026-11-21T00:00:00Z',
      meterStopWh: 1_000 + energyWh,
      energyWh,
      stopReason: 'local',
      tokenUid: null,
      review: []
    }
  })
  const document = (id: string, amountMinor: number) => ({
    cdrId: id,
    invoiceId: randomUUID(),
    invoiceNumber: 'N',
    total: { ...money, amountMinor }
  })
  const who = { sessionId, siteId, driverId: null, tokenUid: null }
  const tariff = { tariffId: 't', tariffVersion: 1 }

  await t.test('count each thing once, however often and in whatever batches it is told', async (t) => {
    const told = [
      event('session.ended.v1', ended(7_000), 1),
      event('session.ended.v1', ended(7_000), 2),
      event('billing.cdr-issued.v1', { ...document(cdrId, 100), ...who, ...tariff, energyWh: '7000.5' }, 3)
    ]
    await database.tenant('a', async (tx) => tallyListener.handle(tx, told))
    await database.tenant('a', async (tx) => tallyListener.handle(tx, told.slice(1)))
    t.match(await figures.tallies(), [
      { kind: 'billed', count: 1, joules: '25201800.0' },
      { kind: 'ended', count: 1, joules: '25200000' }
    ])
  })

  await t.test('grow by what the true end adds to an assumed one', async (t) => {
    await database.tenant('a', async (tx) =>
      tallyListener.handle(tx, [event('session.ended.v1', ended(9_000), 4)])
    )
    await database.tenant('a', async (tx) =>
      tallyListener.handle(tx, [event('session.ended.v1', ended(8_000), 5)])
    )
    t.match(
      (await figures.tallies()).find(({ kind }) => kind === 'ended'),
      { count: 1, joules: String(9_000 * 3_600) }
    )
  })

  await t.test('tell what a correction took back from what it billed anew', async (t) => {
    const corrected = {
      correctionId: randomUUID(),
      ...who,
      original: { cdrId, total: money },
      credit: document(randomUUID(), -100),
      replacement: { ...document(randomUUID(), 50), ...tariff, energyWh: '3500' },
      difference: { ...money, amountMinor: -50 },
      reason: 'r',
      requestedBy: 'a',
      approvedBy: 'b'
    }
    await database.tenant('a', async (tx) =>
      tallyListener.handle(tx, [event('billing.cdr-corrected.v1', corrected, 6)])
    )
    t.match(await figures.tallies(), [
      { kind: 'billed', count: 2, joules: String(3_600 * 10_500.5) },
      { kind: 'credited', count: 1, joules: '25201800.0' },
      { kind: 'ended' }
    ])
  })

  await t.test('know a session in review and how long it waits', async (t) => {
    await database.tenant('a', async (tx) => {
      await tx.query(
        `insert into sessions (tenant_id, id, site_id, charger_id, connector_id, status)
         values ('a', $1, 's', 'c', 'c:1:1', 'review')`,
        [sessionId]
      )
      for (const reason of ['x', 'y'])
        await tx.query(
          `insert into reviews (tenant_id, id, session_id, site_id, reason, detail, raised_at, created_at)
           values ('a', $1, $2, 's', $3, '', now(), now() - interval '1 hour')`,
          [randomUUID(), sessionId, reason]
        )
    })
    const { sessions, oldestSeconds } = await figures.inReview()
    t.equal(sessions, 1, 'two reasons are one session')
    t.ok(oldestSeconds >= 3_600)
  })
})
