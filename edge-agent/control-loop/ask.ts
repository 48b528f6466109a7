import { drawsTooMuch, isPaused, probedKey } from '../core/guard/index.ts'
import type { Deed } from '../drivers/contract.ts'
import type { Entry, LoopState, Post } from './entry.ts'
import type { Needs } from './needs.ts'
import type { Outcome } from './snapshot.ts'

export type Asking = {
  readonly needs: Pick<Needs, 'chargers' | 'clock' | 'log'>
  readonly state: LoopState
  readonly stopped: AbortSignal
}

const freshMs = 2_000 // A reading as young as this says all there is.
const againMs = 3_000
const toFollowMs = 20_000 // Then its own reading has come, or nobody's question helps.
const answerMs = 10_000
const refusalsBorne = 3 // Then it knows no such question: OCPP 1.6 leaves the Remote Trigger profile to the station.

/**
 * The site's meter shows more than may flow, or a step that nobody's meter explains: in place of waiting up to ten
 * seconds for the chargers' own word, whoever charges is asked for it. A charger that ignores its limit is known by
 * its answer, and a base load that has risen by everyone's. Who once ignored its limit and has another session is asked in
 * any case: its next reading may be lost. So is who has had time to follow and last showed more than it may draw by now: its own
 * word may be ten seconds away.
 */
export function askForReadings(asking: Asking): void {
  const { needs, state } = asking
  const nowMs = needs.clock.monotonicMs()
  const asksAll = isUnexplained(state)
  const due: { readonly entry: Entry; readonly post: Post }[] = []
  for (const entry of state.entries.values()) {
    if (!(asksAll || isOnRecord(entry) || isToFollow(entry, nowMs)) || !isStale(entry, nowMs)) continue
    const post = state.posts.get(entry.place.chargerId)
    if (post !== undefined && isToBeAsked(post, nowMs)) due.push({ entry, post })
  }
  for (const { entry, post } of due) {
    post.asked = { ...post.asked, nextMs: nowMs + againMs }
    ask(asking, entry)
  }
}

const isToBeAsked = ({ connected, asked }: Post, nowMs: number): boolean =>
  connected && asked.refusals < refusalsBorne && nowMs >= asked.nextMs

const isUnexplained = ({ insistAtMs, steps }: LoopState): boolean =>
  insistAtMs !== null || steps.fits !== null || probedKey(steps) !== null

const isOnRecord = ({ conduct, car }: Entry): boolean =>
  conduct.kind === 'ignores' && !isPaused(conduct, car?.transactionId ?? null)

const isToFollow = ({ conduct, allowed, draw }: Entry, nowMs: number): boolean =>
  conduct.kind === 'trusted' &&
  draw !== null &&
  nowMs - (allowed.at(-1)?.sinceMs ?? 0) < toFollowMs &&
  drawsTooMuch({ allowed, drawMilliA: draw.milliA, heardAtMs: nowMs })

const isStale = ({ place, car, draw }: Entry, nowMs: number): boolean =>
  place.managed && car !== null && (draw === null || nowMs - draw.heardAtMs > freshMs)

function ask({ needs, state, stopped }: Asking, { place }: Entry): void {
  const { chargerId, key: connector } = place
  const patience = new AbortController()
  const timer = needs.clock.after(answerMs, () => patience.abort())
  needs.chargers
    .perform(
      chargerId,
      { action: 'trigger', payload: { message: 'MeterValues', connector } },
      AbortSignal.any([stopped, patience.signal])
    )
    .catch((cause: unknown): Deed => ({ kind: 'failed', error: String(cause) }))
    .then((deed) => answered(state, chargerId, deed))
    .finally(() => timer.cancel())
    .catch((cause: unknown) => needs.log.warn({ err: cause, chargerId }, 'answer to a question lost'))
}

function answered(state: LoopState, chargerId: string, deed: Deed): void {
  const post = state.posts.get(chargerId)
  if (post === undefined) return
  post.asked = { ...post.asked, refusals: deed.kind === 'accepted' ? 0 : post.asked.refusals + 1 }
}

/** The last resort for a charger that no set-point holds. */
export function stopSessions(
  { chargers, log, clock }: Needs,
  { stops }: Outcome,
  stopped: AbortSignal
): void {
  for (const { entry, transactionId } of stops) {
    const patience = new AbortController()
    const timer = clock.after(15_000, () => patience.abort())
    const { chargerId } = entry.place
    log.warn({ chargerId, transactionId }, 'stopping a session whose charger ignores its limit')
    chargers
      .perform(
        chargerId,
        { action: 'stop', payload: { transactionId } },
        AbortSignal.any([stopped, patience.signal])
      )
      .catch((cause: unknown) => log.warn({ err: cause, chargerId }, 'stop order failed'))
      .finally(() => timer.cancel())
      .catch((cause: unknown) => log.warn({ err: cause }, 'stop order lost'))
  }
}
