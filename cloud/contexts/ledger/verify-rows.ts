import type { Tx } from '../../db/index.ts'

/** What is wrong first, and where: the place in the chain, or the row that belongs to no transfer. */
export type Bad = { readonly sequence: number; readonly reason: string }

/** Rows beside the chain: strays, accounts, guarded balances and contracts. @returns the first that is wrong */
export async function rowFaults(tx: Tx, entries: number): Promise<Bad | undefined> {
  for (const { question, reason } of questions) {
    const [bad] = await tx.query<{ place: string; row: string }>(question, [])
    if (bad) return { sequence: Number(bad.place), reason: `${reason} (${bad.row})` }
  }
  const stray = await tx.one<{ count: string; last: string }>(
    'select count(*)::text as count, coalesce(max(sequence), 0)::text as last from ledger_entries'
  )
  if (stray.count !== String(entries))
    return { sequence: Number(stray.last), reason: 'entries without their transfer' }
  return undefined
}

/** The first use of an account is its place in the chain. */
const firstUse = `coalesce((select min(e.sequence) from ledger_entries e
  where e.tenant_id = a.tenant_id and e.account_id = a.id), 0)::text`

const questions: readonly { readonly question: string; readonly reason: string }[] = [
  {
    question: `select ${firstUse} as place, 'account ' || a.id as row from public.ledger_accounts a
      where a.tenant_id = nova_tenant() and a.seal <> ledger_account_seal(a) order by a.id limit 1`,
    reason: 'an account is not what its seal says'
  },
  {
    // Guarded accounts have a row once something was posted on them or set aside of them, and never before.
    question: `select ${firstUse} as place, 'account ' || coalesce(a.id, g.account_id) as row
      from (select * from ledger_accounts where purpose in ('hold', 'wallet')) a
      full join ledger_guarded g on g.tenant_id = a.tenant_id and g.account_id = a.id
      left join lateral (
        select sum(e.amount_minor) filter (where t.phase <> 'pending') as posted,
          sum(-e.amount_minor) filter (where t.phase = 'pending' and e.amount_minor < 0) as set_aside,
          sum(-e.amount_minor) filter (where t.phase = 'pending' and e.amount_minor < 0 and r.key is null) as pending
        from ledger_entries e join ledger_transfers t on t.tenant_id = e.tenant_id and t.sequence = e.sequence
        left join ledger_transfers r on r.tenant_id = t.tenant_id and r.resolves = t.key
        where e.tenant_id = a.tenant_id and e.account_id = a.id) s on true
      where a.id is null or (g.account_id is null) <> (s.posted is null and s.set_aside is null)
        or coalesce(s.posted, 0) <> coalesce(g.balance_minor, 0) or coalesce(s.pending, 0) <> coalesce(g.pending_minor, 0)
      order by 2 limit 1`,
    reason: 'a guarded balance is not the sum of its entries'
  },
  {
    question: `select coalesce(t.sequence, 0)::text as place, 'contract ' || c.id as row
      from public.ledger_contracts c
      left join ledger_transfers t on t.tenant_id = c.tenant_id and t.key = 'contract:' || c.id
      where c.tenant_id = nova_tenant()
        and (c.seal <> ledger_contract_seal(c) or (t.key is not null and t.memo <> c.seal))
      order by c.valid_from, c.id limit 1`,
    reason: 'a contract is not what its seal says'
  },
  {
    question: `select t.sequence::text as place, t.key as row from ledger_transfers t
      where t.kind = 'contract' and not exists (select from ledger_contracts c
        where c.tenant_id = t.tenant_id and t.key = 'contract:' || c.id)
      order by t.sequence limit 1`,
    reason: 'a contract is missing'
  }
]
