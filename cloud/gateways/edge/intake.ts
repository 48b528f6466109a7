import { setTimeout as wait } from 'node:timers/promises'
import type { Lane } from '@nova/shared-protocol/messages'
import { commitFrames, type Committed, type Judged } from './commit.ts'
import { quarantine, raiseAlarm, type Refused } from './quarantine.ts'
import type { Arrived, Needs } from './types.ts'
import { unpack, type Unpacked } from './unpack.ts'

const inFlight = 192 // Frames handed out by JetStream and not yet committed, over all sites.
const batchFrames = 8 // One transaction takes up to 4,000 events of a site.
const longestPauseMs = 10_000

/** `isBehind`: an edge catches up after an outage; who reads what came in may let it go first. */
export type Gate = { isBehind(): boolean; stop(): Promise<void> }

/**
 * Takes frames off the bus: in order within a site, side by side across sites. A frame is done when its
 * transaction has committed; "durable" is said after that.
 */
export function openIntake(needs: Needs): Gate {
  const sites = new Map<string, Arrived[]>()
  const running = new Set<Promise<void>>()
  let stopped = false
  const drain = async (siteId: string, queue: Arrived[]): Promise<void> => {
    let ahead = begin(siteId, queue)
    while (ahead.length > 0 && !stopped) {
      const batch = ahead
      ahead = begin(siteId, queue) // Unpacked while the database works on the one before.
      await takeBatch(needs, siteId, batch)
      if (ahead.length === 0) ahead = begin(siteId, queue)
    }
    for (const { arrived } of ahead) arrived.again()
    queue.splice(0).forEach((frame) => frame.again())
    if (sites.get(siteId) === queue) sites.delete(siteId)
  }
  const reader = needs.bus.readFrames(inFlight, (frame) => {
    needs.count('frames', 1)
    const waiting = sites.get(frame.siteId)
    if (waiting) return void waiting.push(frame)
    const queue = [frame]
    sites.set(frame.siteId, queue)
    const work = drain(frame.siteId, queue).finally(() => running.delete(work))
    running.add(work)
  })
  return {
    isBehind: () => [...sites.values()].some((queue) => queue.length >= batchFrames),
    async stop() {
      await reader.stop()
      stopped = true
      await Promise.all(running)
    }
  }
}

type Begun = { readonly arrived: Arrived; readonly unpacked: Promise<Unpacked> }

const begin = (siteId: string, queue: Arrived[]): Begun[] =>
  queue.splice(0, batchFrames).map((arrived) => ({ arrived, unpacked: unpack(siteId, arrived.bytes) }))

/** Never rejects: what cannot be handled now is handed back, what can never be is put into quarantine. */
async function takeBatch(needs: Needs, siteId: string, batch: readonly Begun[]): Promise<void> {
  try {
    const tenantId = await needs.tenantOf(siteId)
    if (tenantId === undefined) {
      needs.log.warn({ siteId, frames: batch.length }, 'frames of an unknown site were dropped')
      return batch.forEach(({ arrived }) => arrived.done())
    }
    await take(needs, { tenantId, siteId }, batch)
  } catch (error) {
    needs.log.error({ siteId, err: String(error) }, 'frames could not be committed, they come again')
    batch.forEach(({ arrived }) => arrived.again())
    const most = Math.max(...batch.map(({ arrived }) => arrived.deliveries))
    await wait(Math.min(longestPauseMs, 50 * 2 ** Math.min(most, 8)))
  }
}

export type Where = { readonly tenantId: string; readonly siteId: string }

async function take(needs: Needs, where: Where, batch: readonly Begun[]): Promise<void> {
  const results = await Promise.all(
    batch.map(async ({ arrived, unpacked }) => ({ arrived, result: await unpacked }))
  )
  const readable = results.flatMap(({ arrived, result }) =>
    result.ok ? [{ arrived, prepared: result }] : []
  )
  const frames = readable.map(({ prepared }) => prepared)
  const committed =
    frames.length === 0
      ? undefined
      : await needs.database.tenant(where.tenantId, async (tx) =>
          commitFrames(needs, tx, where.siteId, frames)
        )
  await refuse(needs, where, [
    ...results.flatMap(({ arrived, result }) =>
      result.ok ? [] : [{ reason: 'unreadable' as const, detail: result.because, bytes: arrived.bytes }]
    ),
    ...alteredOf(committed?.judged ?? [], readable)
  ])
  if (committed) tell(needs, where.siteId, committed)
  batch.forEach(({ arrived }) => arrived.done())
}

type Readable = readonly { readonly arrived: Arrived }[]

const alteredOf = (judged: readonly Judged[], readable: Readable): Refused[] =>
  judged.flatMap(({ frame, verdict }, index) => {
    const bytes = readable[index]?.arrived.bytes
    if (verdict.kind !== 'altered' || !bytes) return []
    return [
      {
        reason: 'altered' as const,
        detail: verdict.because,
        bytes,
        lane: frame.lane,
        first: frame.first,
        last: frame.last
      }
    ]
  })

/** In a transaction of its own: what is good has been committed before. */
async function refuse(needs: Needs, { tenantId, siteId }: Where, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return
  for (const { reason } of refused) needs.count('quarantined', 1, reason)
  await needs.database.tenant(tenantId, async (tx) => {
    for (const each of refused) {
      const fresh = await quarantine(tx, siteId, each)
      if (!fresh) continue
      needs.log.error({ siteId, reason: each.reason, detail: each.detail }, 'a frame was put into quarantine')
      await raiseAlarm(tx, siteId, {
        code: 'message-rejected',
        severity: 'urgent',
        subject: siteId,
        detail: `A frame of this site was refused (${each.reason}): ${each.detail}`,
        advice: 'Compare the chain of the edge with the one held here; the bytes are in the quarantine.'
      })
    }
  })
}

/** "Durable up to", for each lane that was spoken of; a gap or a garbled frame is asked for again. */
function tell(needs: Needs, siteId: string, { epoch, judged, durable }: Committed): void {
  for (const lane of ['facts', 'history'] as const) {
    const ofLane = judged.filter(({ frame }) => frame.lane === lane)
    const current = ofLane.filter(({ verdict }) => verdict.kind !== 'fenced')
    countVerdicts(needs, ofLane)
    if (current.length === 0) continue
    needs.bus.publishDurable({
      v: 1,
      site: siteId,
      epoch,
      lane,
      sequence: durable[lane],
      ...resend(current, durable, lane)
    })
  }
}

function resend(
  judged: readonly Judged[],
  durable: Readonly<Record<Lane, number>>,
  lane: Lane
): { resendFrom?: number } {
  const last = judged.at(-1)?.verdict
  const missing = last?.kind === 'gap' || (last?.kind === 'altered' && last.resend)
  return missing ? { resendFrom: durable[lane] + 1 } : {}
}

function countVerdicts(needs: Needs, judged: readonly Judged[]): void {
  for (const { frame, verdict } of judged) {
    if (verdict.kind === 'gap') needs.count('gaps', 1)
    if (verdict.kind === 'known') needs.count('duplicates', frame.events.length)
    if (verdict.kind === 'fenced') needs.count('fenced', 1)
    if (verdict.kind !== 'news') continue
    needs.count('events', verdict.events.length)
    needs.count('duplicates', frame.events.length - verdict.events.length)
    needs.lag((Date.now() - Date.parse(frame.sentAt)) / 1000)
  }
}
