import { Charger, type PhaseRotation, type SiteLimit } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { freshAccount, type Account, type Standing } from './commitment.ts'
import { newCar, type Car } from './car.ts'
import { equalShare } from './equal-share.ts'
import { effectiveLimit, type EffectiveLimit } from './limits.ts'
import { networkOf } from './rows.ts'
import type { Scene, Seat } from './plan.ts'
import type { PowerSite } from './site.ts'
import { treeOf, type Place } from './tree.ts'

/** What the tests of this room build their sites from. */
export const now = { instant: '2026-03-01T10:00:00Z', timeZone: 'Asia/Shanghai' }

export type ChargerWords = {
  readonly id: string
  readonly circuit?: string
  readonly phaseRotation?: PhaseRotation
  readonly fallbackA?: number
  readonly managed?: boolean
  readonly maxPowerW?: number
  readonly type?: string
}

export const charger = ({
  id,
  maxPowerW = 22_080,
  type = 'type2',
  fallbackA = 6,
  ...rest
}: ChargerWords): Charger =>
  Charger.parse({
    id,
    protocol: 'ocpp1.6',
    identity: id,
    fallbackA,
    ...rest,
    evses: [{ id: 1, connectors: [{ id: 1, type, maxPowerW }] }]
  })

export type SiteWords = {
  readonly limitA?: number
  readonly circuits?: readonly { readonly id: string; readonly parent?: string; readonly limitA: number }[]
  readonly chargers: readonly ChargerWords[]
  readonly baseLoadReserveW?: number
}

export const site = ({
  limitA = 100,
  circuits = [],
  chargers,
  baseLoadReserveW = 0
}: SiteWords): PowerSite => ({
  grid: { limitA: [limitA, limitA, limitA], voltageV: 230, baseLoadReserveW },
  circuits: circuits.map(({ id, parent = 'grid', limitA: each }) => ({
    id,
    parent,
    limitA: [each, each, each]
  })),
  chargers: chargers.map(charger),
  failsafe: { cloudSilentSeconds: 120, limitW: null, meterSilentSeconds: 5 },
  timeZone: now.timeZone
})

/** A connector in touch with a car that has been there for a while and may use all phases. */
export const seat = (place: Place, changes: Partial<Standing> = {}, account?: Account): Seat => {
  const standing: Standing = {
    ratingMilliA: place.ratingMilliA,
    managed: place.managed,
    connected: true,
    transactionId: 'tx',
    drawMilliA: null,
    drawHeardAtMs: null,
    distrustMilliA: null,
    ...changes
  }
  const own = account ?? freshAccount(place.fallbackMilliA)
  const car: Car | null = standing.transactionId === null ? null : newCar(place, standing.transactionId, 0)
  const ceiling = { milliA: place.ratingMilliA, because: 'rating of the connector' }
  return { place, account: own, standing, car, ceiling, expected: own }
}

export const scene = (
  of: PowerSite,
  changes: {
    readonly limits?: readonly SiteLimit[]
    readonly seats?: readonly Seat[]
    readonly base?: number
  } = {}
): Scene & { readonly limit: EffectiveLimit } => {
  const tree = treeOf(of)
  const limit = effectiveLimit(of, changes.limits ?? [], now)
  const base = changes.base ?? 0
  return {
    tree,
    limit,
    network: networkOf(tree, limit, of.grid.voltageV),
    base: [base, base, base],
    seats: changes.seats ?? tree.places.map((place) => seat(place)),
    nowMs: 100_000,
    settling: false,
    strategy: equalShare
  }
}

const rotation = fc.constantFrom<PhaseRotation>('RST', 'STR', 'TRS', 'SRT', 'RTS', 'TSR', 'R', 'S', 'T')

/** Random wiring: a chain or a fan of circuits, chargers anywhere, fallbacks that need not fit. */
export const anySite: fc.Arbitrary<PowerSite> = fc
  .record({
    limitA: fc.integer({ min: 10, max: 250 }),
    circuits: fc.array(fc.record({ limitA: fc.integer({ min: 6, max: 120 }), up: fc.nat(3) }), {
      maxLength: 4
    }),
    chargers: fc.array(
      fc.record({
        at: fc.nat(4),
        phaseRotation: rotation,
        fallbackA: fc.constantFrom(0, 6, 6, 8, 10),
        managed: fc.constantFrom(true, true, true, true, false),
        maxPowerW: fc.constantFrom(3680, 7360, 11_040, 22_080)
      }),
      { minLength: 1, maxLength: 12 }
    )
  })
  .map(({ limitA, circuits, chargers }) =>
    site({
      limitA,
      circuits: circuits.map(({ limitA: each, up }, index) => ({
        id: `c${index}`,
        parent: up < index ? `c${up}` : 'grid',
        limitA: each
      })),
      chargers: chargers.map(({ at, ...words }, index) => ({
        id: `cp${index}`,
        ...words,
        ...(at < circuits.length ? { circuit: `c${at}` } : {})
      }))
    })
  )
