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
import type { PerPhase } from '@nova/shared-protocol/units'
import { partsOf, type Around, type PlannedPart } from './parts-of.ts'
import { limitSpans, sessionsFrom } from '../core/schedule/index.ts'

const stepMs = 300_000
export const mostMs = 12 * 3_600_000 // A night at the charger.

/** A car by its place and its session: another car there is another key. */
export const keyOf = ({ place, car }: Pick<Seat, 'place' | 'car'>): string =>
  `${place.key} ${car?.transactionId ?? ''}`

/** What stands beside the cars: participants, and what the loop counts for them beyond the meter. */
export type Beside = {
  readonly parts: readonly PlannedPart[]
  readonly beyondMilliA: PerPhase
  readonly around: Omit<Around, 'tree' | 'nowMs' | 'voltageV'>
}

/**
 * The loop's last look as the optimiser's site: its cars, its participants, its limits to come, and its base load as
 * it is now. What participants draw and feed in is taken out of the base load: they stand in the question themselves.
 */
export function siteOf(
  sight: Sight,
  stepsMs: (from: number, until: number) => readonly number[],
  { parts, beyondMilliA, around }: Beside
): Site {
  const { scene, site, limits, instant, voltageV } = sight
  const nowMs = Temporal.Instant.from(instant).epochMilliseconds
  const spans = limitSpans(site, limits, { fromMs: nowMs, untilMs: nowMs + mostMs })
  const taking = partsOf(parts, { ...around, tree: scene.tree, nowMs, voltageV })
  const base = without(scene.base, beyondMilliA, taking.flowMilliA)
  const { kept } = sessionsFrom(scene, new Map(), nowMs)
  const loads = spans.map(({ limit }): Load => {
    const load = loadOf(networkOf(scene.tree, limit, voltageV), base)
    for (const { place, direction, milliA } of kept) add(load, place, scaled(direction, milliA))
    return load
  })
  const [first] = loads
  const at = (atMs: number): Load | undefined => loads[spans.findLastIndex(({ fromMs }) => fromMs <= atMs)]
  const baseW = ((base[0] + base[1] + base[2]) * voltageV) / 1000
  return {
    nowMs,
    stepMs,
    mostMs,
    loadAt: (atMs) => at(atMs) ?? first ?? loadOf(scene.network, base),
    baseWAt: () => baseW,
    changesMs: [
      ...spans.map(({ fromMs }) => fromMs),
      ...stepsMs(nowMs, nowMs + mostMs),
      ...(taking.suns.length > 0 ? hoursFrom(nowMs) : [])
    ],
    cars: carsOf(scene).map(({ seat, index }) => ({ key: keyOf(seat), claim: claimOf(scene, seat, index) })),
    batteries: taking.batteries,
    suns: taking.suns
  }
}

const hourMs = 3_600_000

/** The sun's forecast is asked for each hour: later slots are long. */
const hoursFrom = (nowMs: number): number[] =>
  Array.from({ length: mostMs / hourMs }, (_, index) => (Math.floor(nowMs / hourMs) + 1 + index) * hourMs)

const without = (base: PerPhase, beyond: PerPhase, flow: PerPhase): PerPhase => [
  base[0] - beyond[0] - flow[0],
  base[1] - beyond[1] - flow[1],
  base[2] - beyond[2] - flow[2]
]

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
