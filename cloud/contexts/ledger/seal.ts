import type { Database, Tx } from '../../db/index.ts'
import { contentOf, linkText } from './chain.ts'
import { opened, signed, verifierKey, type Checkpoint, type Proof, type Seal } from './checkpoint.ts'
import { emptyTree, grown, leafHash, rootOf, rootOfPath, type Subtree, type Tree } from './merkle.ts'
import type { Outside } from './outside.ts'
import { readTransfer } from './queries.ts'
import { keepSubtrees, leafOf, leastKept, linksAfter, pathOfLinks, pathOfSubtrees } from './tree.ts'

export type SealNeeds = {
  readonly database: Pick<Database, 'tenant' | 'platform'>
  readonly seal: Seal
  readonly outside: Outside
  now(): number
}

type Grown = { readonly tree: Tree; readonly chainHash: string }
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
      const leaf = linkText({ tenantId, sequence, at: found.at, digest: found.digest })
      const path = await needs.database.tenant(tenantId, async (tx) => pathTo(tx, { leaf, sequence, last }), {
        statementMs: sealMs,
        deadlineMs: sealMs
      })
      return {
        v: 1,
        tenantId,
        sequence,
        line,
        content: contentOf(found),
        leaf,
        leafIndex: sequence - 1,
        treeSize: last.size,
        path: path.map((hash) => hash.toString('base64')),
        checkpoint: last.note,
        key: verifierKey(needs.seal)
      }
    }
  }
}

type Wanted = { readonly leaf: string; readonly sequence: number; readonly last: Checkpoint }

/** By what is kept of the tree where that leads to the signed root; else all links are read, and say what they say. */
async function pathTo(tx: Tx, { leaf, sequence, last }: Wanted): Promise<Buffer[]> {
  const [index, size] = [sequence - 1, last.size]
  const path = await pathOfSubtrees(tx, index, size)
  const fits = path && rootOfPath(leafHash(leaf), index, size, path)?.equals(last.rootHash)
  return path && fits ? path : pathOfLinks(tx, index, size)
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
  const among = (notes: readonly string[]): Told | undefined => {
    for (const note of notes.toReversed()) {
      const checkpoint = opened(note, seal)
      if (checkpoint?.tenantId === tenantId && checkpoint.genuine()) return { ...checkpoint, note }
    }
    return undefined
  }
  // Where strange lines follow the last of ours, it is looked for from the beginning.
  return among(await outside.latest(tenantId)) ?? among(await outside.read(tenantId))
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
    const rows = await linksAfter(tx, grownTree.size, batch)
    const full: Subtree[] = []
    for (const row of rows) {
      grownTree = grown(grownTree, leafOf(tx, row), (made) => {
        if (made.leaves >= leastKept) full.push(made)
      })
      hash = row.hash
      if (grownTree.size === last?.size && !rootOf(grownTree).equals(last.rootHash))
        throw new LedgerRewritten(`the ledger of ${tx.tenantId} is not what was told of it at ${last.at}`)
    }
    await keepSubtrees(tx, full)
    more = rows.length === batch
  }
  if (last !== undefined && grownTree.size < last.size)
    throw new LedgerRewritten(
      `the ledger of ${tx.tenantId} is shorter than what was told of it at ${last.at}`
    )
  return { tree: grownTree, chainHash: hash }
}
