import { randomUUID } from 'node:crypto'
import type { History } from '@nova/shared-protocol/messages'
import { test } from 'tap'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { migrations, saveSamples } from './index.ts'
import { powerOf, resolutionFor, sessionSamples } from './queries.ts'
import { makePartitions, rollUp } from './roll-up.ts'

const hour = Date.UTC(2026, 10, 1, 10)
const sample = (
  second: number,
  powerW: number,
  more: Partial<Extract<History, { kind: 'sample.connector.v1' }>> = {}
): { history: History } => ({
  history: {
    kind: 'sample.connector.v1',
    connector: 'CP1:1:1',
    sessionId: null,
    limitMilliA: 16_000,
    reading: { at: new Date(hour + second * 1_000).toISOString(), powerW, registerWh: 1_000 + second },
    ...more
  }
})
const span = { from: new Date(hour - 3_600_000).toISOString(), to: new Date(hour + 7_200_000).toISOString() }

void test('samples over time', async (t) => {
  const { database, close } = await openTestDatabase([migrations])
  t.teardown(close)
  const save = async (samples: readonly { history: History }[], siteId = 's') =>
    database.tenant('a', async (tx) => saveSamples(tx, siteId, samples))
  const power = async (resolution: Parameters<typeof powerOf>[3]) =>
    database.tenant('a', async (tx) => powerOf(tx, 's', span, resolution))
  await save(
    Array.from({ length: 180 }, (_, second) =>
      sample(second, second < 60 ? 1_000 : second < 120 ? 2_000 : 6_000)
    )
  )
  await save([
    {
      history: {
        kind: 'sample.meter.v1',
        deviceId: 'grid-meter',
        limitW: 50_000,
        reading: { at: new Date(hour).toISOString(), powerW: 9_000 }
      }
    },
    {
      history: {
        kind: 'sample.participant.v1',
        deviceId: 'roof',
        participant: 'pv',
        reading: { at: new Date(hour).toISOString(), powerW: -3_300 }
      }
    }
  ])

  await t.test('are averaged by minute, quarter and hour', async (t) => {
    t.equal(await rollUp(database), 1)
    t.equal(await rollUp(database), 0, 'and then there is nothing left to do')
    const [connector, meter, roof] = await power('1m')
    t.match(roof, { source: 'roof', kind: 'pv', points: [{ powerW: -3_300, limitW: null }] })
    t.match(connector, { source: 'CP1:1:1', kind: 'connector' })
    t.strictSame(
      connector?.points.map(({ powerW }) => powerW),
      [1_000, 2_000, 6_000]
    )
    t.match(meter, { source: 'grid-meter', kind: 'meter', points: [{ powerW: 9_000, limitW: 50_000 }] })
    t.match((await power('1h'))[0]?.points, [{ powerW: 3_000, lowestW: 1_000, highestW: 6_000 }])
  })

  await t.test('that come late are rolled up again, and gaps stay gaps', async (t) => {
    await save([sample(600, 500), sample(30, 61_000)])
    await rollUp(database)
    t.strictSame(
      (await power('1m'))[0]?.points.map(({ at, powerW }) => [at.slice(14, 16), powerW]),
      [
        ['00', Math.round((60 * 1_000 + 61_000) / 61)],
        ['01', 2_000],
        ['02', 6_000],
        ['10', 500]
      ]
    )
  })

  await t.test('of a session are thinned evenly, ends kept', async (t) => {
    const sessionId = randomUUID()
    await save(Array.from({ length: 500 }, (_, second) => sample(second, second, { sessionId })))
    const thinned = await database.tenant('a', async (tx) => sessionSamples(tx, sessionId, 50))
    t.ok(thinned.length >= 50 && thinned.length <= 53)
    t.strictSame([thinned[0]?.powerW, thinned.at(-1)?.powerW], [0, 499])
    t.equal(
      (await database.tenant('b', async (tx) => sessionSamples(tx, sessionId, 50))).length,
      0,
      'another tenant sees none'
    )
  })

  await t.test('with absurd times and values are kept and hold nothing up', async (t) => {
    const reading = { at: '0000-01-01T00:00:00Z', powerW: 2 ** 40, registerWh: 5 }
    await save(
      [sample(0, 0, { reading }), sample(0, 0, { reading: { ...reading, at: '2099-01-01T00:00:00Z' } })],
      'odd'
    )
    const rows = await database.tenant('a', async (tx) =>
      tx.query(`select power_w, register_wh from samples where site_id = 'odd'`)
    )
    t.strictSame(rows, [
      { power_w: null, register_wh: 5 },
      { power_w: null, register_wh: 5 }
    ])
  })

  await t.test('find their month’s partition, made ahead', async (t) => {
    await makePartitions(database)
    const { kind, partitions } = await database.platform('test', async (tx) =>
      tx.one<{ kind: string; partitions: number }>(
        `select relkind as kind, (select count(*) from pg_inherits where inhparent = c.oid) as partitions
         from pg_class c where oid = 'samples'::regclass`
      )
    )
    t.ok(kind === 'r' || partitions >= 7, 'a hypertable makes its own')
    await t.rejects(
      database.tenant('a', async (tx) => tx.query('select samples_month(current_date)')),
      { code: '42501' }
    )
  })
})

for (const [seconds, resolution] of [
  [3_600, '1m'],
  [12 * 3_600, '1m'],
  [86_400, '15m'],
  [7 * 86_400, '15m'],
  [60 * 86_400, '1h']
] as const)
  void test(`${seconds / 3_600} hours are shown in steps of ${resolution}`, async (t) =>
    t.equal(resolutionFor(seconds), resolution))
