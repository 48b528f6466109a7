import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { lockedSettlement, type Books } from './commands.ts'
import { freed, kept } from './model.ts'
import { readDispute, readStatement, type DisputeRow, type StatementRow } from './store.ts'

export type Objection = {
  readonly statementId: string
  readonly amountMinor: number
  readonly reason: string
  readonly by: string
}

/**
 * Keeps a part of a statement back until it is decided: in the statement while it is open, in the ledger afterwards.
 * @throws Problem 404; 422 `exceeds-statement`
 */
export async function openDispute(tx: Tx, books: Books, objection: Objection, at: string): Promise<string> {
  const { statementId, amountMinor, reason, by } = objection
  const statement = await readStatement(tx, statementId)
  if (!statement) throw notFound('statement')
  const { state } = await lockedSettlement(tx, statement.settlementId)
  if (amountMinor > statement.payableMinor)
    throw problem(422, 'exceeds-statement', `The statement pays ${statement.payableMinor} minor units.`)
  const id = randomUUID()
  await tx.query(
    `insert into settlement_disputes (tenant_id, id, statement_id, amount_minor, reason, state, opened_by, opened_at)
     values (nova_tenant(), $1, $2, $3, $4, 'open', $5, $6)`,
    [id, statementId, amountMinor, reason, by, at]
  )
  await tx.query(
    `update settlement_statements set held_minor = held_minor + $2, payable_minor = payable_minor - $2 where id = $1`,
    [statementId, amountMinor]
  )
  if (state !== 'open')
    await books.post(tx, [kept(movedOf(`dispute:${id}:kept`, statement, amountMinor))], at)
  return id
}

const movedOf = (key: string, { party, currency, id }: StatementRow, amountMinor: number) => ({
  key,
  party,
  currency,
  amountMinor,
  memo: `statement ${id}`
})

export type Decision = {
  readonly id: string
  readonly outcome: 'upheld' | 'rejected'
  /** Who gets it when upheld; the operator when nobody is named. */
  readonly inFavourOf: { readonly party: string; readonly purpose: string }
  readonly note: string
  readonly by: string
}

/**
 * Decides a dispute by another person than who opened it: what was kept back becomes income of the party again
 * (rejected) or of who was right (upheld), and stands in the next run.
 * @throws Problem 404; 409 `dispute-decided`, `settlement-not-closed`; 403 `same-person`
 */
export async function decideDispute(
  tx: Tx,
  books: Books,
  decision: Decision,
  at: string
): Promise<DisputeRow> {
  const dispute = await readDispute(tx, decision.id)
  if (!dispute) throw notFound('dispute')
  if (dispute.state !== 'open') throw problem(409, 'dispute-decided', 'It was decided before.')
  if (dispute.openedBy === decision.by)
    throw problem(403, 'same-person', 'Somebody else than who opened it has to decide.')
  const statement = await readStatement(tx, dispute.statementId)
  const { state } = await lockedSettlement(tx, dispute.settlementId)
  if (!statement || state === 'open')
    throw problem(409, 'settlement-not-closed', 'Close the settlement before its disputes are decided.')
  const to =
    decision.outcome === 'upheld'
      ? decision.inFavourOf
      : { party: statement.party, purpose: statement.purpose }
  await books.post(
    tx,
    [freed(movedOf(`dispute:${dispute.id}:freed`, statement, dispute.amountMinor), to)],
    at
  )
  await tx.query(
    `update settlement_disputes set state = $2, decided_by = $3, decided_at = $4, note = $5 where id = $1`,
    [dispute.id, decision.outcome, decision.by, at, decision.note]
  )
  return { ...dispute, state: decision.outcome, decidedBy: decision.by, decidedAt: at, note: decision.note }
}

/**
 * Ends the hold-back of a closed statement, but for what is in dispute; it stands in the next run.
 * @returns minor units that became income again
 * @throws Problem 404; 409 `settlement-not-closed`, `nothing-held`
 */
export async function releaseHoldBack(
  tx: Tx,
  books: Books,
  statementId: string,
  at: string
): Promise<number> {
  const statement = await readStatement(tx, statementId)
  if (!statement) throw notFound('statement')
  if ((await lockedSettlement(tx, statement.settlementId)).state === 'open')
    throw problem(409, 'settlement-not-closed', 'Close the settlement first.')
  const { disputed, released } = await tx.one<{ disputed: number; released: number }>(
    `select released_minor as released, (select coalesce(sum(d.amount_minor), 0)::bigint from settlement_disputes d
       where d.tenant_id = s.tenant_id and d.statement_id = s.id) as disputed
     from settlement_statements s where id = $1`,
    [statementId]
  )
  const amountMinor = statement.heldMinor - disputed - released
  if (amountMinor <= 0) throw problem(409, 'nothing-held', 'Nothing is held back but what is in dispute.')
  const to = { party: statement.party, purpose: statement.purpose }
  await books.post(tx, [freed(movedOf(`hold-back:${statementId}`, statement, amountMinor), to)], at)
  await tx.query('update settlement_statements set released_minor = released_minor + $2 where id = $1', [
    statementId,
    amountMinor
  ])
  return amountMinor
}
