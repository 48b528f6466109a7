import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

const body = JSON.stringify({
  kind: 'sample.connector.v1',
  connector: 'CP16-01:1:1',
  sessionId: '3f1b1f9a-2a34-4a6e-9b7f-0c1d2e3f4a5b',
  limitMilliA: 26_000,
  reading: {
    at: '2026-01-01T00:00:00.000Z',
    registerWh: 1_000_000,
    powerW: 17_940,
    currentMilliA: [26_000, 26_000, 26_000]
  }
})

/** Events a second that PostgreSQL takes by COPY with nothing else to do: one table, one index, 500 rows a commit. */
export async function copyRate(databaseUrl: string, events: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      'create table bench_copy (sequence bigint primary key, key text not null, body jsonb not null)'
    )
    const begun = performance.now()
    for (let first = 1; first <= events; first += 500) {
      const rows = Array.from(
        { length: 500 },
        (_, index) => `${first + index}\tsample/${first + index}\t${body}\n`
      )
      await pipeline(Readable.from([rows.join('')]), client.query(copyFrom('copy bench_copy from stdin')))
    }
    return (events / (performance.now() - begun)) * 1_000
  } finally {
    await client.query('drop table if exists bench_copy')
    await client.end()
  }
}
