import { test } from 'tap'
import type { PowerNode, SiteLimit } from '@nova/shared-protocol/model'
import {
  freshAccount,
  equalShare,
  effectiveLimit,
  networkOf,
  newCar,
  treeOf,
  type Seat
} from '../allocator/index.ts'
import { site } from '../allocator/site.suite.ts'
import { foresee, foreseeUnder, nodesUnder, type Sight } from './index.ts'

const instant = '2026-03-01T10:00:00Z'
const nowMs = 5_000
const limit: SiteLimit = { source: 'operator', limitW: 6_900, reason: 'Works', from: '2026-03-01T11:00:00Z' }

/** One car of 16 A on three phases behind 32 A, 230 V; its need is not known. */
function sightOf(limits: readonly SiteLimit[], more: (seat: Seat) => Partial<Seat> = () => ({})): Sight {
  const where = site({ limitA: 32, chargers: [{ id: 'A', maxPowerW: 11_040 }] })
  const tree = treeOf(where)
  const moment = { instant, timeZone: where.timeZone }
  const seats = tree.places.map((place): Seat => {
    const seat: Seat = {
      place,
      account: freshAccount(0),
      expected: freshAccount(0),
      standing: {
        ratingMilliA: place.ratingMilliA,
        managed: true,
        connected: true,
        transactionId: 'tx',
        drawMilliA: null,
        drawHeardAtMs: null,
        distrustMilliA: null
      },
      car: newCar(place, 'tx', nowMs),
      ceiling: { milliA: place.ratingMilliA, because: 'rating of the connector' }
    }
    return { ...seat, ...more(seat) }
  })
  const network = networkOf(tree, effectiveLimit(where, limits, moment), 230)
  const scene = {
    tree,
    network,
    base: [0, 0, 0] as const,
    seats,
    nowMs,
    settling: false,
    strategy: equalShare
  }
  return { instant, site: where, scene, limits, voltageV: 230 }
}

const told = (sight: Sight, limits?: readonly SiteLimit[]) =>
  (limits === undefined ? foresee(sight) : foreseeUnder(sight, limits).after)[0]?.points.map(
    ({ at, limitMilliA, reason }) => [at, limitMilliA, reason]
  )

void test('a limit to come is foreseen from its instant, and twelve hours are looked at', async (t) => {
  // 6,900 W on three phases of 230 V are 10 A.
  t.strictSame(told(sightOf([limit])), [
    ['2026-03-01T10:00:00Z', 16_000, '16 A: rating of the connector'],
    ['2026-03-01T11:00:00Z', 10_000, '10 A: Works']
  ])
  t.equal(foresee(sightOf([limit]))[0]?.energyWh, 11_040 + 11 * 6_900)
})

void test('what if: other limits, the same moment', async (t) => {
  t.strictSame(told(sightOf([limit]), []), [
    ['2026-03-01T10:00:00Z', 16_000, '16 A: rating of the connector']
  ])
})

void test('a car that rests for want of room is not foreseen to rest all night; one that takes no more is', async (t) => {
  const resting = sightOf([], ({ car }) => ({
    car: car && { ...car, restsUntilMs: nowMs + 60_000 },
    ceiling: { milliA: 0, because: 'waits, there was no room a moment ago' }
  }))
  t.match(told(resting), [['2026-03-01T10:00:00Z', 16_000]])
  const full = sightOf([], () => ({ ceiling: { milliA: 0, because: 'the car takes no more' } }))
  t.match(told(full), [['2026-03-01T10:00:00Z', 0, '0 A: the car takes no more']])
})

void test('the tree under other limits: the grid’s limit and its reason change, nothing else', async (t) => {
  const node = (id: string, parent: string | null): PowerNode => ({
    id,
    parent,
    limitMilliA: [32_000, 32_000, 32_000],
    loadMilliA: null,
    committedMilliA: [1, 2, 3],
    because: id,
    ...(parent === null ? { total: { limitW: 22_080, loadW: null, committedW: 5 } } : {})
  })
  const nodes = [node('grid', null), node('hall', 'grid')]
  const now: SiteLimit = { source: 'operator', limitA: [20, 10, 20], limitW: 5_000, reason: 'Now' }
  t.match(nodesUnder(nodes, sightOf([]), [now]), [
    { limitMilliA: [20_000, 10_000, 20_000], because: 'Now', total: { limitW: 5_000, committedW: 5 } },
    nodes[1] ?? {}
  ])
})

void test('a departure ends what is foretold, whether anybody has said how much energy or not', async (t) => {
  const leaves = sightOf([], () => ({
    terms: { arrivedMs: Date.parse(instant), departMs: Date.parse('2026-03-01T12:00:00Z') }
  }))
  t.match(told(leaves)?.at(-1), ['2026-03-01T12:00:00Z', 0, 'the car has left'])
  t.equal(foresee(leaves)[0]?.energyWh, 2 * 11_040)
})

void test('a car whose driver said nothing is full when it has what its state of charge leaves room for', async (t) => {
  const fullAt = (terms: NonNullable<Seat['terms']>) =>
    foresee(sightOf([], () => ({ terms: { arrivedMs: 0, ...terms } })))[0]?.fullAt
  t.equal(fullAt({}), null, 'nobody knows')
  t.equal(fullAt({ tillFullWh: 11_040 }), '2026-03-01T11:00:00Z', '11,040 Wh at 11,040 W')
  t.equal(fullAt({ tillFullWh: 11_040, energyLeftWh: 5_520 }), '2026-03-01T10:30:00Z', 'what is wanted')
  t.equal(fullAt({ tillFullWh: 5_520, energyLeftWh: 11_040 }), '2026-03-01T10:30:00Z', 'it takes no more')
})
