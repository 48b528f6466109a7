import type { Database } from '../../db/index.ts'
import { digestOf } from './chain.ts'
import { refused, type Linked, type Posted } from './linked.ts'
import { faultOf, isGuarded, type Transfer } from './model.ts'

/** A transfer alone in its list that leans on nothing but its key: posted at once, nothing taken from a guarded account. */
function plainOf({ transfers }: Linked): Transfer | undefined {
  const [transfer, ...more] = transfers
  if (transfer === undefined || more.length > 0) return undefined
  const { phase, resolves, entries } = transfer
  const isPlain = phase === 'posted' && resolves === null && faultOf(transfer) === undefined
  const takes = entries.some((entry) => isGuarded(entry) && entry.amountMinor < 0)
  return isPlain && !takes ? transfer : undefined
}

/**
 * Posts a batch of plain transfers in one round trip.
 * @returns an outcome for each list; undefined when the batch is not of that kind, or the database cannot decide it alone
 */
export async function postPlain(
  database: Pick<Database, 'call'>,
  tenantId: string,
  lists: readonly Linked[]
): Promise<readonly Posted[] | undefined> {
  const plain = lists.flatMap((linked) => plainOf(linked) ?? [])
  const keys = plain.map(({ key }) => key)
  if (plain.length < lists.length || new Set(keys).size < keys.length) return undefined
  const rows = await database.call<{ ledger_post_plain: string[] | null }>(tenantId, 'ledger_post_plain', [
    keys,
    plain.map(digestOf),
    plain.map(({ kind }) => kind),
    plain.map(({ currency }) => currency),
    plain.map(({ sessionId }) => sessionId),
    plain.map(({ memo }) => memo),
    lists.map(({ at }) => new Date(at).toISOString()),
    plain.flatMap(({ entries }, index) => entries.map(() => index + 1)),
    plain.flatMap(({ entries }) => entries.map((_, line) => line)),
    plain.flatMap(({ entries }) => entries.map(({ party }) => party)),
    plain.flatMap(({ entries }) => entries.map(({ purpose }) => purpose)),
    plain.flatMap(({ entries }) => entries.map(({ amountMinor }) => amountMinor))
  ])
  const outcomes = rows[0]?.ledger_post_plain ?? undefined
  return outcomes?.map((outcome, index) => outcomeOf(outcome, keys[index] ?? ''))
}

function outcomeOf(outcome: string, key: string): Posted {
  switch (outcome) {
    case 'posted':
    case 'exists':
      return { ok: true, outcome }
    case 'same-key-other-content':
      return refused(outcome, key)
    default:
      throw new Error(`the ledger says ${outcome}`)
  }
}
