import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { breakDecided, type BreakClass, type Remedy } from './events.ts'
import { tellDay } from './commands.ts'
import { remedies } from './model.ts'
import type { Needs } from './needs.ts'
import { breakColumns, type BreakRow } from './queries.ts'

export type Decision = {
  readonly userId: string
  readonly by: string
  readonly remedy: Remedy | null // null: the proposal is rejected.
  readonly note: string
}

/**
 * The first person proposes, a second one agrees by the same remedy; another remedy is a new proposal. Nobody is both.
 * @throws Problem 404, 409 `break-settled`, `second-person-needed`, `nothing-proposed`, 422 `remedy-not-allowed`
 */
export async function decide(
  needs: Needs,
  tx: Tx,
  { id, decision }: { id: string; decision: Decision }
): Promise<BreakRow> {
  const found = await tx.maybe<BreakRow>(
    `select ${breakColumns} from reconciliation_breaks where id = $1 for update`,
    [id]
  )
  if (!found) throw notFound('break')
  if (found.status !== 'open' && found.status !== 'proposed')
    throw problem(409, 'break-settled', `This break is ${found.status}.`)
  const { userId, by, remedy, note } = decision
  const proposal = found.status === 'proposed' ? await proposalOf(tx, id) : undefined
  const status = nextStatus(found, proposal, decision)
  await tx.query(
    `insert into reconciliation_decisions (tenant_id, break_id, remedy, user_id, by, note) values (nova_tenant(), $1, $2, $3, $4, $5)`,
    [id, remedy, userId, by, note]
  )
  await tx.query(
    `update reconciliation_breaks set status = $2::text, remedy = $3,
       settled_at = case when $2::text = 'accepted' then now() end where id = $1`,
    [id, status, remedy]
  )
  if (status === 'accepted' && proposal && remedy)
    await settled(tx, found, { first: proposal.by, second: by, remedy, note })
  await needs.audit(tx, {
    actor: by,
    act: `reconciliation.${status}`,
    subject: id,
    detail: `${remedy ?? 'rejected'}: ${note}`
  })
  return tx.one<BreakRow>(`select ${breakColumns} from reconciliation_breaks where id = $1`, [id])
}

type Proposal = { readonly userId: string; readonly by: string; readonly remedy: Remedy }

const proposalOf = async (tx: Tx, id: string): Promise<Proposal | undefined> =>
  tx.maybe<Proposal>(
    `select user_id as "userId", by, remedy from reconciliation_decisions
     where break_id = $1 and remedy is not null order by id desc limit 1`,
    [id]
  )

function nextStatus(
  found: BreakRow,
  proposal: Proposal | undefined,
  { remedy, userId }: Decision
): 'open' | 'proposed' | 'accepted' {
  if (remedy === null) {
    if (!proposal) throw problem(409, 'nothing-proposed', 'There is no proposal that could be rejected.')
    return 'open'
  }
  const allowed = remedies[found.class as BreakClass]
  if (!allowed.includes(remedy))
    throw problem(422, 'remedy-not-allowed', `For ${found.class}: ${allowed.join(', ')}.`)
  if (proposal?.remedy !== remedy) return 'proposed'
  if (proposal.userId === userId)
    throw problem(409, 'second-person-needed', 'Another person has to agree to your proposal.')
  return 'accepted'
}

type Agreed = {
  readonly first: string
  readonly second: string
  readonly remedy: Remedy
  readonly note: string
}

async function settled(tx: Tx, found: BreakRow, { first, second, remedy, note }: Agreed): Promise<void> {
  const { id: breakId, date, provider, reference, paymentId, sessionId, currency, differenceMinor } = found
  const about = {
    breakId,
    date,
    class: found.class,
    provider,
    reference,
    paymentId,
    sessionId,
    currency,
    differenceMinor
  }
  await tx.emit({ kind: breakDecided, key: date, body: { ...about, remedy, by: [first, second], note } })
  await tellDay(tx, date)
}
