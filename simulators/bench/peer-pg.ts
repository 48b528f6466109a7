import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import pg from 'pg'

/** Bare `INSERT`s of one small row with one index, `clients` at once, `batch` rows a commit: rows a second. */
export async function insertRate(
  url: string,
  { clients, seconds, batch }: { readonly clients: number; readonly seconds: number; readonly batch: number }
): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: clients })
  try {
    await pool.query(
      'create table if not exists bench_insert (id bigint generated always as identity primary key, a text)'
    )
    const insert = {
      name: 'bench-insert',
      text: `insert into bench_insert (a) select 'a' from generate_series(1, $1)`,
      values: [batch]
    }
    let done = 0
    const begun = performance.now()
    const client = async (): Promise<void> => {
      while (performance.now() < begun + seconds * 1_000) {
        await pool.query(insert)
        done += batch
      }
    }
    await Promise.all(Array.from({ length: clients }, client))
    return (done / (performance.now() - begun)) * 1_000
  } finally {
    await pool.query('drop table if exists bench_insert')
    await pool.end()
  }
}

/** pgbench's own TPC-B-like transactions a second on the same server; undefined when the program is not there. */
export async function pgbenchRate(
  url: string,
  { clients, seconds }: { readonly clients: number; readonly seconds: number }
): Promise<number | undefined> {
  const init = await output(['-i', '-q', '-s', '10', url])
  if (init === undefined) return undefined
  const ran = await output([
    '-c',
    String(clients),
    '-j',
    '2',
    '-T',
    String(seconds),
    '-n',
    '-M',
    'prepared',
    url
  ])
  const tps = /tps = ([\d.]+)/.exec(ran ?? '')?.[1]
  if (tps === undefined) throw new Error(`pgbench said no rate: ${ran}`)
  return Number(tps)
}

async function output(args: readonly string[]): Promise<string | undefined> {
  const child = spawn('pgbench', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const started = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false)
  ])
  if (!started) return undefined
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(`pgbench ended with ${child.exitCode}: ${error}`)
  return out
}
