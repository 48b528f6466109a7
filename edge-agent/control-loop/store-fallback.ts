import { stored, storing, type Place } from '../core/allocator/index.ts'
import type { Fallback } from '../drivers/contract.ts'
import type { LoopState, Post } from './entry.ts'
import type { Alarm, Needs } from './needs.ts'
import { entriesOf } from './observe.ts'
import { pauseMs } from './send.ts'

export type Storing = {
  readonly needs: Pick<Needs, 'chargers' | 'clock' | 'memory' | 'log'>
  readonly state: LoopState
  readonly stopped: AbortSignal
  before: {
    readonly tree: LoopState['tree']
    readonly wanted: readonly number[]
    readonly byCharger: ReadonlyMap<string, Fallback>
  } | null
}

const answerMs = 60_000 // Several profiles, each written to the charger's flash.
const onTheirWayAtMost = 100

/** Brings every reachable charger's stored fallback to what is wanted, one order a charger at a time. */
export function storeFallbacks(work: Storing, wanted: readonly number[]): void {
  const nowMs = work.needs.clock.monotonicMs()
  const byCharger = wantedBefore(work, wanted)
  let busy = [...work.state.posts.values()].filter((post) => post.busy).length
  for (const post of work.state.posts.values()) {
    const fallback = byCharger.get(post.chargerId)
    if (fallback === undefined || !isDue(work.state, post, fallback, nowMs)) continue
    if (busy++ >= onTheirWayAtMost) return
    post.busy = true
    store(work, post, fallback)
      .catch((cause: unknown) => failed(work, post, String(cause)))
      .finally(() => {
        post.busy = false
      })
      .catch((cause: unknown) => work.needs.log.warn({ err: cause }, 'fallback order lost'))
  }
}

/** Chargers that refuse to store a fallback: their full rating stays reserved until they take one. */
export function refusingChargers(state: LoopState): Alarm[] {
  return [...state.posts.values()]
    .filter(({ failures, connected, told }) => connected && !told && failures >= 3)
    .map(({ chargerId }) => ({
      code: 'message-rejected',
      severity: 'warning',
      subject: chargerId,
      detail:
        'The charger does not store a fallback limit; what it may draw without the edge stays reserved.',
      advice: 'Check that smart charging is on in the charger, or mark it as not managed.'
    }))
}

function isDue(state: LoopState, post: Post, fallback: Fallback, nowMs: number): boolean {
  if (!post.connected || post.busy || nowMs < post.tryAgainAtMs) return false
  if (!post.told) return true
  return fallback.connectors.some((each) => storedAt(state, post.chargerId, each) !== each.defaultMilliA)
}

async function store(work: Storing, post: Post, fallback: Fallback): Promise<void> {
  const { needs, state, stopped } = work
  const doubt = worstOf(state, fallback)
  // Remembered before it can be true: after a power cut the larger of what was and what may be is what counts.
  if (doubt !== null) await keep(needs, doubt)
  each(state, fallback, (entry, milliA) => {
    entry.account = storing(entry.account, milliA)
  })
  const patience = new AbortController()
  const timer = needs.clock.after(answerMs, () => patience.abort())
  const deed = await needs.chargers
    .fallback(fallback, AbortSignal.any([stopped, patience.signal]))
    .finally(() => timer.cancel())
  if (deed.kind === 'rejected') post.refusals++
  if (deed.kind !== 'accepted') return failed(work, post, deed.kind)
  each(state, fallback, (entry, milliA) => {
    entry.account = stored(entry.account, milliA)
  })
  post.told = true
  post.failures = 0
  await keep(needs, fallback)
}

/** A disk that is full must not keep a limit from being stored in the charger. */
async function keep({ memory, log }: Storing['needs'], fallback: Fallback): Promise<void> {
  await memory
    .remember(fallback)
    .catch((cause: unknown) =>
      log.warn({ err: cause, chargerId: fallback.chargerId }, 'fallback not remembered')
    )
}

/** The most that may be stored while the order is on its way; null when that is no more than before. */
function worstOf(state: LoopState, fallback: Fallback): Fallback | null {
  const connectors = fallback.connectors.map((each) => {
    const entry = state.entries.get(`${fallback.chargerId}:${each.evseId}:${each.connectorId}`)
    const before = entry?.account.storedMilliA ?? null
    const most = Math.max(each.defaultMilliA, before ?? entry?.place.ratingMilliA ?? 0)
    return { each: { ...each, defaultMilliA: most }, larger: before === null || most > before }
  })
  if (!connectors.some(({ larger }) => larger)) return null
  return { ...fallback, connectors: connectors.map(({ each }) => each) }
}

function failed({ needs }: Storing, post: Post, why: string): void {
  post.failures++
  post.tryAgainAtMs = needs.clock.monotonicMs() + pauseMs(post.failures)
  if (post.failures === 1) needs.log.warn({ chargerId: post.chargerId, why }, 'fallback not stored')
}

type Entries = ReturnType<typeof entriesOf>

function each(
  state: LoopState,
  fallback: Fallback,
  work: (entry: Entries[number], milliA: number) => void
): void {
  for (const entry of entriesOf(state, fallback.chargerId)) {
    const own = fallback.connectors.find(
      ({ evseId, connectorId }) => evseId === entry.place.evseId && connectorId === entry.place.connectorId
    )
    if (own !== undefined) work(entry, own.defaultMilliA)
  }
}

const storedAt = (
  state: LoopState,
  chargerId: string,
  { evseId, connectorId }: { readonly evseId: number; readonly connectorId: number }
): number | null => state.entries.get(`${chargerId}:${evseId}:${connectorId}`)?.account.storedMilliA ?? null

/** Put together anew only when something else is wanted: that is rare. */
function wantedBefore(work: Storing, wanted: readonly number[]): ReadonlyMap<string, Fallback> {
  const { state, before } = work
  const isSame =
    before?.tree === state.tree &&
    before.wanted.length === wanted.length &&
    before.wanted.every((each, at) => each === wanted[at])
  if (!isSame) work.before = { tree: state.tree, wanted, byCharger: wantedByCharger(state, wanted) }
  return work.before?.byCharger ?? new Map()
}

/** The station's own cap never changes: the sum of its connectors, or the smallest fuse before it. */
function wantedByCharger(state: LoopState, wanted: readonly number[]): ReadonlyMap<string, Fallback> {
  const byCharger = new Map<string, { place: Place; milliA: number }[]>()
  state.tree.places.forEach((place, index) => {
    if (!place.managed) return
    const all = byCharger.get(place.chargerId) ?? []
    byCharger.set(place.chargerId, [...all, { place, milliA: wanted[index] ?? 0 }])
  })
  const fallbackOf = (chargerId: string, all: { place: Place; milliA: number }[]): Fallback => ({
    chargerId,
    connectors: all.map(({ place: { evseId, connectorId }, milliA }) => ({
      evseId,
      connectorId,
      defaultMilliA: milliA
    })),
    stationMaxMilliA: stationMax(
      state,
      all.map(({ place }) => place)
    )
  })
  return new Map([...byCharger].map(([chargerId, all]) => [chargerId, fallbackOf(chargerId, all)]))
}

function stationMax({ tree }: LoopState, places: readonly Place[]): number {
  const fuses = (places[0]?.path ?? []).flatMap((node) => tree.nodes[node]?.limitMilliA ?? [])
  const ratings = places.reduce((sum, { ratingMilliA }) => sum + ratingMilliA, 0)
  return Math.min(ratings, ...fuses)
}
