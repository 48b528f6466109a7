import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from '../../db/index.ts'
import { postPlain } from './plain.ts'
import { postEach, type Linked, type Posted } from './post.ts'

const mostTransfers = 1_000 // One batch holds the head of the tenant's chain for some tens of milliseconds at most.
const mostWaiting = 20_000 // Of one tenant; beyond it the caller is told at once instead of late.

/** Posts linked transfers of a tenant and answers once they are committed. */
export type Post = (tenantId: string, linked: Linked) => Promise<Posted>

type Waiting = {
  readonly linked: Linked
  resolve(posted: Posted): void
  reject(cause: unknown): void
}

/** Thrown when more wait than can be written soon; nothing was posted. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy'
}

/**
 * Transfers that come while a batch of their tenant is being written go together in the next one: one commit, one
 * stretch of the chain. Each list keeps its own outcome.
 */
export function openPoster(database: Pick<Database, 'tenant' | 'call'>): Post {
  const lanes = new Map<string, Waiting[]>()
  const drain = async (tenantId: string, lane: Waiting[]): Promise<void> => {
    while (lane.length > 0) {
      await turn() // Who was answered by the batch before posts again first; otherwise batches of one and of the rest alternate.
      await write(database, tenantId, takeFrom(lane))
    }
    lanes.delete(tenantId)
  }
  return async (tenantId, linked) =>
    new Promise((resolve, reject) => {
      const lane = lanes.get(tenantId)
      const waiting = { linked, resolve, reject }
      if (lane === undefined) {
        const fresh = [waiting]
        lanes.set(tenantId, fresh)
        void drain(tenantId, fresh)
      } else if (lane.length >= mostWaiting) {
        reject(new LedgerBusy(`${lane.length} transfers of this tenant are waiting`))
      } else lane.push(waiting)
    })
}

function takeFrom(lane: Waiting[]): readonly Waiting[] {
  let count = 0
  let transfers = 0
  for (const { linked } of lane) {
    transfers += linked.transfers.length
    if (count > 0 && transfers > mostTransfers) break
    count++
  }
  return lane.splice(0, count)
}

/** Writes a batch; one that the database refuses is written list by list, so that only the guilty one fails. */
async function write(
  database: Pick<Database, 'tenant' | 'call'>,
  tenantId: string,
  batch: readonly Waiting[]
): Promise<void> {
  try {
    const lists = batch.map(({ linked }) => linked)
    const outcomes =
      (await postPlain(database, tenantId, lists).catch(undecided)) ??
      (await database.tenant(tenantId, async (tx) => postEach(tx, lists)))
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome) resolve(outcome)
      else reject(new Error('the ledger gave no outcome'))
    }
  } catch (cause) {
    const [only] = batch
    if (batch.length === 1 || isAway(cause)) for (const { reject } of batch) reject(cause)
    else if (only) for (const each of batch) await write(database, tenantId, [each])
  }
}

/** Whatever went wrong in the short way, the long one says what, waits for a lost server and finds what was written. */
function undecided(cause: unknown): undefined {
  if (!(cause instanceof Error)) throw cause
  return undefined
}

const isAway = (cause: unknown): boolean => cause instanceof Error && cause.name === 'DatabaseUnavailable'
