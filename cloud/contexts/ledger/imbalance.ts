import type { Tx } from '../../db/index.ts'

/**
 * Minor units by which the entries of any tenant and currency fail to sum to zero, all added up, as decimal text:
 * '0', or something has been tampered with.
 */
export async function imbalance(tx: Tx): Promise<string> {
  const { off } = await tx.one<{ off: string }>(
    `select coalesce(sum(abs(total)), 0)::text as off from (
       select sum(e.amount_minor) as total
       from ledger_entries e left join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
       group by e.tenant_id, a.currency) s`
  )
  return off
}
