import fc from 'fast-check'
import { absolute, compare, fractionOf, minus } from '../../tariff/fraction.ts'
import type { ConnectorState, RatedSession, TariffPrices } from '../../tariff/index.ts'

export const zones = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'Europe/Amsterdam',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca'
)
// Change days of Amsterdam, Lord Howe and St John's, a leap day, a turn of the year.
const days = fc.constantFrom(
  '2025-03-29',
  '2025-04-05',
  '2025-10-04',
  '2025-10-25',
  '2026-03-08',
  '2028-02-29',
  '2026-12-31'
)
export const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
export const price = fc
  .nat(3_000_000)
  .map((millionths) => `${Math.floor(millionths / 1e6)}.${String(millionths % 1e6).padStart(6, '0')}`)
const time = fc.nat(1439).map(clock)

const windows = fc
  .record({
    startTime: time,
    endTime: time,
    weekdays: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }))
  })
  .map(({ startTime, endTime, weekdays }) => ({ startTime, endTime, ...(weekdays ? { weekdays } : {}) }))
const tiers = fc.nat(60_000).map((wh) => ({ maxKwh: (wh / 1000).toFixed(3) }))
const lasting = fc.nat(40_000).map((maxDurationS) => ({ maxDurationS }))

const energyElement = fc.tuple(price, fc.oneof(windows, tiers, lasting)).map(([each, restrictions]) => ({
  components: [{ dimension: 'energy' as const, price: each, taxPercent: '19' }],
  restrictions
}))
const timeElement = fc.tuple(price, price, fc.nat(3)).map(([charging, parking, step]) => ({
  components: [
    { dimension: 'time' as const, price: charging, taxPercent: '7' },
    { dimension: 'parking' as const, price: parking, step: step * 300 }
  ]
}))

/** All that OCPI can say, so that a CDR can be priced by itself; the last energy element always holds. */
export const tariffs = fc
  .record({
    elements: fc.array(energyElement, { maxLength: 3 }),
    rest: price,
    times: fc.option(timeElement),
    fee: fc.option(price),
    min: fc.option(price)
  })
  .map(({ elements, rest, times, fee, min }): TariffPrices => ({
    currency: 'EUR',
    tax: 'added',
    elements: [
      ...elements,
      { components: [{ dimension: 'energy', price: rest, taxPercent: '19' }] },
      ...(times ? [times] : []),
      ...(fee ? [{ components: [{ dimension: 'flat' as const, price: fee }] }] : [])
    ],
    ...(min ? { minPrice: { excl: min, incl: min } } : {})
  }))

const states = fc.constantFrom<ConnectorState>('charging', 'paused', 'held-back', 'finished')

/** Readings at whole seconds, at most some 150 kW; what the connector did changes at some of them. */
export const sessions = fc
  .tuple(
    days,
    fc.nat(86_399),
    fc.array(fc.tuple(fc.integer({ min: 30, max: 9000 }), fc.nat(40), fc.option(states)), {
      minLength: 1,
      maxLength: 8
    })
  )
  .map(([day, second, steps]) => {
    let at = Temporal.Instant.from(`${day}T00:00:00Z`).epochMilliseconds + second * 1000
    let registerWh = 1_000_000
    const readings = [{ at: show(at), registerWh }]
    const changes: { at: string; state: ConnectorState }[] = []
    for (const [seconds, wattHoursPerSecond, state] of steps) {
      if (state) changes.push({ at: show(at), state })
      at += seconds * 1000
      registerWh += seconds * wattHoursPerSecond
      readings.push({ at: show(at), registerWh })
    }
    return { readings, states: changes }
  })

export const show = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toString()
const millionth = fractionOf('0.000001')
export function isNear(a: string, b: string): boolean {
  const off = minus(fractionOf(a), fractionOf(b))
  return compare(absolute(off), millionth) < 0
}

export const same = (a: RatedSession, b: RatedSession) =>
  a.exact.incl === b.exact.incl &&
  a.exact.excl === b.exact.excl &&
  a.total.amountMinor === b.total.amountMinor
