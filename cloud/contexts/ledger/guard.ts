import type { Tx } from '../../db/index.ts'
import { nameOf, refused, type Accounts, type Linked, type Posted } from './linked.ts'
import { isGuarded, type Transfer } from './model.ts'

type Change = { readonly change: number; readonly lowest: number; readonly key: string }

/** What is posted on guarded accounts: net of all lists, and the lowest that it comes to after any of them. */
function changesOf(lists: readonly Linked[], accounts: Accounts): ReadonlyMap<number, Change> {
  const changes = new Map<number, Change>()
  for (const { transfers } of lists) {
    for (const [id, { change, key }] of netOf(transfers, accounts)) {
      const before = changes.get(id)
      const after = (before?.change ?? 0) + change
      const lower = before === undefined || after < before.lowest
      changes.set(id, { change: after, lowest: lower ? after : before.lowest, key: lower ? key : before.key })
    }
  }
  return changes
}

function netOf(transfers: readonly Transfer[], accounts: Accounts) {
  const net = new Map<number, { change: number; key: string }>()
  for (const { phase, currency, entries, key } of transfers) {
    for (const entry of phase === 'pending' ? [] : entries.filter(isGuarded)) {
      const id = accounts.get(nameOf(currency, entry)) ?? 0
      net.set(id, { change: (net.get(id)?.change ?? 0) + entry.amountMinor, key })
    }
  }
  return net
}

/**
 * Moves the guarded accounts, locked in the order of their ids.
 * @returns a refusal when one of them would go below zero after any of the lists
 */
export async function moveGuarded(
  tx: Tx,
  lists: readonly Linked[],
  accounts: Accounts
): Promise<Posted | undefined> {
  const changes = changesOf(lists, accounts)
  const ids = [...changes.keys()].toSorted((a, b) => a - b)
  if (ids.length === 0) return undefined
  const balances = await lockBalances(tx, ids)
  const short = ids.find((id) => (balances.get(id) ?? 0) + (changes.get(id)?.lowest ?? 0) < 0)
  if (short !== undefined) return refused('insufficient-balance', changes.get(short)?.key ?? '')
  const moved = ids.filter((id) => changes.get(id)?.change !== 0)
  if (moved.length === 0) return undefined
  await tx.query(
    `update ledger_guarded g set balance_minor = g.balance_minor + c.change
     from unnest($1::bigint[], $2::bigint[]) as c (id, change) where g.account_id = c.id`,
    [moved, moved.map((id) => changes.get(id)?.change)]
  )
  return undefined
}

/** Locks the balances in the order of their ids; those that are not there yet are made with 0. */
async function lockBalances(tx: Tx, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const lock = async () =>
    tx.query<{ account_id: number; balance_minor: number }>(
      'select account_id, balance_minor from ledger_guarded where account_id = any($1) order by account_id for update',
      [ids]
    )
  let rows = await lock()
  if (rows.length < ids.length) {
    await tx.query(
      `insert into ledger_guarded (tenant_id, account_id) select nova_tenant(), unnest($1::bigint[])
       on conflict do nothing`,
      [ids]
    )
    rows = await lock()
  }
  return new Map(rows.map((row) => [row.account_id, row.balance_minor]))
}
