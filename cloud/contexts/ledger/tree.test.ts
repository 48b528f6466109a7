import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { test } from 'tap'
import { transfer } from '../../../simulators/bench/ledger-loads.ts'
import type { Tx } from '../../db/index.ts'
import { openLedgerAlone } from '../../ledger-alone.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { opened, type Proof } from './checkpoint.ts'
import { migrations, outsideFolder } from './index.ts'
import { leafHash, rootOfPath } from './merkle.ts'
import { openSealing } from './seal.ts'
import { pathOfLinks } from './tree.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'nova-tree-'))
const { url, close } = await openTestDatabase([migrations])
const outside = outsideFolder(folder)
const ledger = await openLedgerAlone(url, { outside, connections: 6 })
const tenantId = 'long'
const { seal } = await ledger.witness(tenantId)
const ends = { from: ['driver:1', 'account'], to: ['operator', 'revenue'] } as const
const at = '2026-11-21T10:00:00.000Z'

const put = async (from: number, to: number): Promise<void> => {
  const keys = Array.from({ length: to - from }, (_, n) => `n${from + n}`)
  await Promise.all(keys.map(async (key) => ledger.post(tenantId, { transfers: [transfer(key, ends)], at })))
}
// Sealed in three steps, so that subtrees become full in different rounds; 5,333 = 20 · 256 + 213.
for (const [from, to] of [
  [0, 1],
  [1, 1_700],
  [1_700, 5_333]
] as const) {
  await put(from, to)
  await ledger.seal()
}

/** A process that has told nothing yet, and how many rows its questions bring. */
function counted() {
  let rows = 0
  const database = {
    platform: ledger.database.platform,
    tenant: (async (tenant, work, options) =>
      ledger.database.tenant(
        tenant,
        async (tx) => {
          const query: Tx['query'] = async <Row extends object>(sql: string, values?: readonly unknown[]) => {
            const found = await tx.query<Row>(sql, values)
            rows += found.length
            return found
          }
          return work({ ...tx, query })
        },
        options
      )) satisfies typeof ledger.database.tenant
  }
  const sealing = openSealing({ database, outside, seal, now: () => Date.now() })
  return {
    async prove(sequence: number): Promise<{ proof: Proof; rows: number }> {
      rows = 0
      const proof = await sealing.prove(tenantId, sequence, 0)
      if (!proof) throw new Error('no proof')
      return { proof, rows }
    }
  }
}

const leadsToItsRoot = ({ leaf, leafIndex, treeSize, path: texts, checkpoint }: Proof): boolean => {
  const hashes = texts.map((text) => Buffer.from(text, 'base64'))
  const told = opened(checkpoint, seal)
  const root = rootOfPath(leafHash(leaf), leafIndex, treeSize, hashes)
  return told?.genuine() === true && root?.equals(told.rootHash) === true
}

const places = [1, 2, 255, 256, 257, 2_048, 4_096, 4_097, 5_120, 5_121, 5_332, 5_333]

for (const sequence of places) {
  void test(`the proof of transfer ${sequence} of 5,333 is made of some hundred rows, and is the one of all links`, async (t) => {
    const { proof, rows } = await counted().prove(sequence)
    t.ok(leadsToItsRoot(proof))
    t.equal(proof.treeSize, 5_333)
    const whole = await ledger.database.tenant(tenantId, async (tx) => pathOfLinks(tx, sequence - 1, 5_333))
    t.strictSame(
      proof.path,
      whole.map((hash) => hash.toString('base64'))
    )
    t.ok(rows <= 256 + 213 + 16, `${rows} rows: two unfinished stretches and a subtree a level at most`)
  })
}

const asOwner = async (sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => void client.end())
}

void test('the application cannot change what is kept of the tree', async (t) => {
  const act = async (sql: string) => ledger.database.tenant(tenantId, async (tx) => tx.query(sql))
  await t.rejects(act(`update ledger_tree set hash = sha256('x')`), { message: /permission denied/ })
  await t.rejects(asOwner('truncate ledger_tree'), { message: /append-only/ })
})

const forge = async (sql: string): Promise<void> =>
  asOwner(
    `set session_replication_role = replica; alter table ledger_tree no force row level security; ${sql}`
  )

const found: readonly { title: string; sql: string; undo: string; sequence: number }[] = [
  {
    title: 'a bit of its root turned',
    sql: 'update ledger_tree set hash = set_bit(hash, 77, 1 - get_bit(hash, 77)) where leaves = 512 and place = 3',
    undo: 'update ledger_tree set hash = set_bit(hash, 77, 1 - get_bit(hash, 77)) where leaves = 512 and place = 3',
    sequence: 512 * 3 + 1
  },
  {
    title: 'its place changed',
    sql: 'update ledger_tree set place = 99 where leaves = 1024 and place = 2',
    undo: 'update ledger_tree set place = 2 where leaves = 1024 and place = 99',
    sequence: 5_334
  },
  {
    title: 'its size changed',
    sql: 'update ledger_tree set leaves = 300 where leaves = 4096',
    undo: 'update ledger_tree set leaves = 4096 where leaves = 300',
    sequence: 5_334
  }
]
for (const { title, sql, undo, sequence } of found) {
  void test(`of a subtree that is kept ${title}: found by going through the ledger`, async (t) => {
    await forge(sql)
    t.match(await ledger.verify(tenantId), { ok: false, firstBadEntry: { tenantId, sequence } })
    await forge(undo)
    t.match(await ledger.verify(tenantId), { ok: true })
  })
}

const harms: readonly { readonly title: string; readonly sql: string }[] = [
  { title: 'changed', sql: `update ledger_tree set hash = sha256(hash) where leaves = 256` },
  { title: 'gone', sql: 'delete from ledger_tree' }
]
for (const { title, sql } of harms) {
  void test(`what is kept of the tree counts for nothing where it is ${title}: the links are read`, async (t) => {
    await forge(sql)
    const { proof, rows } = await counted().prove(300)
    t.ok(leadsToItsRoot(proof))
    t.ok(rows >= 5_333)
  })
}

void test('a process that goes through the whole ledger keeps its tree again', async (t) => {
  await put(5_333, 5_334)
  await openSealing({ database: ledger.database, outside, seal, now: () => Date.now() }).sealAll()
  const { proof, rows } = await counted().prove(300)
  t.ok(leadsToItsRoot(proof))
  t.ok(rows < 600)
})

void test('the last checkpoint is found among strange lines, and at the end of a long file without reading it', async (t) => {
  const { proof } = await counted().prove(7)
  for (let n = 0; n < 400; n++) await outside.append(tenantId, `strange ${n} ${'.'.repeat(60)}`)
  t.ok((await outside.latest(tenantId)).length < 400)
  t.equal((await counted().prove(7)).proof.checkpoint, proof.checkpoint)
  t.strictSame(await outside.latest('nobody'), [])
})

void test('its database and folder go at the end', async () => {
  await ledger.close()
  await close()
  await rm(folder, { recursive: true, force: true })
})
