import { directionOf, newCar } from '../allocator/car.ts'
import { equalShare, treeOf, type PowerSite, type Strategy } from '../allocator/index.ts'
import { site, type ChargerWords } from '../allocator/site.suite.ts'
import { instantOf, limitSpans, type Outlook, type Session } from './outlook.ts'
import type { SiteLimit } from '@nova/shared-protocol/model'

export const startMs = Temporal.Instant.from('2026-03-01T10:00:00Z').epochMilliseconds
export const hour = 3_600_000

export type OutlookWords = {
  readonly limitA?: number
  readonly chargers: readonly ChargerWords[]
  readonly circuits?: readonly { readonly id: string; readonly parent?: string; readonly limitA: number }[]
  readonly limits?: readonly SiteLimit[]
  readonly baseMilliA?: number
  readonly hours?: number
  readonly stepMs?: number
  readonly strategy?: Strategy
  readonly sessions?: (session: Session, index: number) => Partial<Session>
}

/** A site with a car at each charger that has been there since the start and needs 20 kWh. */
export function outlook(words: OutlookWords): Outlook & { readonly site: PowerSite } {
  return madeOf(site(words), words)
}

type Random = {
  readonly where: PowerSite
  readonly baseMilliA: number
  readonly reserved: readonly number[]
  readonly needs: readonly (number | null)[]
  readonly limits: readonly { readonly limitW: number; readonly fromMin: number; readonly minutes: number }[]
  readonly strategy: Strategy
}

/** Any site with any needs under any limits. */
export function outlookOf({ where, reserved, needs, limits, ...rest }: Random): Outlook {
  return madeOf(where, {
    ...rest,
    limits: limits.map(({ limitW, fromMin, minutes }) => ({
      source: 'operator',
      reason: 'any',
      limitW,
      from: instantOf(startMs + fromMin * 60_000),
      until: instantOf(startMs + (fromMin + minutes) * 60_000)
    })),
    sessions: (_, index) => ({
      reservedMilliA: reserved[index] ?? 0,
      energyLeftWh: needs[index] ?? null
    })
  })
}

function madeOf(
  where: PowerSite,
  words: Omit<OutlookWords, 'chargers'>
): Outlook & { readonly site: PowerSite } {
  const tree = treeOf(where)
  const untilMs = startMs + (words.hours ?? 4) * hour
  const base = words.baseMilliA ?? 0
  return {
    site: where,
    tree,
    voltageV: 230,
    limits: limitSpans(where, words.limits ?? [], { fromMs: startMs, untilMs }),
    base: [{ fromMs: startMs, milliA: [base, base, base] }],
    kept: [],
    sessions: tree.places.map((place, index) => {
      const session: Session = {
        place: index,
        direction: directionOf(place),
        ceiling: { milliA: place.ratingMilliA, because: 'rating of the connector' },
        reservedMilliA: 0,
        car: newCar(place, 'tx', startMs),
        energyLeftWh: 20_000,
        arrivedMs: startMs,
        departMs: null
      }
      return { ...session, ...words.sessions?.(session, index) }
    }),
    strategy: words.strategy ?? equalShare,
    window: { fromMs: startMs, untilMs, stepMs: words.stepMs ?? 900_000 }
  }
}
