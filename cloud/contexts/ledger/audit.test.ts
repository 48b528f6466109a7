import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { fillLedger, missedOf } from '../../../simulators/bench/ledger-tamper.ts'
import { openForger } from '../../../simulators/bench/ledger-forger.ts'
import { openLedgerAlone } from '../../ledger-alone.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { openTestSeal } from '../../test-support/seal.ts'
import { digestOf, firstHash, hashOf } from './chain.ts'
import { opened, signed, verifierKey, type Proof } from './checkpoint.ts'
import { migrations, outsideFolder } from './index.ts'
import { openSealing } from './seal.ts'
import { capture, hold } from './transfers.ts'
import { verifyTenant } from './verify.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'nova-roots-'))
const { url, close } = await openTestDatabase([migrations])
const outside = outsideFolder(folder)
const ledger = await openLedgerAlone(url, { outside, connections: 6 })
const tenantId = 'audited'
const cny = { currency: 'CNY', amountMinor: 5_000 }
await fillLedger(ledger, tenantId)
const { seal } = await ledger.witness(tenantId)
const sealing = openSealing({ database: ledger.database, outside, seal, now: () => Date.now() })

const program = fileURLToPath(import.meta.resolve('../../../deploy/verify/verify-ledger.mjs'))
const checked = async (proof: object, ...args: readonly string[]) => {
  const file = path.join(folder, 'proof.json')
  await writeFile(file, JSON.stringify(proof))
  const { status, stdout } = spawnSync(process.execPath, [program, file, ...args], { encoding: 'utf8' })
  return { status, said: JSON.parse(stdout) as Record<string, unknown> }
}
const proofOf = async (sequence: number, line: number): Promise<Proof> => {
  const proof = await sealing.prove(tenantId, sequence, line)
  if (!proof) throw new Error('no proof')
  return proof
}

void test('a whole ledger verifies and both checkpoints outside fit', async (t) => {
  const verdict = await ledger.verify(tenantId)
  t.match(verdict, { ok: true, outside: { checkpoints: 2 } })
  const { count } = await ledger.database.tenant(tenantId, async (tx) =>
    tx.one<{ count: number }>('select count(*) as count from ledger_transfers')
  )
  t.equal(verdict.outside.covered, count)
})

void test('every entry has a proof that a program without anything of ours checks', async (t) => {
  for (const sequence of [2, 4, 11]) {
    const { status, said } = await checked(await proofOf(sequence, 0), '--key', verifierKey(seal))
    t.match({ status, said }, { status: 0, said: { ok: true, sequence, line: 0, tenantId } })
  }
  t.match(
    (await checked(await proofOf(2, 0))).said,
    { party: 'bank', purpose: 'clearing' },
    'after the contract'
  )
  t.equal(await sealing.prove(tenantId, 2, 9), undefined)
  t.equal(await sealing.prove(tenantId, 99_999, 0), undefined)
  t.equal(await sealing.prove('somebody-else', 2, 0), undefined)
})

const forgeries: { title: string; change: (proof: Proof) => object; because: RegExp }[] = [
  {
    title: 'another amount',
    change: (p) => ({ ...p, content: p.content.replace('9000', '9001') }),
    because: /content/
  },
  {
    title: 'another instant',
    change: (p) => ({ ...p, leaf: p.leaf.replace('2026', '2025') }),
    because: /root/
  },
  { title: 'another place', change: (p) => ({ ...p, sequence: 3 }), because: /another tenant or transfer/ },
  { title: 'a shorter path', change: (p) => ({ ...p, path: p.path.slice(1) }), because: /path|root/ },
  { title: 'a longer path', change: (p) => ({ ...p, path: [...p.path, ...p.path] }), because: /path/ },
  { title: 'another line than there is', change: (p) => ({ ...p, line: 7 }), because: /no such line/ },
  {
    title: 'a later time in the checkpoint',
    change: (p) => ({ ...p, checkpoint: p.checkpoint.replace('\ntime 2', '\ntime 3') }),
    because: /signature/
  },
  {
    title: 'a checkpoint signed by somebody else',
    change: (p) => {
      const other = openTestSeal()
      const checkpoint = opened(p.checkpoint, seal)
      return { ...p, key: verifierKey(other), checkpoint: checkpoint ? signed(checkpoint, other) : '' }
    },
    because: /another key/
  }
]
for (const { title, change, because } of forgeries) {
  void test(`a proof with ${title} is refused`, async (t) => {
    const { status, said } = await checked(change(await proofOf(2, 0)), '--key', verifierKey(seal))
    t.equal(status, 1)
    t.match(said, { ok: false, because })
  })
}

void test('a byte that a superuser flips is found with tenant and place; a chain rewritten against the outside root', async (t) => {
  const forger = await openForger(url, tenantId, await ledger.witness(tenantId))
  try {
    t.strictSame(await missedOf(forger, 'flip', { tenantId, count: 40 }), [])
    t.strictSame(await missedOf(forger, 'rewrite', { tenantId, count: 6 }), [])
  } finally {
    await forger.close()
  }
  t.match(await ledger.verify(tenantId), { ok: true })
})

void test('without what lies outside a rewritten chain looks whole, and lines that our key did not sign do not count', async (t) => {
  const forger = await openForger(url, tenantId, { notes: [], seal })
  const { verdict } = await forger.rewrite(() => 0.5)
  await forger.close()
  t.equal(verdict.ok, true)
  const checkpoint = opened((await outside.read(tenantId))[0] ?? '', seal)
  const notes = checkpoint
    ? [signed({ ...checkpoint, rootHash: Buffer.alloc(32) }, openTestSeal()), 'half a li']
    : []
  t.equal(notes.length, 2)
  t.match(await verifyTenant(ledger.database, tenantId, { notes, seal }), {
    ok: true,
    outside: { checkpoints: 0 }
  })
})

void test('a ledger shorter than what was told of it is found, and nothing more is signed', async (t) => {
  const checkpoint = opened((await outside.read(tenantId)).at(-1) ?? '', seal)
  if (!checkpoint) throw new Error('no checkpoint')
  const longer = signed({ ...checkpoint, size: checkpoint.size + 5 }, seal)
  const notes = [...(await outside.read(tenantId)), longer]
  t.match(await verifyTenant(ledger.database, tenantId, { notes, seal }), {
    ok: false,
    firstBadEntry: { tenantId, sequence: checkpoint.size + 1, reason: /shorter/ }
  })
  const other = outsideFolder(path.join(folder, 'other'))
  await other.append(tenantId, longer)
  const told = openSealing({ database: ledger.database, outside: other, seal, now: () => 0 })
  await t.rejects(told.sealAll(), { message: /shorter than what was told/ })
  t.equal((await other.read(tenantId)).length, 1)
})

void test('the outside has one line a checkpoint, and none when nothing moved', async (t) => {
  const before = await readFile(path.join(folder, `${tenantId}.jsonl`), 'utf8')
  await ledger.seal()
  t.equal(await readFile(path.join(folder, `${tenantId}.jsonl`), 'utf8'), before)
  t.equal(before.trimEnd().split('\n').length, 2)
})

void test('a chain written before batches verifies after the migration, and goes on', async (t) => {
  const before = { context: 'ledger', files: migrations.files.slice(0, 2) }
  const old = await openTestDatabase([before])
  const said = hold({ paymentId: 'p', sessionId: randomUUID(), provider: 'bank', driver: 'driver:1' }, cny)
  const digest = digestOf(said[0] ?? fail('no hold'))
  const link = { tenantId: 'old', sequence: 1, at: '2026-11-20T08:00:00.000Z', digest }
  await old.database.tenant('old', async (tx) => {
    await tx.query(`insert into ledger_accounts (tenant_id, currency, party, purpose)
      values ('old', 'CNY', 'bank', 'clearing'), ('old', 'CNY', 'driver:1', 'hold')`)
    await tx.query(
      `insert into ledger_transfers (tenant_id, sequence, key, digest, kind, phase, currency, session_id, memo, at, hash)
       values ('old', 1, $1, $2, 'hold', 'pending', 'CNY', $3, $4, $5, $6)`,
      [said[0]?.key, digest, said[0]?.sessionId, said[0]?.memo, link.at, hashOf(firstHash, link)]
    )
    await tx.query(`insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
      select 'old', 1, case purpose when 'hold' then 1 else 0 end, id, case purpose when 'hold' then 5000 else -5000 end
      from ledger_accounts`)
    await tx.query(`insert into ledger_heads values ('old', 1, $1)`, [hashOf(firstHash, link)])
  })
  const grown = await openLedgerAlone(old.url, {
    outside: outsideFolder(path.join(folder, 'old')),
    connections: 4
  })
  t.match(await grown.verify('old'), { ok: true, entries: 2 })
  const captured = capture(
    { paymentId: 'p', sessionId: randomUUID(), provider: 'bank', driver: 'driver:1' },
    cny
  )
  t.match(await grown.post('old', { transfers: captured, at: link.at }), { ok: true })
  t.match(await grown.verify('old'), { ok: true, entries: 6 })
  await grown.close()
  await old.close()
})

function fail(words: string): never {
  throw new Error(words)
}

void test('everything is cleared away', async () => {
  await ledger.close()
  await close()
  await rm(folder, { recursive: true, force: true })
})
