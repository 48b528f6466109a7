import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from '../../db/index.ts'
import type { Linked, Posted } from './linked.ts'
import { writeTogether, type Batch, type Waiting } from './write-together.ts'

const mostTransfers = 1_000 // One batch holds the heads of its tenants' chains for some tens of milliseconds at most.
const mostWaiting = 20_000 // Of one tenant; beyond it the caller is told at once instead of late.
const mostCalls = 4 // At once; with more of them each carries fewer transfers, and every commit costs.
const enoughToRunAhead = 250 // Of one tenant; the next batch is made ready while the one before holds the head.

/** Posts linked transfers of a tenant and answers once they are committed. */
export type Post = (tenantId: string, linked: Linked) => Promise<Posted>

/** What waits of one tenant, and how many batches of it are being written. */
type Lane = { readonly tenantId: string; readonly waiting: Waiting[]; writing: number }

/** Thrown when more wait than can be written soon; nothing was posted. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy'
}

/**
 * Transfers that come while others are being written go together in the next call: one commit, one stretch of each
 * tenant's chain. A call of several tenants never waits for one whose chain somebody else is extending. Each list keeps
 * its own outcome.
 */
export function openPoster(database: Pick<Database, 'tenant' | 'call'>): Post {
  const lanes = new Map<string, Lane>()
  let [calls, isTurning] = [0, false]
  const end = ({ tenantId }: Batch): void => {
    const lane = lanes.get(tenantId)
    if (lane !== undefined && --lane.writing === 0 && lane.waiting.length === 0) lanes.delete(tenantId)
    look()
  }
  const start = ({ batches, patient, isAhead }: Call): void => {
    for (const { tenantId } of batches) toTheEnd(lanes, tenantId)
    if (!isAhead) calls++
    const answered = (): void => {
      if (!isAhead) calls--
      look()
    }
    writeTogether(database, batches, { patient, answered, end })
  }
  const look = (): void => {
    if (isTurning) return
    isTurning = true
    // Who was answered by the batch before posts again first; otherwise batches of one and of the rest alternate.
    void turn().then(() => {
      isTurning = false
      for (let call = taken(lanes, calls); call !== undefined; call = taken(lanes, calls)) start(call)
    })
  }
  return async (tenantId, linked) =>
    new Promise((resolve, reject) => {
      const lane = lanes.get(tenantId) ?? { tenantId, waiting: [], writing: 0 }
      if (lane.waiting.length >= mostWaiting)
        reject(new LedgerBusy(`${lane.waiting.length} transfers of this tenant are waiting`))
      else {
        lanes.set(tenantId, lane)
        lane.waiting.push({ linked, resolve, reject })
        look()
      }
    })
}

/** So that a tenant with much to write comes after the others the next time. */
function toTheEnd(lanes: Map<string, Lane>, tenantId: string): void {
  const lane = lanes.get(tenantId)
  if (lane === undefined) return
  lanes.delete(tenantId)
  lanes.set(tenantId, lane)
}

type Call = {
  readonly batches: readonly Batch[]
  /** Waits for the head of the chain; only where no other tenant is held up by that. */
  readonly patient: boolean
  /** The second of its tenant, made ready while the first is being written. */
  readonly isAhead: boolean
}

/** What to write now, taken out of its lanes; undefined when what waits has to wait on. */
function taken(lanes: ReadonlyMap<string, Lane>, calls: number): Call | undefined {
  const ahead: Lane[] = []
  const ready: Lane[] = []
  for (const lane of lanes.values()) {
    if (lane.writing === 0 && lane.waiting.length > 0) ready.push(lane)
    if (lane.writing === 1 && lane.waiting.length >= enoughToRunAhead) ahead.push(lane)
  }
  if (ready.length > 0 && calls < mostCalls)
    return { batches: takeFrom(ready), patient: lanes.size === 1, isAhead: false }
  // Others that are ready come first.
  const [first] = ready.length > 0 ? [] : ahead
  return first && { batches: [take(first, mostTransfers)], patient: true, isAhead: true }
}

function takeFrom(ready: readonly Lane[]): readonly Batch[] {
  const batches: Batch[] = []
  let left = mostTransfers
  for (const lane of ready) {
    if (left <= 0) break
    const batch = take(lane, left)
    for (const { linked } of batch.waiting) left -= linked.transfers.length
    batches.push(batch)
  }
  return batches
}

function take(lane: Lane, most: number): Batch {
  let count = 0
  let transfers = 0
  for (const { linked } of lane.waiting) {
    transfers += linked.transfers.length
    if (count > 0 && transfers > most) break
    count++
  }
  lane.writing++
  return { tenantId: lane.tenantId, waiting: lane.waiting.splice(0, count) }
}
