import type { Database, Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { faultOf, type Entry, type LedgerFault, type Transfer } from './model.ts'
import type { Posted } from './linked.ts'

export const adjustmentStates = ['proposed', 'approved', 'posted', 'rejected'] as const

/** A transfer by hand and whether a second person has posted it. */
export type Adjustment = {
  readonly key: string
  readonly currency: string
  readonly memo: string
  readonly entries: readonly Entry[]
  readonly state: (typeof adjustmentStates)[number]
  readonly proposedBy: string
  readonly proposedAt: string
  readonly decidedBy: string | null
  readonly decidedAt: string | null
}

export type Proposal = Pick<Adjustment, 'key' | 'currency' | 'memo' | 'entries'> & {
  readonly by: string
  readonly at: string
}

const columns = `key, currency, memo, entries, state, proposed_by as "proposedBy", proposed_at as "proposedAt",
  decided_by as "decidedBy", decided_at as "decidedAt"`

const statusOf: Readonly<Record<LedgerFault, 409 | 422>> = {
  'same-key-other-content': 409,
  'hold-already-resolved': 409,
  'exceeds-hold': 409,
  'insufficient-balance': 409,
  'hold-not-found': 409,
  unbalanced: 422,
  'too-few-entries': 422,
  'not-whole-minor-units': 422
}

const words: Readonly<Record<LedgerFault, string>> = {
  'same-key-other-content': 'Another transfer stands under this key.',
  'hold-already-resolved': 'The hold has been posted or let go before.',
  'exceeds-hold': 'More than is held cannot be posted.',
  'insufficient-balance': 'A guarded account would go below zero.',
  'hold-not-found': 'There is no such hold.',
  unbalanced: 'Credits and debits do not add up to zero.',
  'too-few-entries': 'A transfer needs two entries at least.',
  'not-whole-minor-units': 'Amounts are whole minor units and not zero.'
}

const refused = (fault: LedgerFault) => problem(statusOf[fault], fault, words[fault])

/**
 * Keeps a transfer for a second person; nothing moves. The same again is the one that stands, however it stands.
 * @throws Problem 409 `same-key-other-content`; 422 for what can be no transfer
 */
export async function propose(
  tx: Tx,
  { by, at, ...wish }: Proposal
): Promise<{ readonly adjustment: Adjustment; readonly isNew: boolean }> {
  const fault = faultOf(transferOf(wish))
  if (fault) throw refused(fault)
  const entries = JSON.stringify(wish.entries)
  const made = await tx.maybe<Adjustment>(
    `insert into ledger_adjustments (tenant_id, key, currency, memo, entries, proposed_by, proposed_at)
     values (nova_tenant(), $1, $2, $3, $4::jsonb, $5, $6) on conflict do nothing returning ${columns}`,
    [wish.key, wish.currency, wish.memo, entries, by, at]
  )
  if (made) return { adjustment: made, isNew: true }
  const same = await tx.maybe<Adjustment>(
    `select ${columns} from ledger_adjustments where key = $1 and currency = $2 and memo = $3 and entries = $4::jsonb`,
    [wish.key, wish.currency, wish.memo, entries]
  )
  if (!same) throw refused('same-key-other-content')
  return { adjustment: same, isNew: false }
}

export const transferOf = ({
  key,
  currency,
  memo,
  entries
}: Pick<Proposal, 'key' | 'currency' | 'memo' | 'entries'>) =>
  ({
    key: `adjustment:${key}`,
    kind: 'adjustment',
    phase: 'posted',
    resolves: null,
    currency,
    sessionId: null,
    memo,
    entries
  }) satisfies Transfer

export type Decision = {
  readonly key: string
  readonly approve: boolean
  readonly by: string
  readonly at: string
}

/**
 * The second person's word. A yes is kept before anything is posted, so that one which was cut off is gone on with by
 * saying it again; the same word again changes nothing.
 * @returns undefined when there is no such proposal
 * @throws Problem 403 `second-person-needed`, 409 `adjustment-decided`
 */
export async function decideAdjustment(
  tx: Tx,
  { key, approve, by, at }: Decision
): Promise<Adjustment | undefined> {
  const found = await tx.maybe<Adjustment>(
    `select ${columns} from ledger_adjustments where key = $1 for update`,
    [key]
  )
  if (!found) return undefined
  if (found.proposedBy === by)
    throw problem(403, 'second-person-needed', 'Another person than the one who proposed it decides.')
  if (found.state !== 'proposed') {
    if (approve === (found.state !== 'rejected')) return found
    throw problem(409, 'adjustment-decided', `This adjustment is ${found.state}.`)
  }
  return tx.one<Adjustment>(
    `update ledger_adjustments set state = $2, decided_by = $3, decided_at = $4 where key = $1 returning ${columns}`,
    [key, approve ? 'approved' : 'rejected', by, at]
  )
}

/**
 * What the ledger said to an approved adjustment: it is posted, or waits again and says why.
 * @throws Problem 409 or 422, as the ledger refuses
 */
export async function posted(
  database: Pick<Database, 'tenant'>,
  tenantId: string,
  told: Told
): Promise<Adjustment> {
  const { key, outcome } = told
  const adjustment = await database.tenant(tenantId, async (tx) =>
    tx.one<Adjustment>(
      outcome.ok
        ? `update ledger_adjustments set state = 'posted' where key = $1 returning ${columns}`
        : `update ledger_adjustments set state = 'proposed', decided_by = null, decided_at = null
           where key = $1 returning ${columns}`,
      [key]
    )
  )
  if (!outcome.ok) throw refused(outcome.fault)
  return adjustment
}

type Told = { readonly key: string; readonly outcome: Posted }

type Wanted = {
  readonly state: Adjustment['state'] | undefined
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

/** The newest first. */
export const listAdjustments = async (tx: Tx, { state, after, limit }: Wanted): Promise<Adjustment[]> =>
  tx.query<Adjustment>(
    `select ${columns} from ledger_adjustments
     where ($1::text is null or state = $1) and ($2::timestamptz is null or (proposed_at, key) < ($2, $3::text))
     order by proposed_at desc, key desc limit $4`,
    [state ?? null, after?.[0] ?? null, after?.[1] ?? null, limit]
  )
