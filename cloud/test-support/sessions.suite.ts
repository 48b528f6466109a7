import fc from 'fast-check'
import { Plan, TariffPrices, type Kept, type MeterReading } from '@nova/shared-protocol/tariff'

/** Every zone that this machine knows. */
const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
const decimal = (most: number) =>
  fc
    .nat(most * 10_000)
    .map((parts) => `${Math.floor(parts / 10_000)}.${String(parts % 10_000).padStart(4, '0')}`)
const clock = fc
  .nat(1439)
  .map(
    (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  )
const currency = fc.constantFrom('CNY', 'EUR', 'JPY', 'KWD', 'INR')

/** A day cut at up to eight minutes, each stretch with its electricity and service price. */
const windows = fc
  .tuple(
    fc.uniqueArray(clock, { minLength: 2, maxLength: 8 }),
    fc.array(fc.tuple(decimal(3), decimal(2)), { minLength: 8, maxLength: 8 })
  )
  .map(([cuts, prices]) =>
    cuts.toSorted().map((start, index, all) => ({
      start,
      end: all[(index + 1) % all.length] ?? '00:00',
      electricityPrice: prices[index]?.[0] ?? '0',
      servicePrice: prices[index]?.[1] ?? '0'
    }))
  )

/** A restriction of each kind that sessions here can meet; undefined: always. */
const restriction = fc.option(
  fc.oneof(
    fc.record({ startTime: clock, endTime: clock }).filter(({ startTime, endTime }) => startTime !== endTime),
    fc.record({ weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }) }),
    fc.record({ minKwh: decimal(20) }),
    fc.record({ maxKwh: decimal(40).filter((text) => text !== '0.0000') }),
    fc.record({ minDurationS: fc.nat(20_000) }),
    fc.record({ maxDurationS: fc.integer({ min: 1, max: 40_000 }) }),
    fc.constantFrom({ groups: ['club'] }, { coupons: ['WELCOME'] }),
    fc.constant({ signal: { name: 'grid-load', atLeast: '80' } })
  ),
  { nil: undefined }
)
const component = fc.record({
  dimension: fc.constantFrom('energy', 'energy', 'time', 'parking', 'session', 'idle', 'flat' as const),
  price: decimal(4)
})
const element = fc
  .record({ components: fc.array(component, { minLength: 1, maxLength: 3 }), restrictions: restriction })
  .map(({ components, restrictions }) => ({ components, ...(restrictions ? { restrictions } : {}) }))
const rules = fc.array(element, { minLength: 1, maxLength: 5 })

const plan = fc.record({ currency, windows, rules: fc.option(rules, { nil: undefined }) }).map((made): Plan =>
  Plan.parse({
    tariffId: 'random',
    version: 1,
    name: 'random',
    timeZone: 'UTC',
    validFrom: null,
    validUntil: null,
    currency: made.currency,
    segments: made.windows,
    ...(made.rules
      ? { rules: TariffPrices.parse({ currency: made.currency, tax: 'none', elements: made.rules }) }
      : {})
  })
)

/** Somewhere in seven years, each third time within half a day of a change of the zone's clock. */
const begin = fc.tuple(fc.integer({ min: 0, max: 2_556 * 86_400 }), fc.nat(2), fc.nat(86_400))
function beginIn(timeZone: string, [second, turn, beside]: readonly [number, number, number]): number {
  const ms = Date.UTC(2024, 0, 1) + second * 1000
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
  const change = turn === 0 ? at.getTimeZoneTransition('next') : null
  return change === null ? ms : change.epochMilliseconds - 43_200_000 + beside * 1000
}

const steps = fc.array(
  fc.record({
    seconds: fc.integer({ min: 1, max: 7_200 }),
    wh: fc.oneof(fc.constant(0), fc.nat(40_000)),
    by: fc.option(fc.constantFrom('ev', 'evse', 'unknown', 'none' as const), { nil: undefined })
  }),
  { minLength: 1, maxLength: 9 }
)

export type RandomSession = {
  readonly plan: Plan
  readonly timeZone: string
  readonly readings: readonly (MeterReading & { readonly registerWh: number })[]
  /** As it is kept while it runs. */
  readonly kept: Kept
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** A session anywhere, at any time, under any of the tariffs above, with what was recorded beside its registers. */
export const randomSession: fc.Arbitrary<RandomSession> = fc
  .record({
    plan,
    timeZone: zone,
    begin,
    steps,
    from: fc.nat(9_000_000),
    groups: fc.constantFrom([], ['club']),
    coupons: fc.constantFrom([], ['WELCOME']),
    load: fc.nat(100)
  })
  .map(({ plan: made, timeZone, begin: drawn, steps: all, from, groups, coupons, load }) => {
    let [ms, registerWh] = [beginIn(timeZone, drawn), from + 1_000]
    const readings = [{ at: iso(ms), registerWh }]
    const suspensions: Kept['suspensions'][number][] = []
    for (const { seconds, wh, by } of all) {
      if (by !== undefined) suspensions.push({ at: iso(ms), by: by === 'none' ? null : by })
      ms += seconds * 1000
      // What no charger gives is judged elsewhere: 300 kW at the most.
      registerWh += Math.min(wh, Math.floor(seconds / 12))
      readings.push({ at: iso(ms), registerWh })
    }
    const startedAt = readings[0]?.at ?? null
    const signals = startedAt === null ? [] : [{ name: 'grid-load', at: startedAt, value: String(load) }]
    return {
      plan: { ...made, timeZone },
      timeZone,
      readings,
      kept: {
        startedAt,
        endedAt: null,
        leftAt: null,
        standing: false,
        readings,
        suspensions,
        groups,
        coupons,
        reservation: null,
        signals
      }
    }
  })
