import type { ConnectorForecast, PowerNode, SiteLimit } from '@nova/shared-protocol/model'
import {
  effectiveLimit,
  mainReason,
  perPhaseOf,
  strategyOf,
  totalW,
  type Decision,
  type PowerSite,
  type Scene,
  type Seat
} from '../allocator/index.ts'
import { forecastOf, limitSpans, sessionsFrom, whatIf, type Need, type Outlook } from '../schedule/index.ts'

/** The last decision as the one who looks ahead needs it. */
export type Sight = {
  readonly instant: string // What the wall clock showed at `scene.nowMs`.
  readonly site: PowerSite
  readonly scene: Scene
  readonly limits: readonly SiteLimit[] // Plain ones: without weekly windows and randomised starts.
  readonly voltageV: number
  readonly decisions?: readonly Decision[] // What the cycle decided; left out: nobody asks for it.
}

const aheadMs = 12 * 3_600_000 // A night at the charger.
const stepMs = 900_000

/** What each session will get in the next twelve hours, as things stand. */
export const foresee = (sight: Sight): ConnectorForecast[] => forecastOf(outlookOf(sight))

/** The same beside what it would be under other limits; of the same moment. */
export function foreseeUnder(
  sight: Sight,
  limits: readonly SiteLimit[]
): { readonly now: ConnectorForecast[]; readonly after: ConnectorForecast[] } {
  const outlook = outlookOf(sight)
  return whatIf(outlook, limitSpans(sight.site, limits, outlook.window))
}

function outlookOf({ scene, site, instant, voltageV, limits }: Sight): Outlook {
  const fromMs = Temporal.Instant.from(instant).epochMilliseconds
  const window = { fromMs, untilMs: fromMs + aheadMs, stepMs }
  const rested = { ...scene, seats: scene.seats.map((seat) => awake(seat, scene.nowMs)) }
  return {
    tree: scene.tree,
    voltageV,
    limits: limitSpans(site, limits, window),
    base: [{ fromMs, milliA: scene.base }],
    ...sessionsFrom(rested, needsOf(rested), fromMs),
    strategy: strategyOf(site), // What a plan says holds for its own hour only.
    window
  }
}

/** What drivers have said they want; times of plans are the wall clock's. */
function needsOf({ seats }: Scene): ReadonlyMap<string, Need> {
  return new Map(
    seats.flatMap(({ place, terms }): (readonly [string, Need])[] => {
      const { arrivedMs, departMs = null, priority } = terms ?? {}
      if (arrivedMs === undefined) return []
      return [
        [
          place.key,
          {
            energyLeftWh: leftOf(terms),
            arrivedMs,
            departMs,
            ...(priority === undefined ? {} : { priority })
          }
        ]
      ]
    })
  )
}

/** What its driver wants, and no more than the car takes. */
function leftOf(terms: Seat['terms']): number | null {
  const { energyLeftWh = Infinity, tillFullWh = Infinity } = terms ?? {}
  const left = Math.min(energyLeftWh, tillFullWh)
  return left === Infinity ? null : left
}

/** A car that rests for a minute because there was no room does not rest all night. */
function awake(seat: Seat, nowMs: number): Seat {
  if (seat.car === null || seat.car.restsUntilMs <= nowMs || seat.ceiling.milliA > 0) return seat
  return { ...seat, ceiling: { milliA: seat.place.ratingMilliA, because: 'rating of the connector' } }
}

/** The tree under other limits: what the grid connection lets through changes, what flows and is committed is as it is. */
export function nodesUnder(
  nodes: readonly PowerNode[],
  { site, instant, voltageV }: Sight,
  limits: readonly SiteLimit[]
): PowerNode[] {
  const limit = effectiveLimit(site, limits, { instant, timeZone: site.timeZone })
  return nodes.map((node) =>
    node.parent !== null
      ? node
      : {
          ...node,
          limitMilliA: [...perPhaseOf(limit)] as [number, number, number],
          because: mainReason(limit, voltageV).slice(0, 300),
          ...(node.total ? { total: { ...node.total, limitW: totalW(limit, voltageV) } } : {})
        }
  )
}
