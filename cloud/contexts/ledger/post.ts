import type { Tx } from '../../db/index.ts'
import { digestOf, firstHash, hashOf } from './chain.ts'
import { moveGuarded } from './guard.ts'
import { nameOf, refused, type Accounts, type Linked, type Posted } from './linked.ts'
import { creditsOf, faultOf, type AccountName, type Transfer } from './model.ts'

export type { Linked, Posted } from './linked.ts'

type Head = { sequence: number; hash: string }
/**
 * Appends linked transfers: all or none, in this transaction. A refusal leaves nothing behind; repeating the
 * same list is harmless. Transfers of one tenant are ordered by its chain's head; guarded accounts are locked
 * in the order of their ids.
 */
export async function post(tx: Tx, linked: readonly Transfer[], at: string): Promise<Posted> {
  return postLists(tx, [{ transfers: linked, at }])
}

/**
 * Appends lists one after the other, each all or none; stops at the first that is refused. Lists that do not lean
 * on each other go together in a few statements: each round trip holds the head of the tenant's chain.
 */
export async function postAll(tx: Tx, lists: readonly Linked[]): Promise<Posted> {
  if (lists.length > 1 && areApart(lists)) {
    const together = await postLists(tx, lists)
    if (together.ok) return together
  }
  let last: Posted = { ok: true, outcome: 'exists' }
  for (const { transfers, at } of lists) {
    last = await post(tx, transfers, at)
    if (!last.ok) return last
  }
  return last
}

/** No key twice, and no hold that is made and resolved in the same breath. */
function areApart(lists: readonly Linked[]): boolean {
  const all = lists.flatMap(({ transfers }) => transfers)
  const keys = new Set(all.map(({ key }) => key))
  const resolved = all.flatMap(({ resolves }) => (resolves === null ? [] : [resolves]))
  return (
    keys.size === all.length &&
    new Set(resolved).size === resolved.length &&
    !resolved.some((key) => keys.has(key))
  )
}

async function postLists(tx: Tx, lists: readonly Linked[]): Promise<Posted> {
  const linked = lists.flatMap(({ transfers, at }) => transfers.map((transfer) => ({ ...transfer, at })))
  for (const transfer of linked) {
    const fault = faultOf(transfer)
    if (fault) return refused(fault, transfer.key)
  }
  const head = await lockHead(tx)
  const there = await known(tx, linked) // Asked behind the lock: another transaction may have been faster.
  if (there) return there
  const held = await heldFault(tx, linked)
  if (held) return held
  const accounts = await accountsOf(tx, linked)
  const short = await moveGuarded(tx, lists, accounts)
  if (short) return short
  await append(tx, linked, { head, accounts })
  return { ok: true, outcome: 'posted' }
}

async function known(tx: Tx, linked: readonly Transfer[]): Promise<Posted | undefined> {
  const keys = linked.map(({ key }) => key)
  const rows = await tx.query<{ key: string; digest: string }>(
    'select key, digest from ledger_transfers where key = any($1)',
    [keys]
  )
  const digests = new Map(rows.map(({ key, digest }) => [key, digest]))
  const other = linked.find((each) => digests.has(each.key) && digests.get(each.key) !== digestOf(each))
  if (other) return refused('same-key-other-content', other.key)
  if (rows.length === 0 && linked.length > 0) return undefined
  const missing = linked.find(({ key }) => !digests.has(key))
  // Linked transfers were written together, so that a part of them cannot be there alone.
  return missing ? refused('same-key-other-content', missing.key) : { ok: true, outcome: 'exists' }
}

/**
 * The checks of keys and sums keep their plans as long as the connection lives. Made while the tables were small, such
 * a plan reads them whole for every entry: so none of a posting may.
 */
const byIndex = `set_config('enable_seqscan', 'off', true)`

async function lockHead(tx: Tx): Promise<Head> {
  const lock = `select sequence, hash, ${byIndex} from ledger_heads for update`
  const head = await tx.maybe<Head>(lock)
  if (head) return head
  await tx.query(
    'insert into ledger_heads (tenant_id, sequence, hash) values (nova_tenant(), 0, $1) on conflict do nothing',
    [firstHash]
  )
  return tx.one<Head>(lock)
}

/** A post or void needs a hold that stands, and stays within it. */
async function heldFault(tx: Tx, linked: readonly Transfer[]): Promise<Posted | undefined> {
  for (const { key, resolves, entries } of linked) {
    if (resolves === null) continue
    const [found] = await tx.query<{ held: number; resolved: boolean }>(
      `select sum(greatest(e.amount_minor, 0))::bigint as held,
         exists (select from ledger_transfers r where r.resolves = $1) as resolved
       from ledger_transfers t join ledger_entries e using (tenant_id, sequence)
       where t.key = $1 and t.phase = 'pending' group by t.sequence`,
      [resolves]
    )
    if (!found) return refused('hold-not-found', key)
    if (found.resolved) return refused('hold-already-resolved', key)
    if (creditsOf(entries) > found.held) return refused('exceeds-hold', key)
  }
  return undefined
}

async function accountsOf(tx: Tx, linked: readonly Transfer[]): Promise<Accounts> {
  const names = new Map(
    linked.flatMap(({ currency, entries }) =>
      entries.map(
        ({ party, purpose }) => [nameOf(currency, { party, purpose }), [currency, party, purpose]] as const
      )
    )
  )
  const columns = [0, 1, 2].map((index) => [...names.values()].map((row) => row[index]))
  const wanted = 'unnest($1::text[], $2::text[], $3::text[]) as w (currency, party, purpose)'
  const find = `select a.id, a.currency, a.party, a.purpose from ledger_accounts a join ${wanted} using (currency, party, purpose)`
  type Row = AccountName & { id: number; currency: string }
  let rows = await tx.query<Row>(find, columns)
  if (rows.length < names.size) {
    await tx.query(
      `insert into ledger_accounts (tenant_id, currency, party, purpose)
       select nova_tenant(), w.currency, w.party, w.purpose from ${wanted} on conflict do nothing`,
      columns
    )
    rows = await tx.query<Row>(find, columns)
  }
  return new Map(rows.map((row) => [nameOf(row.currency, row), row.id]))
}

type Dated = Transfer & { readonly at: string }
type Place = { readonly head: Head; readonly accounts: Accounts }

/** Two statements for the whole list, however long: each round trip holds the head of the chain. */
async function append(tx: Tx, linked: readonly Dated[], { head, accounts }: Place): Promise<void> {
  const tenantId = tx.tenantId
  if (tenantId === null) throw new Error('the ledger belongs to a tenant')
  let { sequence, hash } = head
  const chained = linked.map((transfer) => {
    sequence++
    hash = hashOf(hash, { ...transfer, tenantId, sequence })
    return { ...transfer, sequence, hash }
  })
  await tx.query(
    `insert into ledger_transfers (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
     select nova_tenant(), t.sequence, t.key, t.digest, t.kind, t.phase, t.resolves, t.currency, t.session_id, t.memo, t.at, t.hash
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[],
       $9::text[], $10::timestamptz[], $11::text[])
       as t (sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)`,
    columnsOf(chained)
  )
  const lines = chained.flatMap(({ sequence: place, currency, entries }) =>
    entries.map((entry, line) => [place, line, accounts.get(nameOf(currency, entry)), entry.amountMinor])
  )
  const column = (index: number) => lines.map((line) => line[index])
  await tx.query(
    `insert into ledger_entries (tenant_id, sequence, line, account_id, amount_minor)
     select nova_tenant(), e.sequence, e.line, e.account_id, e.amount_minor
     from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[]) as e (sequence, line, account_id, amount_minor)`,
    [0, 1, 2, 3].map(column)
  )
  await tx.query('update ledger_heads set sequence = $1, hash = $2', [sequence, hash])
}

type Placed = Dated & { readonly sequence: number; readonly hash: string }

const columnsOf = (chained: readonly Placed[]): unknown[][] => [
  chained.map(({ sequence }) => sequence),
  chained.map(({ key }) => key),
  chained.map(digestOf),
  chained.map(({ kind }) => kind),
  chained.map(({ phase }) => phase),
  chained.map(({ resolves }) => resolves),
  chained.map(({ currency }) => currency),
  chained.map(({ sessionId }) => sessionId),
  chained.map(({ memo }) => memo),
  chained.map(({ at }) => at),
  chained.map(({ hash }) => hash)
]
