import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openLedgerAlone, outsideFolder, type LedgerAlone } from '@nova/cloud/ledger'
import { startPostgres } from '@nova/deploy/local'
import { show } from './figure.ts'
import { callManyTimes } from './ledger-keys.ts'
import { hot, rateOf, spread, tenants20 } from './ledger-loads.ts'
import { tamper } from './ledger-tamper.ts'
import { insertRate, pgbenchRate } from './peer-pg.ts'

const clients = 16
const loads = [
  { name: 'spread', load: spread, floor: 4_000 },
  { name: 'hot', load: hot, floor: 1_000 },
  { name: 'tenants20', load: tenants20, floor: 3_500 }
] as const
const batchAim = 30_000

/**
 * Transfers a second with fsync and row security on, single (16 clients, one transfer a call) and batched (4 clients,
 * 1,000 calls at once), beside bare INSERT and pgbench in turns on the same server; then 40,000 calls on 2,000 keys,
 * and rows flipped by a superuser.
 */
export async function benchLedger({ short }: { readonly short: boolean }): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-bench-ledger-'))
  const server = await startPostgres({ dataDir, port: 0 })
  const ledger = await openLedgerAlone(server.url, { outside: outsideFolder(path.join(dataDir, 'outside')) })
  try {
    await speeds(ledger, server.url, short ? 3 : 10)
    await callManyTimes(ledger, short ? { calls: 4_000, keys: 200 } : { calls: 40_000, keys: 2_000 })
    await tamper(ledger, server.url, short ? 60 : 1_000)
  } finally {
    await ledger.close()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function speeds(ledger: LedgerAlone, url: string, seconds: number): Promise<void> {
  for (const { load } of loads) await rateOf(ledger, load('warm'), { clients, seconds: 1, batch: 1 })
  for (const { name, load, floor } of loads) {
    const single = await rateOf(ledger, load('single'), { clients, seconds, batch: 1 })
    const insert = await insertRate(url, { clients, seconds, batch: 1 })
    const pgbench = await pgbenchRate(url, { clients, seconds })
    show({
      name: `ledger.${name}.single`,
      value: single,
      unit: 'transfers/s',
      limit: `floor ${floor}`,
      met: single >= floor,
      ratio: single / (pgbench ?? insert),
      peers: {
        'bare INSERT': Math.round(insert),
        ...(pgbench && { 'pgbench tpcb-like': Math.round(pgbench) })
      },
      clients,
      seconds
    })
  }
  for (const { name, load } of loads) {
    const batched = await rateOf(ledger, load('batch'), { clients: 4, seconds, batch: 1_000 })
    const insert = await insertRate(url, { clients: 4, seconds, batch: 1_000 })
    show({
      name: `ledger.${name}.batched`,
      value: batched,
      unit: 'transfers/s',
      limit: `aim ${batchAim}`,
      met: batched >= batchAim,
      ratio: batched / insert,
      peers: { 'bare INSERT, 1,000 rows a commit': Math.round(insert) },
      clients: 4,
      seconds
    })
  }
}
