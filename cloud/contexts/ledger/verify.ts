import type { Database, Tx } from '../../db/index.ts'
import { opened, type Checkpoint, type Seal } from './checkpoint.ts'
import { digestOf, firstHash, hashOf, linkText } from './chain.ts'
import { emptyTree, grown, leafHash, rootOf, type Subtree, type Tree } from './merkle.ts'
import type { Entry, Phase, TransferKind } from './model.ts'
import { countKept, heldAgainstKept, leastKept } from './tree.ts'
import { rowFaults, type Bad } from './verify-rows.ts'

export type Verdict = {
  readonly ok: boolean
  readonly entries: number
  readonly headHash: string
  /** Checkpoints outside the database that the ledger was held against, and how many transfers they cover. */
  readonly outside: { readonly checkpoints: number; readonly covered: number }
  readonly firstBadEntry?: { readonly tenantId: string } & Bad
}

/** What lies outside; without it a rewritten chain cannot be told from a grown one. */
export type Witness = { readonly notes: readonly string[]; readonly seal: Seal }

type ChainRow = {
  sequence: string
  key: string
  digest: string
  kind: TransferKind
  phase: Phase
  resolves: string | null
  currency: string
  sessionId: string | null
  memo: string
  at: string
  hash: string
  lines: (Entry & { line: number })[] | null
}

const batch = 1_000
const verifyMs = 300_000 // A long chain is read in one transaction, so that it is one state of it.

/** The whole ledger of a tenant in one state of the database. */
export async function verifyTenant(
  database: Pick<Database, 'tenant'>,
  tenantId: string,
  witness: Witness
): Promise<Verdict> {
  return database.tenant(tenantId, async (tx) => verifyChain(tx, witness), {
    isolation: 'repeatable read',
    statementMs: verifyMs,
    deadlineMs: verifyMs
  })
}

/**
 * Recomputes the tenant's chain and Merkle tree from its first transfer and compares them with what is stored and with
 * what is kept of the tree and with what was told to the outside; then goes through accounts, guarded balances and
 * contracts. The database should be asked in one repeatable-read transaction.
 */
export async function verifyChain(tx: Tx, witness?: Witness): Promise<Verdict> {
  const tenantId = tx.tenantId ?? ''
  const state = openState(tenantId, witness)
  for (let more = true; more && state.bad === undefined;) {
    const rows = await chainAfter(tx, state.sequence)
    for (const row of rows) if (state.bad === undefined) step(state, row)
    if (state.bad === undefined) state.bad = await keptFault(tx, state)
    more = rows.length === batch
  }
  const bad = state.bad ?? (await lastFault(tx, state))
  return {
    ok: bad === undefined,
    entries: state.entries,
    headHash: state.hash,
    outside: { checkpoints: state.held, covered: state.covered },
    ...(bad ? { firstBadEntry: { tenantId, ...bad } } : {})
  }
}

type State = {
  readonly tenantId: string
  /** By size; more than one when processes told the same state. */
  readonly checkpoints: ReadonlyMap<number, readonly (Checkpoint & { genuine(): boolean })[]>
  sequence: number
  hash: string
  tree: Tree
  /** Full subtrees of those that may be kept, since they were last held against what is. */
  readonly full: Subtree[]
  readonly note: (made: Subtree) => void
  kept: number
  entries: number
  held: number
  covered: number
  bad: Bad | undefined
}

function openState(tenantId: string, witness: Witness | undefined): State {
  const all = (witness?.notes ?? []).flatMap((note) => {
    const checkpoint = witness && opened(note, witness.seal)
    return checkpoint?.tenantId === tenantId ? [checkpoint] : []
  })
  const full: Subtree[] = []
  return {
    tenantId,
    checkpoints: Map.groupBy(all, ({ size }) => size),
    sequence: 0,
    hash: firstHash,
    tree: emptyTree,
    full,
    note(made) {
      if (made.leaves >= leastKept) full.push(made)
    },
    kept: 0,
    entries: 0,
    held: 0,
    covered: 0,
    bad: undefined
  }
}

function step(state: State, row: ChainRow): void {
  const sequence = state.sequence + 1
  const fault = faultIn(row, state, sequence)
  if (fault !== undefined) {
    state.bad = { sequence, reason: fault }
    return
  }
  const link = { tenantId: state.tenantId, sequence, at: row.at, digest: row.digest }
  state.sequence = sequence
  state.hash = row.hash
  state.entries += row.lines?.length ?? 0
  state.tree = grown(state.tree, leafHash(linkText(link)), state.note)
  for (const checkpoint of state.checkpoints.get(sequence) ?? []) holdAgainst(state, checkpoint)
}

/** A checkpoint that fits needs no signature to be believed; one that does not counts only when our key signed it. */
function holdAgainst(state: State, checkpoint: Checkpoint & { genuine(): boolean }): void {
  const fits = checkpoint.chainHash === state.hash && checkpoint.rootHash.equals(rootOf(state.tree))
  if (fits) {
    state.held++
    state.covered = state.sequence
  } else if (checkpoint.genuine()) {
    const reason = `the root kept outside, of ${checkpoint.size} transfers at ${checkpoint.at}, is another`
    state.bad = { sequence: state.covered + 1, reason }
  }
}

function faultIn(row: ChainRow, { tenantId, hash }: State, sequence: number): string | undefined {
  if (row.sequence !== String(sequence)) return 'a transfer is missing'
  const lines = row.lines ?? []
  if (lines.some(({ line }, index) => line !== index)) return 'lines are not numbered without gaps'
  if (digestOf({ ...row, entries: lines }) !== row.digest) return 'content and digest do not fit'
  if (hashOf(hash, { tenantId, sequence, at: row.at, digest: row.digest }) !== row.hash)
    return 'content and hash do not fit'
  return undefined
}

/** What can only be seen when the whole chain has been gone through. */
const lastFault = async (tx: Tx, state: State): Promise<Bad | undefined> =>
  (await endFault(tx, state)) ?? (await strayFault(tx, state)) ?? rowFaults(tx, state.entries)

async function keptFault(tx: Tx, state: State): Promise<Bad | undefined> {
  const { kept, wrongAt } = await heldAgainstKept(tx, state.full.splice(0))
  state.kept += kept
  return wrongAt === null
    ? undefined
    : { sequence: wrongAt, reason: 'what is kept of the tree is not what its links come to' }
}

async function strayFault(tx: Tx, { kept, sequence }: State): Promise<Bad | undefined> {
  return (await countKept(tx)) === kept
    ? undefined
    : { sequence: sequence + 1, reason: 'more is kept of the tree than it has' }
}

async function endFault(tx: Tx, state: State): Promise<Bad | undefined> {
  const head = await tx.maybe<{ sequence: string; hash: string }>(
    'select sequence::text, hash from ledger_heads'
  )
  const next = state.sequence + 1
  if (!(head ? head.sequence === String(state.sequence) && head.hash === state.hash : state.sequence === 0))
    return { sequence: next, reason: 'the chain does not end at its head' }
  for (const [size, checkpoints] of state.checkpoints) {
    if (size > state.sequence && checkpoints.some((checkpoint) => checkpoint.genuine()))
      return {
        sequence: next,
        reason: `the chain is shorter than the root kept outside, of ${size} transfers`
      }
  }
  return undefined
}

/** Numbers and instants as text: what a forger wrote there must be found, not fail to be read. */
async function chainAfter(tx: Tx, sequence: number): Promise<ChainRow[]> {
  return tx.query<ChainRow>(
    `select t.sequence::text, t.key, t.digest, t.kind, t.phase, t.resolves, t.currency, t.session_id as "sessionId", t.memo,
       -- Three places as they were hashed; a forger's further ones are not cut off.
       regexp_replace(to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '000$', '') || 'Z' as at, t.hash,
       (select jsonb_agg(jsonb_build_object('line', e.line, 'party', a.party, 'purpose', a.purpose,
           'amountMinor', e.amount_minor) order by e.line)
        from ledger_entries e left join ledger_accounts a
          on a.tenant_id = e.tenant_id and a.id = e.account_id and a.currency = t.currency
        where e.tenant_id = t.tenant_id and e.sequence = t.sequence) as lines
     from ledger_transfers t where t.sequence > $1 order by t.sequence limit ${batch}`,
    [sequence]
  )
}
