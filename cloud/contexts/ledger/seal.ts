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

const batch = 5_000

/** Tells the outside the state of each tenant's ledger; what is told is kept in mind, so that a round reads only news. */
export function openSealing({ database, seal, outside, now }: SealNeeds) {
  const told = new Map<string, Grown>()
  const sealTenant = async (tenantId: string): Promise<void> => {
    const before = told.get(tenantId) ?? { tree: emptyTree, chainHash: '' }
    const after = await database.tenant(tenantId, async (tx) => grownTo(tx, before), { statementMs: 60_000 })
    if (after.tree.size === before.tree.size) return
    const last = await lastNote(tenantId)
    if (last === undefined || last.size < after.tree.size) {
      const checkpoint = {
        tenantId,
        size: after.tree.size,
        rootHash: rootOf(after.tree),
        chainHash: after.chainHash,
        at: new Date(now()).toISOString()
      }
      await outside.append(tenantId, signed(checkpoint, seal))
    }
    told.set(tenantId, after)
  }
  const lastNote = async (tenantId: string): Promise<(Checkpoint & { note: string }) | undefined> => {
    const notes = await outside.read(tenantId)
    for (const note of notes.toReversed()) {
      const checkpoint = opened(note, seal)
      if (checkpoint?.tenantId === tenantId && checkpoint.genuine()) return { ...checkpoint, note }
    }
    return undefined
  }
  return {
    sealTenant,
    /** One checkpoint for each tenant whose ledger has grown. */
    async sealAll(): Promise<void> {
      const heads = await database.platform('seal the ledgers', async (tx) =>
        tx.query<{ tenant_id: string; sequence: number }>('select tenant_id, sequence from ledger_heads')
      )
      const moved = heads.filter((head) => told.get(head.tenant_id)?.tree.size !== head.sequence)
      for (const { tenant_id: tenantId } of moved) await sealTenant(tenantId)
    },
    /** @returns undefined when there is no such entry */
    async prove(tenantId: string, sequence: number, line: number): Promise<Proof | undefined> {
      const found = await database.tenant(tenantId, async (tx) => readTransfer(tx, sequence))
      if (found?.entries[line] === undefined) return undefined
      let last = await lastNote(tenantId)
      if (last === undefined || last.size < sequence) {
        await sealTenant(tenantId)
        last = await lastNote(tenantId)
      }
      if (last === undefined || last.size < sequence)
        throw new Error('the outside does not keep what it is told')
      const leaves = await database.tenant(tenantId, async (tx) => leavesUpTo(tx, last.size))
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
        key: verifierKey(seal)
      }
    }
  }
}

export type Sealing = ReturnType<typeof openSealing>

async function grownTo(tx: Tx, { tree, chainHash }: Grown): Promise<Grown> {
  let [grownTree, hash] = [tree, chainHash]
  for (let more = true; more;) {
    const rows = await links(tx, grownTree.size, batch)
    for (const row of rows) {
      grownTree = grown(grownTree, leafHash(linkText({ ...row, tenantId: tx.tenantId ?? '' })))
      hash = row.hash
    }
    more = rows.length === batch
  }
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
