import type { Tx } from '../../db/index.ts'
import { hashOf } from './chain.ts'
import { decide, type Balance, type Dated, type Decided, type Hold } from './decide.ts'
import { namesOf, nameOf, type Linked, type Posted } from './linked.ts'
import type { Entry } from './model.ts'

export type { Linked, Posted } from './linked.ts'

/**
 * Appends linked transfers: all or none, in this transaction. A refusal leaves nothing behind; repeating the
 * same list is harmless. Transfers of one tenant are ordered by its chain's head.
 */
export async function post(tx: Tx, linked: Linked['transfers'], at: string): Promise<Posted> {
  return postAll(tx, [{ transfers: linked, at }])
}

/** Appends lists one after the other, each all or none; stops at the first that is refused. */
export async function postAll(tx: Tx, lists: readonly Linked[]): Promise<Posted> {
  if (lists.length === 0) return { ok: true, outcome: 'exists' }
  const outcomes = await run(tx, lists, 'a refusal')
  return outcomes.at(-1) ?? { ok: true, outcome: 'exists' }
}

/** Appends lists one after the other, each all or none; one that is refused leaves the others alone. */
export async function postEach(tx: Tx, lists: readonly Linked[]): Promise<readonly Posted[]> {
  return lists.length === 0 ? [] : run(tx, lists, 'the end')
}

/** Two round trips for the whole batch, however long: each holds the head of the tenant's chain. */
async function run(
  tx: Tx,
  lists: readonly Linked[],
  until: Parameters<typeof decide>[2]
): Promise<readonly Posted[]> {
  const seen = await look(tx, lists)
  const decided = decide(seen, lists, until)
  if (decided.accepted.length > 0) await append(tx, seen, decided)
  return decided.outcomes
}

type Seen = {
  readonly head: { readonly sequence: number; readonly hash: string }
  readonly digests: ReadonlyMap<string, string>
  readonly holds: ReadonlyMap<string, Hold>
  readonly balances: ReadonlyMap<string, Balance>
  readonly ids: Map<string, number>
}

type HeldEntry = Entry & { accountId: number; balance: number | null; pending: number | null }
type AccountLine = [string, string, string, number, number | null, number | null]
type Look = {
  head_sequence: number
  head_hash: string
  known: [string, string][] | null
  holds: { key: string; currency: string; resolved: boolean; entries: HeldEntry[] }[] | null
  accounts: AccountLine[] | null
}

async function look(tx: Tx, lists: readonly Linked[]): Promise<Seen> {
  const all = lists.flatMap(({ transfers }) => transfers)
  const names = [...namesOf(all).values()]
  const row = await tx.one<Look>('select * from ledger_look($1, $2, $3, $4, $5)', [
    all.map(({ key }) => key),
    all.flatMap(({ resolves }) => (resolves === null ? [] : [resolves])),
    ...[0, 1, 2].map((index) => names.map((name) => name[index]))
  ])
  const ids = new Map<string, number>()
  const balances = new Map<string, Balance>()
  const note = (name: string, id: number, at: readonly [number | null, number | null]): void => {
    ids.set(name, id)
    balances.set(name, { balance: at[0] ?? 0, pending: at[1] ?? 0 })
  }
  for (const [currency, party, purpose, id, balance, pending] of row.accounts ?? [])
    note(nameOf(currency, { party, purpose }), id, [balance, pending])
  for (const { currency, entries } of row.holds ?? [])
    for (const entry of entries)
      note(nameOf(currency, entry), entry.accountId, [entry.balance, entry.pending])
  return {
    head: { sequence: row.head_sequence, hash: row.head_hash },
    digests: new Map(row.known),
    holds: new Map((row.holds ?? []).map((hold) => [hold.key, hold])),
    balances,
    ids
  }
}

async function append(tx: Tx, { head, ids }: Seen, { accepted, changes }: Decided): Promise<void> {
  await openAccounts(tx, accepted, ids)
  const idOf = (name: string): number => {
    const id = ids.get(name)
    if (id === undefined) throw new Error(`the ledger has no account ${name}`)
    return id
  }
  const lines = accepted.flatMap(({ currency, entries }, index) =>
    entries.map((entry, line) => [
      head.sequence + index + 1,
      line,
      idOf(nameOf(currency, entry)),
      entry.amountMinor
    ])
  )
  const moved = [...changes].map(([name, { balance, pending }]) => [idOf(name), balance, pending])
  await tx.query(
    `select ledger_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      head.sequence,
      ...columnsOf(accepted),
      hashesOf(tx, head, accepted),
      ...[0, 1, 2, 3].map((index) => lines.map((line) => line[index])),
      ...[0, 1, 2].map((index) => moved.map((change) => change[index]))
    ]
  )
}

const columnsOf = (accepted: readonly Dated[]): unknown[][] => [
  accepted.map(({ key }) => key),
  accepted.map(({ digest }) => digest),
  accepted.map(({ kind }) => kind),
  accepted.map(({ phase }) => phase),
  accepted.map(({ resolves }) => resolves),
  accepted.map(({ currency }) => currency),
  accepted.map(({ sessionId }) => sessionId),
  accepted.map(({ memo }) => memo),
  accepted.map(({ at }) => at)
]

function hashesOf(tx: Tx, head: Seen['head'], accepted: readonly Dated[]): string[] {
  const tenantId = tx.tenantId
  if (tenantId === null) throw new Error('the ledger belongs to a tenant')
  let hash = head.hash
  return accepted.map(({ at, digest }, index) => {
    hash = hashOf(hash, { tenantId, sequence: head.sequence + index + 1, at, digest })
    return hash
  })
}

/** Accounts are made when first used; behind the head's lock nobody else makes one. */
async function openAccounts(tx: Tx, accepted: readonly Dated[], ids: Map<string, number>): Promise<void> {
  const missing = [...namesOf(accepted)].filter(([name]) => !ids.has(name)).map(([, parts]) => parts)
  if (missing.length === 0) return
  const rows = await tx.query<{ id: number; currency: string; party: string; purpose: string }>(
    `insert into ledger_accounts (tenant_id, currency, party, purpose)
     select nova_tenant(), w.currency, w.party, w.purpose
     from unnest($1::text[], $2::text[], $3::text[]) as w (currency, party, purpose)
     returning id, currency, party, purpose`,
    [0, 1, 2].map((index) => missing.map((parts) => parts[index]))
  )
  for (const row of rows) ids.set(nameOf(row.currency, row), row.id)
}
