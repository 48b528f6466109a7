import type { Reading } from '@nova/shared-protocol/model'
import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'

/**
 * The site's consumption that is no charger: site meter less what the chargers' own meters show. A charger's reading
 * may be old and the difference then too small, so the largest of late counts: of as long as the readings are old.
 */
export type BaseLoad = { readonly buckets: readonly Bucket[] }

type Bucket = { readonly startMs: number; readonly most: PerPhase }

/** Charger readings older than this say nothing about now: they count as no draw, which makes the base larger. */
export const drawValidMs = 60_000
const bucketMs = 5_000
const leastSightMs = 15_000 // A refrigerator's start or a lift's ride is over by then.
const stepMilliA = 500 // Rounded up, so that a trembling base load does not move every set-point each second.

export const noBaseLoad: BaseLoad = { buckets: [] }

/** One trusted look at the site's meter, beside the chargers' sum at the same time. */
export function watchBase(base: BaseLoad, residual: PerPhase, nowMs: number): BaseLoad {
  const newest = base.buckets.at(-1)
  const isOpen = newest !== undefined && nowMs - newest.startMs < bucketMs
  if (isOpen && isWithin(residual, newest.most)) return base // What is too old for `baseNow` may wait.
  const kept = base.buckets.filter(({ startMs }) => nowMs - startMs < drawValidMs + bucketMs)
  if (isOpen)
    return {
      buckets: [...kept.slice(0, -1), { startMs: newest.startMs, most: larger(newest.most, residual) }]
    }
  return { buckets: [...kept, { startMs: nowMs, most: residual }] }
}

/**
 * What to count with now, at least `least` (0 while the meter is trusted, the reserve while it is not).
 * @param sinceMs looks from here on count; see `sightMs`
 * @param feedIn the most that the site's own generation feeds in: so far the base load may be negative, which is
 * room for chargers as long as the worst of late holds; left out, a negative one counts as none
 */
export function baseNow(
  { buckets }: BaseLoad,
  least: MilliAmps,
  sinceMs: number,
  feedIn: PerPhase = [0, 0, 0]
): PerPhase {
  const isSeen = least === 0 && isLate(buckets.at(-1), sinceMs) // While the meter is not trusted the reserve counts.
  let l1 = isSeen ? -feedIn[0] : least
  let l2 = isSeen ? -feedIn[1] : least
  let l3 = isSeen ? -feedIn[2] : least
  for (const bucket of buckets) {
    if (!isLate(bucket, sinceMs)) continue
    l1 = Math.max(l1, bucket.most[0])
    l2 = Math.max(l2, bucket.most[1])
    l3 = Math.max(l3, bucket.most[2])
  }
  return [up(l1), up(l2), up(l3)]
}

/** The newest is the last: if that one is not, none is. */
const isLate = (bucket: Bucket | undefined, sinceMs: number): boolean =>
  bucket !== undefined && bucket.startMs + bucketMs > sinceMs

/** Site less chargers, by phase; a meter that gives only power is taken as balanced. */
export function residualOf(reading: Reading, chargers: PerPhase, voltageV: number): PerPhase {
  const even = Math.ceil(((reading.powerW ?? 0) * 1000) / (3 * voltageV))
  const site = reading.currentMilliA ?? ([even, even, even] as const)
  return [site[0] - chargers[0], site[1] - chargers[1], site[2] - chargers[2]]
}

/**
 * How far back to look when the oldest of the chargers' readings is so old. With several chargers no single look has
 * all readings fresh; in three rounds of readings each has been. A rise that a charger has not told yet looks like base
 * load for as long as this, which costs energy: hence no longer than needed.
 */
export function sightMs(oldestReadingMs: number): number {
  return Math.min(drawValidMs, Math.max(leastSightMs, 3 * oldestReadingMs + bucketMs))
}

const isWithin = (current: PerPhase, most: PerPhase): boolean =>
  current[0] <= most[0] && current[1] <= most[1] && current[2] <= most[2]

const larger = (left: PerPhase, right: PerPhase): PerPhase => [
  Math.max(left[0], right[0]),
  Math.max(left[1], right[1]),
  Math.max(left[2], right[2])
]

const up = (milliA: MilliAmps): MilliAmps => Math.ceil(milliA / stepMilliA) * stepMilliA + 0 // No -0.
