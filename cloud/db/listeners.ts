import { setTimeout as wait } from 'node:timers/promises'
import { isMoreHidden, passOver, pendingOf, wantedText, type Pending } from './cursor.ts'
import { handleBatch, type Handled } from './batch.ts'
import type { Needs } from './listening.ts'
import type { Listener, ListenerLag } from './types.ts'

const pollMs = 1_000 // A lost wake-up costs this much.
const hiddenMs = 20 // Events hidden by a running transaction: its end wakes nobody. Doubled until `pollMs`.
const pauseAfterFailureMs = 100 // Doubled with each failure of the same event: five tries take about three seconds.
const tries = 5
const errorPauseMs = 1_000
const holdMs = 50
const longestHoldMs = 1_000 // Then a round is read all the same: money may be late, it may not stand still.

export type Running = { stop(): Promise<void>; lag(): Promise<ListenerLag[]> }

/** Runs every listener in its own loop until stopped. */
export function runListeners(needs: Needs, listeners: readonly Listener[]): Running {
  const loops = listeners.map((listener) => loop(needs, listener))
  needs.onWake(() => loops.forEach((each) => each.wake()))
  return {
    async stop() {
      await Promise.all(loops.map(async (each) => each.stop()))
    },
    async lag() {
      return Promise.all(listeners.map(async (listener) => lagOf(needs, listener)))
    }
  }
}

function loop(needs: Needs, listener: Listener) {
  const nap = napping()
  const resting = new Map<number, number>()
  let hiddenTimes = 0
  const pauseAfter = (ended: Exclude<Ended, 'moved'>): number => {
    if (ended === 'trouble') return errorPauseMs
    return Math.min(nextPause(resting), ended === 'hidden' ? hiddenMs * 2 ** hiddenTimes++ : pollMs)
  }
  const run = async (): Promise<void> => {
    while (!nap.stopped()) {
      await heldBack(needs, nap.stopped)
      nap.begin()
      const ended = await round(needs, listener, resting).catch((error: unknown) => {
        needs.log.onTrouble(listener.name, error)
        return 'trouble' as const
      })
      if (ended === 'trouble') nap.begin() // No hurry: whoever woke us meets the same trouble.
      if (ended !== 'hidden') hiddenTimes = 0
      if (ended !== 'moved') await nap.sleep(pauseAfter(ended))
    }
  }
  const running = run()
  return {
    wake: nap.wake,
    async stop() {
      nap.stop()
      await running
    }
  }
}

async function heldBack({ holdBack }: Needs, stopped: () => boolean): Promise<void> {
  for (let heldMs = 0; heldMs < longestHoldMs && holdBack() && !stopped(); heldMs += holdMs)
    await wait(holdMs)
}

/** A sleep that a wake-up ends, also one that came just before it. */
function napping() {
  let stopped = false
  let woken = true
  let rouse: (() => void) | undefined
  return {
    stopped: () => stopped,
    begin: () => void (woken = false),
    wake() {
      woken = true
      rouse?.()
    },
    stop() {
      stopped = true
      rouse?.()
    },
    async sleep(ms: number): Promise<void> {
      if (woken || stopped) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        rouse = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      rouse = undefined
    }
  }
}

/** `moved`: there may be more to do at once; `hidden`: there will be when others have committed. */
type Ended = 'moved' | 'idle' | 'hidden' | 'trouble'

async function round(needs: Needs, listener: Listener, resting: Map<number, number>): Promise<Ended> {
  const { pending, hidden } = await look(needs, listener)
  let moved = false
  for (const { partition } of pending) {
    if ((resting.get(partition) ?? 0) > Date.now()) continue
    const handled = await handleBatch(needs, listener, partition)
    rest(needs, listener, { partition, handled, resting })
    moved ||= handled.kind === 'moved'
  }
  if (moved) return 'moved'
  return hidden ? 'hidden' : 'idle'
}

type Seen = { readonly pending: readonly Pending[]; readonly hidden: boolean }

/** Where something wanted waits; the rest is passed over in the same breath. */
async function look(needs: Needs, listener: Listener): Promise<Seen> {
  return needs.platform(`log ${listener.name}`, async (tx) => {
    const pending = await pendingOf(tx, listener)
    const passed = pending.filter(({ wanted }) => !wanted)
    if (passed.length > 0) await passOver(tx, listener.name, passed)
    const wanted = pending.filter((each) => each.wanted)
    return { pending: wanted, hidden: pending.length === 0 && (await isMoreHidden(tx)) }
  })
}

type Rest = { readonly partition: number; readonly handled: Handled; readonly resting: Map<number, number> }

function rest(needs: Needs, listener: Listener, { partition, handled, resting }: Rest): void {
  if (handled.kind !== 'failed') {
    resting.delete(partition)
    if (handled.kind === 'moved' && handled.dead)
      needs.log.onDead(listener.name, handled.dead.eventId, handled.dead.error)
    return
  }
  needs.log.onFailure(listener.name, handled.eventId, handled.failures, handled.error)
  resting.set(partition, Date.now() + pauseAfterFailureMs * 2 ** Math.min(handled.failures, tries))
}

function nextPause(resting: ReadonlyMap<number, number>): number {
  const now = Date.now()
  return Math.max(10, Math.min(pollMs, ...[...resting.values()].map((at) => at - now)))
}

async function lagOf(needs: Needs, listener: Listener): Promise<ListenerLag> {
  const row = await needs.platform('log lag', async (tx) =>
    tx.one<{ behind: number; seconds: number }>(
      `select count(*)::int as behind, coalesce(extract(epoch from now() - min(e.at)), 0)::float8 as seconds
       from generate_series(0, 63) as p(partition)
       left join event_cursors c on c.listener = $1 and c.partition = p.partition
       join events e on e.partition = p.partition
         and (e.xid, e.id) > (coalesce(c.xid, '0'::xid8), coalesce(c.event_id, 0))
       where ${wantedText}`,
      [listener.name, listener.kinds, listener.without ?? []]
    )
  )
  return { listener: listener.name, ...row }
}
