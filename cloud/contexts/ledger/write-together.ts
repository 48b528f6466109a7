import type { Database } from '../../db/index.ts'
import type { Linked, Posted } from './linked.ts'
import { isPlain, postPlain, type Group } from './plain.ts'
import { postEach } from './post.ts'

/** Linked transfers, and who waits for their outcome. */
export type Waiting = {
  readonly linked: Linked
  resolve(posted: Posted): void
  reject(cause: unknown): void
}
export type Batch = { readonly tenantId: string; readonly waiting: readonly Waiting[] }

type Needs = Pick<Database, 'tenant' | 'call'>
type How = {
  /** Waits for the head of the chain that somebody else holds. */
  readonly patient: boolean
  /** Called once, when the one call for all of them is over; some may go on alone. */
  answered(): void
  /** Called for each batch, when all who wait for it have been answered. */
  end(batch: Batch): void
}

/**
 * Writes batches of some tenants in one commit, as far as their transfers are plain and their chains are free; each of the
 * others in a transaction of its own. Whoever waits is answered after the commit.
 */
export function writeTogether(database: Needs, batches: readonly Batch[], how: How): void {
  const short = batches.filter(({ waiting }) => isPlain(listsOf(waiting)))
  const alone = (batch: Batch): void => void write(database, batch).finally(() => how.end(batch))
  for (const batch of batches) if (!short.includes(batch)) alone(batch)
  void postTogether(database, short, how.patient).then((outcomes) => {
    how.answered()
    for (const [index, batch] of short.entries()) {
      const posted = outcomes?.[index]
      if (posted === undefined) alone(batch)
      else {
        answer(batch, posted)
        how.end(batch)
      }
    }
  })
}

const listsOf = (waiting: readonly Waiting[]): readonly Linked[] => waiting.map(({ linked }) => linked)

/** Whatever goes wrong in the short way, the long one says what, waits for a lost server and finds what was written. */
async function postTogether(
  database: Needs,
  short: readonly Batch[],
  patient: boolean
): Promise<readonly (readonly Posted[] | undefined)[] | undefined> {
  if (short.length === 0) return undefined
  const groups: readonly Group[] = short.map(({ tenantId, waiting }) => ({
    tenantId,
    lists: listsOf(waiting)
  }))
  return postPlain(database, groups, patient).catch((cause: unknown) => {
    if (!(cause instanceof Error)) throw cause
    return undefined
  })
}

/** Writes a batch; one that the database refuses is written list by list, so that only the guilty one fails. */
async function write(database: Needs, { tenantId, waiting }: Batch): Promise<void> {
  try {
    const lists = listsOf(waiting)
    answer({ tenantId, waiting }, await database.tenant(tenantId, async (tx) => postEach(tx, lists)))
  } catch (cause) {
    if (waiting.length === 1 || isAway(cause)) for (const { reject } of waiting) reject(cause)
    else for (const each of waiting) await write(database, { tenantId, waiting: [each] })
  }
}

function answer({ waiting }: Batch, outcomes: readonly Posted[]): void {
  for (const [index, { resolve, reject }] of waiting.entries()) {
    const outcome = outcomes[index]
    if (outcome) resolve(outcome)
    else reject(new Error('the ledger gave no outcome'))
  }
}

const isAway = (cause: unknown): boolean => cause instanceof Error && cause.name === 'DatabaseUnavailable'
