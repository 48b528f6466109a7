import type { Tx } from '../../db/index.ts'
import { digestOf, firstHash, hashOf } from './chain.ts'
import { creditsOf, faultOf, isGuarded, type AccountName, type LedgerFault, type Transfer } from './model.ts'

/** `exists`: all of them were there already, with the same content. */
export type Posted =
  | { readonly ok: true; readonly outcome: 'posted' | 'exists' }
  | { readonly ok: false; readonly fault: LedgerFault; readonly key: string }

type Head = { sequence: number; hash: string }
const refused = (fault: LedgerFault, key: string): Posted => ({ ok: false, fault, key })

/**
 * Appends linked transfers: all or none, in this transaction. A refusal leaves nothing behind; repeating the
 * same list is harmless. Transfers of one tenant are ordered by its chain's head; guarded accounts are locked
 * in the order of their ids.
 */
export async function post(tx: Tx, linked: readonly Transfer[], at: string): Promise<Posted> {
  for (const transfer of linked) {
    const fault = faultOf(transfer)
    if (fault) return refused(fault, transfer.key)
  }
  const early = await known(tx, linked)
  if (early) return early
  const head = await lockHead(tx)
  const late = await known(tx, linked) // Another transaction may have been faster to the lock.
  if (late) return late
  const held = await heldFault(tx, linked)
  if (held) return held
  const accounts = await accountsOf(tx, linked)
  const short = await moveGuarded(tx, linked, accounts)
  if (short) return short
  await append(tx, linked, { head, accounts, at })
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

async function lockHead(tx: Tx): Promise<Head> {
  await tx.query(
    'insert into ledger_heads (tenant_id, sequence, hash) values (nova_tenant(), 0, $1) on conflict do nothing',
    [firstHash]
  )
  return tx.one<Head>('select sequence, hash from ledger_heads for update')
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

type Accounts = ReadonlyMap<string, number>
const nameOf = (currency: string, { party, purpose }: AccountName): string =>
  JSON.stringify([currency, party, purpose])

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

type Change = { readonly change: number; readonly key: string }

/** What is posted on guarded accounts, net of the whole list. */
function changesOf(linked: readonly Transfer[], accounts: Accounts): ReadonlyMap<number, Change> {
  const changes = new Map<number, Change>()
  for (const { phase, currency, entries, key } of linked) {
    for (const entry of phase === 'pending' ? [] : entries.filter(isGuarded)) {
      const id = accounts.get(nameOf(currency, entry)) ?? 0
      changes.set(id, { change: (changes.get(id)?.change ?? 0) + entry.amountMinor, key })
    }
  }
  return changes
}

async function moveGuarded(
  tx: Tx,
  linked: readonly Transfer[],
  accounts: Accounts
): Promise<Posted | undefined> {
  const changes = changesOf(linked, accounts)
  const ids = [...changes.keys()].toSorted((a, b) => a - b)
  if (ids.length === 0) return undefined
  await tx.query(
    `insert into ledger_guarded (tenant_id, account_id) select nova_tenant(), unnest($1::bigint[])
     on conflict do nothing`,
    [ids]
  )
  const balances = await tx.query<{ account_id: number; balance_minor: number }>(
    'select account_id, balance_minor from ledger_guarded where account_id = any($1) order by account_id for update',
    [ids]
  )
  const change = (id: number): number => changes.get(id)?.change ?? 0
  const short = balances.find((row) => row.balance_minor + change(row.account_id) < 0)
  if (short) return refused('insufficient-balance', changes.get(short.account_id)?.key ?? '')
  await tx.query(
    `update ledger_guarded g set balance_minor = g.balance_minor + c.change
     from unnest($1::bigint[], $2::bigint[]) as c (id, change) where g.account_id = c.id`,
    [ids, ids.map(change)]
  )
  return undefined
}

type Place = { readonly head: Head; readonly accounts: Accounts; readonly at: string }

/** Two statements for the whole list, however long: each round trip holds the head of the chain. */
async function append(tx: Tx, linked: readonly Transfer[], { head, accounts, at }: Place): Promise<void> {
  const tenantId = tx.tenantId
  if (tenantId === null) throw new Error('the ledger belongs to a tenant')
  let { sequence, hash } = head
  const chained = linked.map((transfer) => {
    sequence++
    hash = hashOf(hash, { ...transfer, tenantId, sequence, at })
    return { ...transfer, sequence, hash }
  })
  await tx.query(
    `insert into ledger_transfers (tenant_id, sequence, key, digest, kind, phase, resolves, currency, session_id, memo, at, hash)
     select nova_tenant(), t.sequence, t.key, t.digest, t.kind, t.phase, t.resolves, t.currency, t.session_id, t.memo, $1, t.hash
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],
       $10::text[], $11::text[]) as t (sequence, key, digest, kind, phase, resolves, currency, session_id, memo, hash)`,
    [at, ...columnsOf(chained)]
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

type Placed = Transfer & { readonly sequence: number; readonly hash: string }

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
  chained.map(({ hash }) => hash)
]
