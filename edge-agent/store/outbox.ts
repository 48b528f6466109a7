import type { Lane } from '@nova/shared-protocol/messages'
import type { Outbox } from './contract.ts'
import type { LaneStore } from './lane.ts'

const day = 86_400_000

/** Facts stay 30 days after the cloud has them, so that a lost cloud can be rebuilt from its edges. */
const factsKeptMs = 30 * day

/** Telemetry is only worth a look back at what just happened. */
const historyKeptMs = 3 * day

/** One step of the clean-up: a few ms, so that nobody at the connector waits for it. */
const pruneRows = 1_000

/** What one row of history takes beside key and body: hash, sequence, time, page overhead. */
const rowOverheadBytes = 80
const firstGuessBytes = 400

/** How much of its room the unsent history fills → one of how many samples is still kept. */
const thinning = [
  { above: 1, keepOneOf: 0 },
  { above: 0.75, keepOneOf: 4 },
  { above: 0.5, keepOneOf: 2 }
] as const

/** Devices whose samples are counted for thinning; more than a site has. */
const thinnedDevices = 2_000

export type OutboxNeeds = {
  readonly lanes: Readonly<Record<Lane, LaneStore>>
  readonly now: () => number
  readonly historyBytes: number
  readonly inCommit: (act: string) => void // Throws outside of a commit.
  readonly noHistory: () => boolean // While the disk is full only facts are written.
  readonly commit: <Value>(write: () => Value) => Promise<Value>
  readonly pruneOthers: (now: number, rows: number) => void // Commands and sessions, in the same commit.
}

export type OpenOutbox = Outbox & { readonly dropped: () => number; appended(): void }

/** Facts and history behind the words of `Outbox`: keys, thinning, retention. */
export function openOutbox(needs: OutboxNeeds): OpenOutbox {
  const { facts, history } = needs.lanes
  const listeners = new Set<(lane: Lane) => void>()
  const fresh = new Set<Lane>()
  const seen = new Map<string, number>()
  let dropped = 0
  let rowBytes = firstGuessBytes

  function thinned(key: string): boolean {
    if (needs.noHistory()) return true
    const filled = ((history.newest().sequence - history.durable()) * rowBytes) / needs.historyBytes
    const step = thinning.find(({ above }) => filled >= above)
    if (!step) return false
    const device = key.slice(0, key.lastIndexOf('/'))
    if (seen.size > thinnedDevices) seen.clear()
    const count = seen.get(device) ?? 0
    seen.set(device, count + 1)
    return step.keepOneOf === 0 || count % step.keepOneOf !== 0
  }

  function appendHistory(key: string, body: string): number | null {
    if (thinned(key)) {
      dropped++
      return null
    }
    rowBytes += (body.length + key.length + rowOverheadBytes - rowBytes) / 64 // A slow mean.
    return history.append(key, body, needs.now())
  }

  return {
    append(lane, key, body) {
      needs.inCommit('append')
      const sequence =
        lane === 'history'
          ? appendHistory(key, body)
          : facts.has(key)
            ? null
            : facts.append(key, body, needs.now())
      if (sequence !== null) fresh.add(lane)
      return sequence
    },
    has: (key) => facts.has(key),
    byPrefix: (prefix, limit) => facts.byPrefix(prefix, limit),
    read: (lane, after, limit) => needs.lanes[lane].read(after, limit),
    hashAt: (lane, sequence) => needs.lanes[lane].hashAt(sequence),
    newest: (lane) => needs.lanes[lane].newest(),
    first: (lane) => needs.lanes[lane].base() + 1,
    durable: (lane) => needs.lanes[lane].durable(),
    markDurable(lane, sequence) {
      needs.inCommit('markDurable')
      needs.lanes[lane].markDurable(sequence, false)
    },
    rewind(lane, sequence) {
      needs.inCommit('rewind')
      needs.lanes[lane].markDurable(sequence, true)
    },
    prune: (now) =>
      needs.commit(() => {
        needs.pruneOthers(now, pruneRows)
        return {
          facts: facts.prune(now - factsKeptMs, pruneRows),
          history: history.prune(historyHorizon(now), pruneRows)
        }
      }),
    verify: (lane, after, limit) => needs.lanes[lane].verify(after, limit),
    onAppend(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    dropped: () => dropped,
    appended() {
      for (const lane of fresh) for (const listener of listeners) listener(lane)
      fresh.clear()
    }
  }

  /** Durable history goes early when all of it takes more than its room. */
  function historyHorizon(now: number): number {
    const held = (history.newest().sequence - history.base()) * rowBytes
    return held > needs.historyBytes ? Number.MAX_SAFE_INTEGER : now - historyKeptMs
  }
}
