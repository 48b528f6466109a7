import {
  add,
  directionAt,
  isGuided,
  loadOf,
  networkOf,
  scaled,
  type Claim,
  type Load,
  type Scene,
  type Seat
} from '../core/allocator/index.ts'
import type { Site } from '../core/horizon/index.ts'
import type { Sight } from '../core/picture/index.ts'
import { limitSpans, sessionsFrom } from '../core/schedule/index.ts'

const stepMs = 300_000
export const mostMs = 12 * 3_600_000 // A night at the charger.

/** A car by its place and its session: another car there is another key. */
export const keyOf = ({ place, car }: Pick<Seat, 'place' | 'car'>): string =>
  `${place.key} ${car?.transactionId ?? ''}`

/** The loop's last look as the optimiser's site: its cars, its limits to come, and its base load as it is now. */
export function siteOf(sight: Sight, stepsMs: (from: number, until: number) => readonly number[]): Site {
  const { scene, site, limits, instant, voltageV } = sight
  const nowMs = Temporal.Instant.from(instant).epochMilliseconds
  const spans = limitSpans(site, limits, { fromMs: nowMs, untilMs: nowMs + mostMs })
  const { kept } = sessionsFrom(scene, new Map(), nowMs)
  const loads = spans.map(({ limit }): Load => {
    const load = loadOf(networkOf(scene.tree, limit, voltageV), scene.base)
    for (const { place, direction, milliA } of kept) add(load, place, scaled(direction, milliA))
    return load
  })
  const [first] = loads
  const at = (atMs: number): Load | undefined => loads[spans.findLastIndex(({ fromMs }) => fromMs <= atMs)]
  const baseW = ((scene.base[0] + scene.base[1] + scene.base[2]) * voltageV) / 1000
  return {
    nowMs,
    stepMs,
    mostMs,
    loadAt: (atMs) => at(atMs) ?? first ?? loadOf(scene.network, scene.base),
    baseWAt: () => baseW,
    changesMs: [...spans.map(({ fromMs }) => fromMs), ...stepsMs(nowMs, nowMs + mostMs)],
    cars: carsOf(scene).map(({ seat, index }) => ({ key: keyOf(seat), claim: claimOf(scene, seat, index) })),
    batteries: [],
    suns: []
  }
}

/** Who can be guided now. */
export const carsOf = ({ seats }: Scene): { readonly seat: Seat; readonly index: number }[] =>
  seats.flatMap((seat, index) => (isGuided(seat) && seat.car !== null ? [{ seat, index }] : []))

/** What the car asks for; its stored fallback is part of what it gets. */
function claimOf({ nowMs }: Scene, seat: Seat, place: number): Claim {
  return {
    fullMilliA: seat.place.ratingMilliA,
    ...seat.terms,
    place,
    direction: directionAt(seat, nowMs),
    reservedMilliA: 0,
    capMilliA: seat.ceiling.milliA
  }
}
