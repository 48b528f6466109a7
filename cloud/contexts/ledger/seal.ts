import type { Database, Tx } from '../../db/index.ts'
import { contentOf, linkText } from './chain.ts'
import { opened, signed, verifierKey, type Checkpoint, type Proof, type Seal } from './checkpoint.ts'
import { emptyTree, grown, leafHash, pathOf, rootOf, type Tree } from './merkle.ts'
import type { Outside } from './outside.ts'
import { readTransfer } from './queries.ts'

export type SealNeeds = {
  readonly database: Pick<Database, 'tenant' | 'platform'>
  readonly seal: Seal
  readonly outside: Outside
  now(): number
}

type Grown = { readonly tree: Tree; readonly chainHash: string }
type LinkRow = { sequence: number; at: string; digest: string; hash: string }
type Told = Checkpoint & { readonly note: string }

const batch = 5_000
const sealMs = 120_000 // The first round after a start reads whole ledgers.

/** Thrown instead of signing: what was told before is not what the database says now. */
export class LedgerRewritten extends Error {
  override readonly name = 'LedgerRewritten'
}

export type Sealing = {
  /** One checkpoint for each tenant whose ledger has grown. */
  sealAll(): Promise<void>
  /** @returns undefined when there is no such entry */
  prove(tenantId: string, sequence: number, line: number): Promise<Proof | undefined>
}

/** Tells the outside the state of each tenant's ledger; what is told is kept in mind, so that a round reads only news. */
export function openSealing(needs: SealNeeds): Sealing {
  const told = new Map<string, Grown>()
  return {
    async sealAll() {
      const heads = await needs.database.platform('seal the ledgers', async (tx) =>
        tx.query<{ tenant_id: string; sequence: number }>('select tenant_id, sequence from ledger_heads')
      )
      const moved = heads.filter((head) => told.get(head.tenant_id)?.tree.size !== head.sequence)
      const failed: unknown[] = []
      for (const { tenant_id: tenantId } of moved) {
        // One tenant's trouble keeps no other from being sealed.
        await sealTenant(needs, told, tenantId).catch((cause: unknown) => failed.push(cause))
      }
      if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join('; '))
    },
    async prove(tenantId, sequence, line) {
      const found = await needs.database.tenant(tenantId, async (tx) => readTransfer(tx, sequence))
      if (found?.entries[line] === undefined) return undefined
      const last = await noteCovering(needs, told, { tenantId, sequence })
      const leaves = await needs.database.tenant(tenantId, async (tx) => leavesUpTo(tx, last.size), {
        statementMs: sealMs,
        deadlineMs: sealMs
      })
      return {
        v: 1,
        tenantId,
        sequence,
        line,
        content: contentOf(found),
        leaf: linkText({ tenantId, sequence, at: found.at, digest: found.digest }),
        leafIndex: sequence - 1,
        treeSize: last.size,
        path: pathOf(sequence - 1, leaves).map((hash) => hash.toString('base64')),
        checkpoint: last.note,
        key: verifierKey(needs.seal)
      }
    }
  }
}

async function sealTenant(needs: SealNeeds, told: Map<string, Grown>, tenantId: string): Promise<void> {
  const { database, outside, seal, now } = needs
  const last = await lastNote(needs, tenantId)
  const before = told.get(tenantId) ?? { tree: emptyTree, chainHash: '' }
  const options = { statementMs: sealMs, deadlineMs: sealMs }
  const after = await database.tenant(tenantId, async (tx) => grownTo(tx, before, last), options)
  if (after.tree.size > (last?.size ?? 0)) {
    const at = new Date(now()).toISOString()
    const { tree, chainHash } = after
    const checkpoint = { tenantId, size: tree.size, rootHash: rootOf(tree), chainHash, at }
    await outside.append(tenantId, signed(checkpoint, seal))
  }
  told.set(tenantId, after)
}

async function lastNote({ outside, seal }: SealNeeds, tenantId: string): Promise<Told | undefined> {
  const notes = await outside.read(tenantId)
  for (const note of notes.toReversed()) {
    const checkpoint = opened(note, seal)
    if (checkpoint?.tenantId === tenantId && checkpoint.genuine()) return { ...checkpoint, note }
  }
  return undefined
}

/** The last checkpoint, made now when it does not reach as far as the entry. */
async function noteCovering(
  needs: SealNeeds,
  told: Map<string, Grown>,
  { tenantId, sequence }: { readonly tenantId: string; readonly sequence: number }
): Promise<Told> {
  const there = await lastNote(needs, tenantId)
  if (there !== undefined && there.size >= sequence) return there
  await sealTenant(needs, told, tenantId)
  const made = await lastNote(needs, tenantId)
  if (made === undefined || made.size < sequence) throw new Error('the outside does not keep what it is told')
  return made
}

/** Reads on from where the tree ends; passes by the last checkpoint, which must fit, or nothing more is signed. */
async function grownTo(tx: Tx, { tree, chainHash }: Grown, last: Checkpoint | undefined): Promise<Grown> {
  let [grownTree, hash] = [tree, chainHash]
  for (let more = true; more;) {
    const rows = await links(tx, grownTree.size, batch)
    for (const row of rows) {
      grownTree = grown(grownTree, leafHash(linkText({ ...row, tenantId: tx.tenantId ?? '' })))
      hash = row.hash
      if (grownTree.size === last?.size && !rootOf(grownTree).equals(last.rootHash))
        throw new LedgerRewritten(`the ledger of ${tx.tenantId} is not what was told of it at ${last.at}`)
    }
    more = rows.length === batch
  }
  if (last !== undefined && grownTree.size < last.size)
    throw new LedgerRewritten(
      `the ledger of ${tx.tenantId} is shorter than what was told of it at ${last.at}`
    )
  return { tree: grownTree, chainHash: hash }
}

async function leavesUpTo(tx: Tx, size: number): Promise<Buffer[]> {
  const leaves: Buffer[] = []
  while (leaves.length < size) {
    const rows = await links(tx, leaves.length, Math.min(batch, size - leaves.length))
    if (rows.length === 0) throw new Error(`the ledger ends at ${leaves.length}, the outside knows ${size}`)
    for (const row of rows) leaves.push(leafHash(linkText({ ...row, tenantId: tx.tenantId ?? '' })))
  }
  return leaves
}

const links = async (tx: Tx, after: number, limit: number): Promise<LinkRow[]> =>
  tx.query<LinkRow>(
    'select sequence, at, digest, hash from ledger_transfers where sequence > $1 order by sequence limit $2',
    [after, limit]
  )
