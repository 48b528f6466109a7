import type { Tx } from '../../db/index.ts'
import type { AccountName, Charged, Entry, Phase, Transfer, TransferKind } from './model.ts'
import { operatorTakesAll, type Share } from './split.ts'

export type AccountRow = AccountName & {
  readonly id: number
  readonly currency: string
  readonly balance: number
  readonly pending: number
}

/** Accounts with what is posted and what is pending on them, summed from the entries. */
export async function accounts(tx: Tx, after: number, limit: number): Promise<AccountRow[]> {
  return tx.query<AccountRow>(
    `select a.id, a.currency, a.party, a.purpose,
       coalesce(sum(e.amount_minor) filter (where t.phase <> 'pending'), 0)::bigint as balance,
       coalesce(sum(e.amount_minor) filter (where t.phase = 'pending' and r.sequence is null), 0)::bigint as pending
     from ledger_accounts a
     left join ledger_entries e on e.tenant_id = a.tenant_id and e.account_id = a.id
     left join ledger_transfers t on t.tenant_id = e.tenant_id and t.sequence = e.sequence
     left join ledger_transfers r on r.tenant_id = t.tenant_id and r.resolves = t.key
     where a.id > $1 group by a.tenant_id, a.id, a.currency, a.party, a.purpose order by a.id limit $2`,
    [after, limit]
  )
}

/** What is posted on one account; 0 when it was never used. */
export async function balanceOf(tx: Tx, currency: string, { party, purpose }: AccountName): Promise<number> {
  const row = await tx.one<{ balance: number }>(
    `select coalesce(sum(e.amount_minor), 0)::bigint as balance
     from ledger_accounts a join ledger_entries e on e.tenant_id = a.tenant_id and e.account_id = a.id
     join ledger_transfers t on t.tenant_id = e.tenant_id and t.sequence = e.sequence
     where a.currency = $1 and a.party = $2 and a.purpose = $3 and t.phase <> 'pending'`,
    [currency, party, purpose]
  )
  return row.balance
}

export type EntryRow = Entry & {
  readonly sequence: number
  readonly line: number
  readonly key: string
  readonly kind: TransferKind
  readonly phase: Phase
  readonly currency: string
  readonly session_id: string | null
  readonly memo: string
  readonly at: string
}

export type EntryFilter = {
  readonly sessionId?: string | undefined
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

/** Entries in the order of the chain. */
export async function entries(tx: Tx, { sessionId, after, limit }: EntryFilter): Promise<EntryRow[]> {
  const [sequence, line] = after ?? [0, -1]
  return tx.query<EntryRow>(
    `select e.sequence, e.line, t.key, t.kind, t.phase, t.currency, t.session_id, t.memo, t.at,
       a.party, a.purpose, e.amount_minor as "amountMinor"
     from ledger_entries e
     join ledger_transfers t on t.tenant_id = e.tenant_id and t.sequence = e.sequence
     join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
     where ($1::uuid is null or t.session_id = $1) and (e.sequence, e.line) > ($2::bigint, $3::smallint)
     order by e.sequence, e.line limit $4`,
    [sessionId ?? null, sequence, line, limit]
  )
}

/** Parts of a charge at a site at an instant: the site's own contract, else the tenant's, else the operator's all. */
export async function sharesAt(tx: Tx, siteId: string, at: string): Promise<readonly Share[]> {
  const rows = await tx.query<{ shares: Share[] }>(
    `select shares from ledger_contracts where (site_id = $1 or site_id is null) and valid_from <= $2
     order by site_id nulls last, valid_from desc limit 1`,
    [siteId, at]
  )
  return rows[0]?.shares ?? operatorTakesAll
}

/**
 * What each party has of a session's bill as it stands after corrections, and what refunds have taken back, so that the
 * next refund keeps the proportion.
 */
export async function chargedParts(tx: Tx, sessionId: string): Promise<Charged> {
  const rows = await tx.query<Entry & { returned: number }>(
    `select a.party, a.purpose,
       coalesce(sum(e.amount_minor) filter (where t.key like 'session:%'), 0)::bigint as "amountMinor",
       coalesce(-sum(e.amount_minor) filter (where t.key like 'payment:%:credit'), 0)::bigint as returned
     from ledger_transfers t
     join ledger_entries e on e.tenant_id = t.tenant_id and e.sequence = t.sequence
     join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
     where t.session_id = $1 and (t.key like 'session:%' or t.key like 'payment:%:credit') and a.purpose <> 'account'
     group by a.id, a.party, a.purpose 
     having sum(e.amount_minor) filter (where t.key like 'session:%') <> 0
       or sum(e.amount_minor) filter (where t.key like 'payment:%:credit') <> 0
     order by min(e.sequence * 1000 + e.line)`,
    [sessionId]
  )
  const named = ({ party, purpose }: Entry, amountMinor: number): Entry => ({ party, purpose, amountMinor })
  return {
    parts: rows.map((row) => named(row, row.amountMinor)),
    returned: rows.map((row) => named(row, row.returned))
  }
}

/** When the session was billed first; undefined when it was not. */
export async function firstChargedAt(tx: Tx, sessionId: string): Promise<string | undefined> {
  const row = await tx.maybe<{ at: string }>('select at from ledger_transfers where key = $1', [
    `session:${sessionId}:charge`
  ])
  return row?.at
}

/** Whether a correction stands in the books: made from what stood before it, it could not be made a second time. */
export async function isCorrected(tx: Tx, sessionId: string, correctionId: string): Promise<boolean> {
  const keys = ['credit', 'charge'].map((step) => `session:${sessionId}:${step}:${correctionId}`)
  return (await tx.query('select from ledger_transfers where key = any ($1)', [keys])).length > 0
}

export type PartyEntryRow = Entry & {
  readonly sequence: number
  readonly line: number
  readonly kind: string
  readonly currency: string
  readonly sessionId: string | null
  readonly memo: string
  readonly at: string
}

/**
 * Entries behind a sequence on the accounts of everybody whom a contract names, of the operator and of the platform, but
 * for those that a settlement itself made; in the order of the chain.
 */
export async function partyEntries(tx: Tx, afterSequence: number): Promise<PartyEntryRow[]> {
  return tx.query<PartyEntryRow>(
    `with parties as (
       select distinct s ->> 'party' as party, s ->> 'purpose' as purpose
       from ledger_contracts c cross join lateral jsonb_array_elements(c.shares) as s
       union select 'operator', 'revenue' union select 'platform', 'fees')
     select e.sequence, e.line, a.party, a.purpose, t.currency, t.kind, t.session_id as "sessionId", t.memo,
       e.amount_minor as "amountMinor", t.at
     from parties p
     join ledger_accounts a on a.party = p.party and a.purpose = p.purpose
     join ledger_entries e on e.tenant_id = a.tenant_id and e.account_id = a.id and e.sequence > $1
     join ledger_transfers t on t.tenant_id = e.tenant_id and t.sequence = e.sequence
     where t.phase <> 'pending' and t.kind <> 'settlement' order by e.sequence, e.line`,
    [afterSequence]
  )
}

/** A transfer with its entries as it was hashed; undefined when there is none with that sequence. */
export async function readTransfer(
  tx: Tx,
  sequence: number
): Promise<(Transfer & { readonly at: string; readonly digest: string }) | undefined> {
  return tx.maybe(
    `select t.key, t.kind, t.phase, t.resolves, t.currency, t.session_id as "sessionId", t.memo, t.at, t.digest,
       coalesce((select jsonb_agg(jsonb_build_object('party', a.party, 'purpose', a.purpose, 'amountMinor', e.amount_minor)
          order by e.line)
        from ledger_entries e join ledger_accounts a on a.tenant_id = e.tenant_id and a.id = e.account_id
        where e.tenant_id = t.tenant_id and e.sequence = t.sequence), '[]') as entries
     from ledger_transfers t where t.sequence = $1`,
    [sequence]
  )
}
