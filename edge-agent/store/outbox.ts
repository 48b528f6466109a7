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

/** Steps of one clean-up: 20,000 events a minute, three times what the largest site makes. */
const pruneSteps = 20

/** What one row of history takes beside key and body: hash, sequence, time, page overhead. */
const rowOverheadBytes = 80
const firstGuessBytes = 400

/** How much of its room the unsent history fills → one of how many samples is still kept. */
const thinning = [
  { above: 1, keepOneOf: 0 },
  { above: 0.75, keepOneOf: 4 },
  { above: 0.5, keepOneOf: 2 }
] as const

/** What EdgeEvent of the language allows. */
const longestKey = 300
const longestBody = 200_000

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
  const { lanes } = needs
  const history = openHistory(needs)
  const news = openNews()
  const append = (lane: Lane, key: string, body: string): number | null => {
    if (lane === 'history') return history.append(key, body)
    return lanes.facts.append(key, body, needs.now())
  }
  return {
    append(lane, key, body) {
      needs.inCommit('append')
      refuseLarge(key, body)
      const sequence = append(lane, key, body)
      if (sequence !== null) news.note(lane)
      return sequence
    },
    has: (key) => lanes.facts.has(key),
    byPrefix: (prefix, limit) => lanes.facts.byPrefix(prefix, limit),
    lastByPrefix: (prefix, limit) => lanes.facts.lastByPrefix(prefix, limit),
    read: (lane, after, limit) => lanes[lane].read(after, limit),
    hashAt: (lane, sequence) => lanes[lane].hashAt(sequence),
    newest: (lane) => lanes[lane].newest(),
    first: (lane) => lanes[lane].base() + 1,
    durable: (lane) => lanes[lane].durable(),
    waitingSince: (lane) => lanes[lane].waitingSince(),
    markDurable(lane, sequence) {
      needs.inCommit('markDurable')
      lanes[lane].markDurable(sequence, false)
    },
    rewind(lane, sequence) {
      needs.inCommit('rewind')
      lanes[lane].markDurable(sequence, true)
    },
    prune: (now) => prune(needs, now, history.horizon),
    verify: (lane, after, limit) => lanes[lane].verify(after, limit),
    onAppend: news.onAppend,
    dropped: history.dropped,
    appended: news.tell
  }
}

/** An event that no frame takes would hold up its lane for ever: whoever makes one hears of it here. */
function refuseLarge(key: string, body: string): void {
  if (key.length > longestKey || body.length > longestBody)
    throw new RangeError(`event ${key.slice(0, 80)} is too large: ${body.length} characters`)
}

/** Several short commits with the event loop's turns between them, until there is nothing old left. */
async function prune(needs: OutboxNeeds, now: number, horizon: (now: number) => number) {
  const { facts, history } = needs.lanes
  const gone = { facts: 0, history: 0 }
  for (let step = 0; step < pruneSteps; step++) {
    const [some, more] = await needs.commit(() => {
      if (step === 0) needs.pruneOthers(now, pruneRows)
      return [facts.prune(now - factsKeptMs, pruneRows), history.prune(horizon(now), pruneRows)]
    })
    gone.facts += some
    gone.history += more
    if (some + more === 0) break
  }
  return gone
}

/** Telemetry gives way: thinned while much of it is unsent, dropped while the disk is full. */
function openHistory({ lanes: { history }, now, historyBytes, noHistory }: OutboxNeeds) {
  const seen = new Map<string, number>()
  let dropped = 0
  let rowBytes = firstGuessBytes

  function isThinned(key: string): boolean {
    if (noHistory()) return true
    const filled = ((history.newest().sequence - history.durable()) * rowBytes) / historyBytes
    const step = thinning.find(({ above }) => filled >= above)
    if (!step) return false
    const device = key.slice(0, key.lastIndexOf('/'))
    if (seen.size > thinnedDevices) seen.clear()
    const count = seen.get(device) ?? 0
    seen.set(device, count + 1)
    return step.keepOneOf === 0 || count % step.keepOneOf !== 0
  }

  return {
    dropped: () => dropped,
    append(key: string, body: string): number | null {
      if (isThinned(key)) {
        dropped++
        return null
      }
      rowBytes += (body.length + key.length + rowOverheadBytes - rowBytes) / 64 // A slow mean.
      return history.append(key, body, now())
    },
    /** What is older may go; durable history goes early when all of it takes more than its room. */
    horizon(at: number): number {
      const held = (history.newest().sequence - history.base()) * rowBytes
      return held > historyBytes ? Number.MAX_SAFE_INTEGER : at - historyKeptMs
    }
  }
}

/** Who waits for events hears of them after their commit. */
function openNews() {
  const listeners = new Set<(lane: Lane) => void>()
  const fresh = new Set<Lane>()
  return {
    note: (lane: Lane): void => void fresh.add(lane),
    onAppend(listener: (lane: Lane) => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(): void {
      for (const lane of fresh) for (const listener of listeners) listener(lane)
      fresh.clear()
    }
  }
}
