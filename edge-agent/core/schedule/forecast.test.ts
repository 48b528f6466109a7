import fc from 'fast-check'
import { test } from 'tap'
import { ConnectorForecast } from '@nova/shared-protocol/model'
import { add, loadOf, networkOf, overruns, scaled, strategies, type Strategy } from '../allocator/index.ts'
import { anySite } from '../allocator/site.suite.ts'
import { forecastOf, whatIf } from './forecast.ts'
import { hour, outlook, outlookOf, startMs } from './forecast.suite.ts'
import { at } from './gates.ts'
import { instantOf, limitSpans, mostSlots, slotsIn, type Session } from './outlook.ts'

const after = (milliseconds: number): string => instantOf(startMs + milliseconds)
const car = { id: 'A', maxPowerW: 11_040 } // 16 A on three phases at 230 V.

void test('a car alone gets its rating until it is full, to the second', async (t) => {
  const [only] = forecastOf(outlook({ chargers: [car] }))
  // 20,000 Wh / 11,040 W = 6,521.739 s
  t.strictSame(only, {
    chargerId: 'A',
    evseId: 1,
    connectorId: 1,
    energyWh: 20_000,
    fullAt: after(6_521_739),
    points: [
      { at: after(0), limitMilliA: 16_000, powerW: 11_040, reason: '16 A: rating of the connector' },
      { at: after(7_200_000), limitMilliA: 0, powerW: 0, reason: 'full' }
    ]
  })
})

void test('two cars share a fuse, and the second gets all of it when the first is full', async (t) => {
  const [first, second] = forecastOf(
    outlook({
      limitA: 20,
      chargers: [car, { ...car, id: 'B' }],
      sessions: (_, index) => ({ energyLeftWh: index === 0 ? 6_900 : 20_000 })
    })
  )
  // 10 A each on three phases: 6,900 W; the first is full after one hour.
  t.equal(first?.fullAt, after(hour))
  t.strictSame(
    second?.points.map(({ at: when, limitMilliA, reason }) => [when, limitMilliA, reason]),
    [
      [after(0), 10_000, '10 A: grid L1'],
      [after(hour), 16_000, '16 A: rating of the connector'],
      [after(2.25 * hour), 0, 'full'] // 13,100 Wh left / 11,040 W = 1.187 h after the first.
    ]
  )
  t.equal(second?.fullAt, after(Math.floor((1 + 13_100 / 11_040) * hour)))
})

void test('a limit that begins later is in the forecast with its reason and from its instant', async (t) => {
  const limit = {
    source: 'grid-operator',
    limitW: 6_900,
    reason: 'grid operator',
    from: after(1_000_000),
    until: after(hour)
  }
  const [only] = forecastOf(outlook({ chargers: [car], limits: [limit] }))
  t.strictSame(
    only?.points.map(({ at: when, limitMilliA, reason }) => [when, limitMilliA, reason]),
    [
      [after(0), 16_000, '16 A: rating of the connector'],
      [after(1_000_000), 10_000, '10 A: grid operator until 19:00'], // 11:00 UTC in Shanghai.
      [after(hour), 16_000, '16 A: rating of the connector'],
      [after(2.25 * hour), 0, 'full']
    ]
  )
})

void test('who waits takes turns with who charges, as in the loop', async (t) => {
  const both = forecastOf(
    outlook({
      limitA: 8,
      hours: 1,
      chargers: [car, { ...car, id: 'B' }],
      sessions: () => ({ energyLeftWh: null })
    })
  )
  t.strictSame(
    both.map(({ points }) => points.map(({ limitMilliA }) => limitMilliA)),
    [
      [8_000, 0, 8_000, 0],
      [0, 8_000, 0, 8_000]
    ]
  )
  t.equal(both[1]?.points[0]?.reason, 'waits: grid L1')
  t.same(
    both.map(({ energyWh, fullAt }) => [energyWh, fullAt]),
    [
      [2_760, null], // 8 A on three phases for half an hour.
      [2_760, null]
    ]
  )
})

void test('a car that needs nothing is full and gets nothing; one yet to come begins with its slot', async (t) => {
  const at = (changes: Partial<Session>) =>
    forecastOf(outlook({ chargers: [car], hours: 1, sessions: () => changes }))[0]?.points.map(
      ({ limitMilliA, reason }) => [limitMilliA, reason]
    )
  t.strictSame(at({ energyLeftWh: 0 }), [[0, 'full']])
  t.strictSame(at({ arrivedMs: startMs + 1_800_000 }), [
    [0, 'not there yet'],
    [16_000, '16 A: rating of the connector']
  ])
  t.strictSame(at({ ceiling: { milliA: 0, because: 'paused by a person' } }), [
    [0, '0 A: paused by a person']
  ])
})

void test('a car that leaves gets nothing more, and energy only until it leaves', async (t) => {
  const [only] = forecastOf(outlook({ chargers: [car], sessions: () => ({ departMs: startMs + 600_000 }) }))
  t.equal(only?.energyWh, 1_840) // 11,040 W for a sixth of an hour.
  t.equal(only?.points.at(-1)?.reason, 'the car has left')
})

void test('stored fallbacks and connectors out of touch keep what they may draw', async (t) => {
  const where = outlook({ limitA: 20, chargers: [car, { ...car, id: 'B' }] })
  const [first] = where.sessions
  const kept = [{ place: 1, direction: [1, 1, 1] as const, milliA: 12_000 }]
  const [only] = forecastOf({ ...where, sessions: first === undefined ? [] : [first], kept })
  t.equal(only?.points[0]?.limitMilliA, 8_000)
})

void test('where nobody knows a limit or the base load, nothing is forecast to flow', async (t) => {
  const where = outlook({ chargers: [car] })
  for (const unknown of [{ limits: [] }, { base: [] }]) {
    const [only] = forecastOf({ ...where, ...unknown })
    t.equal(only?.energyWh, 0)
    t.strictSame(
      only?.points.map(({ reason }) => reason),
      ['no limit known: nothing is given']
    )
  }
})

void test('what if: the plan before and after a limit, which changes nothing by being asked', async (t) => {
  const where = outlook({ chargers: [car, { ...car, id: 'B' }], limitA: 32 })
  const limits = [{ source: 'operator', limitW: 4_140, reason: 'what if' }]
  const spans = limitSpans(where.site, limits, where.window)
  const { now, after: changed } = whatIf(where, spans)
  t.strictSame(now, forecastOf(where))
  t.strictSame(changed, forecastOf({ ...where, limits: spans }))
  t.same(
    now.map(({ points }) => points[0]?.limitMilliA),
    [16_000, 16_000]
  )
  t.same(
    changed.map(({ points }) => points[0]?.limitMilliA),
    [6_000, 0] // 4,140 W is 6 A on three phases, once.
  )
})

void test('slots are bounded whatever is asked for', async (t) => {
  const ask = (untilMs: number, stepMs: number): number =>
    slotsIn({ window: { fromMs: startMs, untilMs, stepMs }, limits: [], base: [] }).startsMs.length
  t.equal(ask(startMs + 24 * hour, 900_000), mostSlots)
  t.equal(ask(startMs + 240 * hour, 900_000), mostSlots)
  t.equal(ask(startMs + hour, 1), mostSlots)
  t.equal(ask(startMs + hour, 0), 0)
  t.equal(ask(startMs, 900_000), 0)
  t.equal(ask(Infinity, 900_000), 0)
})

void test('strategies learn of energy and departure: the one with less time to spare goes first', async (t) => {
  const cars = [car, { ...car, id: 'B' }]
  const need = [3_000, 9_000]
  const shares = (strategy: Strategy, leaves: readonly number[]): (number | undefined)[] =>
    forecastOf(
      outlook({
        limitA: 18,
        chargers: cars,
        strategy,
        sessions: (_, index) => ({ energyLeftWh: need[index]!, departMs: startMs + leaves[index]! * hour })
      })
    ).map(({ points }) => points[0]?.limitMilliA)
  t.strictSame(shares(strategies['least-laxity'], [2, 2]), [6_000, 12_000], 'B needs more')
  t.strictSame(shares(strategies['earliest-deadline'], [2, 3]), [12_000, 6_000], 'A leaves earlier')
})

void test('a charger between two lines takes the square root of three times the power', async (t) => {
  const where = outlook({ chargers: [{ ...car, phaseRotation: 'R', maxPowerW: 3_680 }], hours: 1 })
  const tree = { ...where.tree, places: where.tree.places.map((place) => ({ ...place, loop: true })) }
  const [only] = forecastOf({ ...where, tree })
  t.equal(only?.energyWh, Math.floor(16 * 230 * Math.sqrt(3)))
})

void test('with more limits than slots the forecast ends early, and no slot reaches into the next limit', async (t) => {
  const limits = Array.from({ length: 300 }, (_, index) => ({
    source: 'operator',
    reason: `number ${index}`,
    limitW: 10_000 - index * 10,
    from: after(index * 1_000),
    until: after((index + 1) * 1_000)
  }))
  const where = outlook({ chargers: [car], limits })
  const { startsMs, untilMs } = slotsIn(where)
  t.equal(startsMs.length, mostSlots)
  t.equal(untilMs, startMs + mostSlots * 1_000)
  const [only] = forecastOf(where)
  t.equal(only?.points.length, mostSlots)
  t.equal(only?.points.at(-1)?.limitMilliA, Math.floor(((10_000 - 95 * 10) * 1000) / 690))
})

const anyOutlook = fc
  .record({
    where: anySite,
    baseMilliA: fc.integer({ min: 0, max: 30_000 }),
    reserved: fc.array(fc.constantFrom(0, 0, 6_000), { minLength: 12, maxLength: 12 }),
    needs: fc.array(fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: null }), {
      minLength: 12,
      maxLength: 12
    }),
    limits: fc.array(
      fc.record({
        limitW: fc.integer({ min: 0, max: 60_000 }),
        fromMin: fc.integer({ min: -10, max: 200 }),
        minutes: fc.integer({ min: 1, max: 300 })
      }),
      { maxLength: 3 }
    ),
    strategy: fc.constantFrom(...Object.values(strategies))
  })
  .map(outlookOf)

void test('no slot of any forecast passes a limit of any node, and nobody gets more than he needs', async (t) => {
  fc.assert(
    fc.property(anyOutlook, (each) => {
      const forecasts = forecastOf(each)
      const right = forecasts.every((one, index) => {
        const need = each.sessions[index]?.energyLeftWh ?? Infinity
        return (
          ConnectorForecast.safeParse(one).success &&
          one.energyWh <= need &&
          (one.fullAt === null || one.energyWh >= Math.floor(need) - 1)
        )
      })
      return right && slotsIn(each).startsMs.every((fromMs) => fits(each, forecasts, fromMs))
    }),
    { numRuns: 300 }
  )
  t.pass()
})

/** What the forecasts give adds nothing to rows that reserves and base load have overrun, and passes no other. */
function fits(
  each: ReturnType<typeof outlookOf>,
  forecasts: readonly ConnectorForecast[],
  fromMs: number
): boolean {
  const span = at(each.limits, fromMs)
  const base = at(each.base, fromMs)
  if (span === undefined || base === undefined) return false
  const network = networkOf(each.tree, span.limit, each.voltageV)
  const reserves = loadOf(network, base.milliA)
  const load = loadOf(network, base.milliA)
  each.sessions.forEach((session, index) => {
    const points = forecasts[index]?.points ?? []
    const given = points.findLast((point) => Temporal.Instant.from(point.at).epochMilliseconds <= fromMs)
    add(reserves, session.place, scaled(session.direction, session.reservedMilliA))
    add(
      load,
      session.place,
      scaled(session.direction, Math.max(given?.limitMilliA ?? 0, session.reservedMilliA))
    )
  })
  const before = new Map(overruns(reserves).map(({ row, milliA }) => [row, milliA]))
  return overruns(load).every(({ row, milliA }) => milliA <= (before.get(row) ?? 0) + 1e-6)
}
