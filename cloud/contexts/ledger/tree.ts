import type { Tx } from '../../db/index.ts'
import { linkText } from './chain.ts'
import {
  leafHash,
  pathOf,
  rootOf,
  siblingsOf,
  subtreesOf,
  treeHash,
  type Range,
  type Subtree
} from './merkle.ts'

/** Smaller subtrees are not kept: their leaves are read. */
export const leastKept = 256

const batch = 5_000

type Link = {
  readonly sequence: number
  readonly at: string
  readonly digest: string
  readonly hash: string
}

export const leafOf = (tx: Tx, link: Link): Buffer =>
  leafHash(linkText({ ...link, tenantId: tx.tenantId ?? '' }))

/** Links behind a sequence in the order of the chain. */
export const linksAfter = async (tx: Tx, after: number, limit: number): Promise<Link[]> =>
  tx.query<Link>(
    'select sequence, at, digest, hash from ledger_transfers where sequence > $1 order by sequence limit $2',
    [after, limit]
  )

/** Keeps the roots of full subtrees; those that are kept already stay. */
export async function keepSubtrees(tx: Tx, made: readonly Subtree[]): Promise<void> {
  if (made.length === 0) return
  await tx.query(
    `insert into ledger_tree (tenant_id, leaves, place, hash)
     select nova_tenant(), m.leaves, m.place, m.hash
     from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as m (leaves, place, hash) on conflict do nothing`,
    [made.map(({ leaves }) => leaves), made.map(({ place }) => place), made.map(({ hash }) => hash)]
  )
}

/** How many of these subtrees are kept, and the first transfer of one that is kept with another root. */
export async function heldAgainstKept(
  tx: Tx,
  made: readonly Subtree[]
): Promise<{ readonly kept: number; readonly wrongAt: number | null }> {
  if (made.length === 0) return { kept: 0, wrongAt: null }
  const row = await tx.one<{ kept: string; wrongAt: string | null }>(
    `select count(*)::text as kept, (min(m.leaves * m.place + 1) filter (where t.hash <> m.hash))::text as "wrongAt"
     from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as m (leaves, place, hash)
     join ledger_tree t on t.leaves = m.leaves and t.place = m.place`,
    [made.map(({ leaves }) => leaves), made.map(({ place }) => place), made.map(({ hash }) => hash)]
  )
  return { kept: Number(row.kept), wrongAt: row.wrongAt === null ? null : Number(row.wrongAt) }
}

export const countKept = async (tx: Tx): Promise<number> =>
  Number((await tx.one<{ kept: string }>('select count(*)::text as kept from ledger_tree')).kept)

/** PATH of a leaf from all links up to `size`. */
export async function pathOfLinks(tx: Tx, index: number, size: number): Promise<Buffer[]> {
  return pathOf(index, await leavesIn(tx, { from: 0, to: size }))
}

/**
 * PATH of a leaf from subtrees that are kept and the links of at most two unfinished ones: some hundreds of rows, whatever
 * the size.
 * @returns undefined when a subtree is not kept
 */
export async function pathOfSubtrees(tx: Tx, index: number, size: number): Promise<Buffer[] | undefined> {
  const siblings = siblingsOf(index, size)
  const kept = await keptOf(
    tx,
    siblings.flatMap((range) => subtreesOf(range)).filter(({ leaves }) => leaves >= leastKept)
  )
  const own = await leavesIn(tx, blockOf(index, size))
  const last = await leavesIn(tx, blockOf(size - 1, size))
  const leafAt = (at: number): Buffer | undefined =>
    blockOf(index, size).from === blockOf(at, size).from ? own[at % leastKept] : last[at % leastKept]
  const path: Buffer[] = []
  for (const range of siblings) {
    const tops = subtreesOf(range).flatMap(({ leaves, place }) => {
      const hash =
        leaves >= leastKept
          ? kept.get(`${leaves} ${place}`)
          : hashOf({ from: leaves * place, to: leaves * (place + 1) }, leafAt)
      return hash ? [{ leaves, hash }] : []
    })
    if (tops.length < subtreesOf(range).length) return undefined
    path.push(rootOf({ size: range.to - range.from, tops }))
  }
  return path
}

/** The stretch of a kept subtree around a leaf, as far as the tree goes. */
function blockOf(at: number, size: number): Range {
  const from = at - (at % leastKept)
  return { from, to: Math.min(from + leastKept, size) }
}

function hashOf({ from, to }: Range, leafAt: (at: number) => Buffer | undefined): Buffer | undefined {
  const leaves = Array.from({ length: to - from }, (_, index) => leafAt(from + index))
  const there = leaves.filter((leaf) => leaf !== undefined)
  return there.length === leaves.length ? treeHash(there) : undefined
}

async function keptOf(
  tx: Tx,
  wanted: readonly Omit<Subtree, 'hash'>[]
): Promise<ReadonlyMap<string, Buffer>> {
  const rows = await tx.query<Subtree>(
    `select t.leaves, t.place, t.hash
     from unnest($1::bigint[], $2::bigint[]) as w (leaves, place)
     join ledger_tree t on t.leaves = w.leaves and t.place = w.place`,
    [wanted.map(({ leaves }) => leaves), wanted.map(({ place }) => place)]
  )
  return new Map(rows.map(({ leaves, place, hash }) => [`${leaves} ${place}`, hash]))
}

async function leavesIn(tx: Tx, { from, to }: Range): Promise<Buffer[]> {
  const leaves: Buffer[] = []
  while (leaves.length < to - from) {
    const reached = from + leaves.length
    const rows = await linksAfter(tx, reached, Math.min(batch, to - reached))
    if (rows.length === 0) throw new Error(`the ledger ends at ${reached}, the outside knows ${to}`)
    for (const row of rows) leaves.push(leafOf(tx, row))
  }
  return leaves
}
