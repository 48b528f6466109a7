import type { PerPhase } from '@nova/shared-protocol/units'
import {
  baseReserveOf,
  expecting,
  leaseMs,
  networkOf,
  strategyOf,
  type Ceiling,
  type EffectiveLimit,
  type Place,
  type Scene,
  type Seat
} from '../core/allocator/index.ts'
import { baseNow, drawValidMs, isPaused, probedKey, sightMs } from '../core/guard/index.ts'
import { besideParts } from './beyond.ts'
import type { Entry, LoopState } from './entry.ts'
import { besideRemoved, unseenRemoved } from './removed.ts'
import { standingOf } from './standing.ts'
import type { Snapshot } from './snapshot.ts'
import { devicesOf, fedIn } from './watch.ts'

const zero: PerPhase = [0, 0, 0]
const upsideDownMilliA = 3_000
const loweringMs = 5_000 // A charger in order confirms within this.

/** The pure core's view of this cycle. */
export function sceneOf(state: LoopState, snapshot: Snapshot, limit: EffectiveLimit): Scene {
  const { tree, voltage } = state
  const seats = tree.places.flatMap((place): Seat[] => {
    const entry = state.entries.get(place.key)
    if (entry === undefined) return []
    const { account, car } = entry
    const standing = { ...standingOf(entry), saysMilliA: saidOf(place, snapshot) }
    const ceiling = ceilingOf(entry, snapshot, probedKey(state.steps))
    const terms = snapshot.terms.get(place.key)
    return [{ place, account, car, standing, ceiling, expected: account, ...(terms && { terms }) }]
  })
  const base = baseFor(state, snapshot)
  const left = besideParts(limit, tree, besideRemoved(state, snapshot, base))
  return {
    tree,
    network: networkOf(tree, left, voltage.volts),
    base,
    baseAtMost: baseAtMost(state, snapshot, base),
    seats,
    nowMs: snapshot.nowMs,
    settling: isSettling(state, snapshot.nowMs),
    strategy: snapshot.strategy?.share ?? strategyOf(state.site)
  }
}

/** What its charger allows by its own words beyond what it was told: without a limit, all that it can. */
function saidOf({ key, ratingMilliA }: Place, { said }: Snapshot): number {
  const milliA = said.get(key)
  return milliA === undefined ? 0 : Math.min(ratingMilliA, milliA ?? Infinity)
}

/**
 * The base load to count with. While no meter is trusted: at least what the installer reserved, and at least what was
 * known last, which may hide a charger whose own meter lies.
 */
export function baseFor(state: LoopState, snapshot: Snapshot): PerPhase {
  const [base, more] = [ownBase(state, snapshot), snapshot.beyond.grid]
  const gone = unseenRemoved(state, snapshot)
  return [base[0] + more[0] + gone[0], base[1] + more[1] + gone[1], base[2] + more[2] + gone[2]]
}

/**
 * What whoever rises leaves room for: while others' rises have not been shown, what is taken for theirs may be base load, or
 * what somebody hides.
 */
export function baseAtMost({ restAtMost: most }: LoopState, { beyond }: Snapshot, base: PerPhase): PerPhase {
  if (most === null) return base
  const at = (phase: 0 | 1 | 2): number => Math.max(base[phase], most[phase] + beyond.grid[phase])
  return [at(0), at(1), at(2)]
}

function ownBase(state: LoopState, { hasMeter, nowMs, devices, beyond }: Snapshot): PerPhase {
  const trusted = hasMeter && state.meter.verdict === 'good' && !isUpsideDown(state)
  const since = baseSince(state, nowMs)
  // Where cars are meant to take up the sun, what is fed in is room for them beside the connection's: what is seen of it.
  // Elsewhere none is: but who counts from what he feeds in to what he may draw has it in the meter's reading already.
  const feedIn = state.site.followsSun === true ? fedIn(devicesOf(state.site, devices)) : beyond.madeUp
  const reserve = baseReserveOf(state.site)
  const seen = trusted ? baseNow(state.base, 0, since, feedIn) : baseNow(state.base, reserve, since)
  if (trusted || !hasMeter) return seen
  const { rest, fed } = state
  // What was reserved is for what nobody leads: what a battery takes comes on top, and was in the rest that was known last. What fed
  // in then may have ended since, and nobody would see it: the load that it made up for is there all the same.
  const draws = devices?.draws ?? zero
  const at = (phase: 0 | 1 | 2): number =>
    Math.max(seen[phase], reserve + draws[phase], (rest?.[phase] ?? 0) + fed[phase])
  return [at(0), at(1), at(2)]
}

/** Feeds in beyond all trembling although nothing here can: a current clamp the wrong way round. */
const isUpsideDown = ({ rest, site }: LoopState): boolean =>
  rest !== null && !(site.feedsIn ?? false) && rest[0] + rest[1] + rest[2] < -upsideDownMilliA

/** Looks at the base load from here on count: as far back as the charging ones' readings are old. */
function baseSince({ entries }: LoopState, nowMs: number): number {
  let oldestMs = 0
  for (const { car, draw } of entries.values())
    if (car !== null && draw !== null)
      oldestMs = Math.max(oldestMs, Math.min(drawValidMs, nowMs - draw.heardAtMs))
  return nowMs - sightMs(oldestMs)
}

/**
 * A fallback that has just been told to fall is counted as fallen when power is shared, or else every car would
 * be paused for the second that this takes. Whoever does not confirm in time counts in full again.
 */
export function lowering(state: LoopState, seat: Seat, wanted: number | undefined, nowMs: number): Seat {
  const entry = state.entries.get(seat.place.key)
  if (entry === undefined || wanted === undefined) return seat
  const falls = isReachable(seat) && wanted < (seat.account.storedMilliA ?? Infinity)
  entry.loweringSinceMs = falls ? (entry.loweringSinceMs ?? nowMs) : null
  const inTime = entry.loweringSinceMs !== null && nowMs - entry.loweringSinceMs < loweringMs
  return inTime ? { ...seat, expected: expecting(seat.account, wanted) } : seat
}

const isReachable = ({ standing }: Seat): boolean =>
  standing.managed && standing.connected && standing.distrustMilliA === null

/** Until everyone who was here before our start has confirmed a set-point of ours, or their leases are over. */
function isSettling(state: LoopState, nowMs: number): boolean {
  if (nowMs - state.startedAtMs >= leaseMs) return false
  return [...state.entries.values()].some(
    ({ place, account, connected, car }) =>
      place.managed &&
      state.posts.get(place.chargerId)?.inherited === true &&
      account.confirmed === null &&
      (!connected || car !== null)
  )
}

const cautiousMilliA = 6_000 // A charger that ignored its limit once gets the least there is.

function ceilingOf(entry: Entry, { caps, nowMs }: Snapshot, probed: string | null): Ceiling {
  const paused = pauseOf(entry, nowMs, probed)
  if (paused !== null) return { milliA: 0, because: paused }
  const { place, conduct, car } = entry
  const cap = caps.get(place.key)
  const wish = car?.wishMilliA ?? null
  const ceilings: Ceiling[] = [
    { milliA: place.ratingMilliA, because: 'rating of the connector' },
    ...(cap === undefined ? [] : [{ milliA: cap.limitMilliA, because: cap.reason }]),
    ...(wish === null ? [] : [{ milliA: wish, because: 'the car takes no more' }]),
    ...(conduct.kind === 'ignores'
      ? [{ milliA: cautiousMilliA, because: 'the charger ignored its limit before' }]
      : [])
  ]
  return ceilings.reduce((least, each) => (each.milliA < least.milliA ? each : least))
}

function pauseOf({ place, conduct, car }: Entry, nowMs: number, probed: string | null): string | null {
  if (place.key === probed) return 'paused for seconds, the site meter looks who draws what'
  if (car !== null && isPaused(conduct, car.transactionId)) return 'paused, the charger ignored its limit'
  return car !== null && nowMs < car.restsUntilMs ? 'waits, there was no room a moment ago' : null
}
