import fc from 'fast-check'
import { test } from 'tap'
import { minorDigits } from '@nova/shared-protocol/units'
import { pricedOf, rate, type MeterReading, type Plan } from '@nova/shared-protocol/tariff'
import { arithmeticFaults } from './contexts/billing/en16931.ts'
import { bill } from './contexts/billing/model.ts'
import { taxed } from './contexts/billing/taxed.ts'
import { faultOf } from './contexts/ledger/model.ts'
import { split, type Share } from './contexts/ledger/split.ts'
import { charge } from './contexts/ledger/transfers.ts'
import { randomSession, type RandomSession } from './test-support/sessions.suite.ts'

const numRuns = Number(process.env['NOVA_TEST_RUNS'] ?? 2_000) // `npm run faults -- sessions` takes 10,000.
const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0)
const endOf = ({ readings }: RandomSession): string => readings.at(-1)?.at ?? ''
const whOf = ({ readings }: RandomSession): number =>
  (readings.at(-1)?.registerWh ?? 0) - (readings[0]?.registerWh ?? 0)

const countries = fc.constantFrom('CN', 'DE', 'FI', 'HU', 'GB', 'JP', 'IN', 'AU', 'BR')
const shares: fc.Arbitrary<readonly Share[]> = fc
  .array(fc.integer({ min: 1, max: 900 }), { maxLength: 8 })
  .map((parts) => [
    ...parts.map((part, index) => ({
      party: `p${index}`,
      purpose: 'revenue',
      percent: `${Math.floor(part / 100)}.${String(part % 100).padStart(2, '0')}`
    })),
    { party: 'operator', purpose: 'revenue', rest: true }
  ]) as fc.Arbitrary<readonly Share[]>

/** The session as charging hands it to billing when it is over. */
const billable = (session: RandomSession) => ({
  sessionId: 's',
  siteId: 'site',
  chargerId: 'c',
  connectorId: 'c:1:1',
  driverId: 'd',
  tokenUid: null,
  energyWh: whOf(session),
  tariff: { tariffId: 'random', version: 1 },
  ...pricedOf({ ...session.kept, endedAt: endOf(session) }, '2040-01-01T00:00:00.000Z'),
  startedAt: session.kept.startedAt,
  readings: session.readings,
  endedAt: endOf(session)
})

void test(`running cost at the last reading = CDR = invoice = ledger, of ${numRuns} sessions in all zones`, async (t) => {
  let priced = 0
  fc.assert(
    fc.property(randomSession, countries, shares, (session, country, contract) => {
      const { plan, timeZone, kept } = session
      const running = rate({ ...pricedOf(kept, endOf(session)), plan, timeZone }).total
      const made = bill(billable(session), plan, null)
      if (!made.ok) throw new Error(`${made.reason}: ${made.detail}`)
      const place = { country, region: null }
      const seller = { name: 's', country }
      const invoice = taxed(made.rated.lines, {
        place,
        day: '2026-03-01',
        seller,
        buyer: undefined,
        hooked: {}
      })
      const { total } = made.rated
      if (total.amountMinor > 0) priced += 1
      const taxes = invoice.taxes.map(({ taxMinor }, index) => ({ name: `t${index}`, taxMinor }))
      const net = { ...total, amountMinor: total.amountMinor - sum(taxes.map(({ taxMinor }) => taxMinor)) }
      const parts = split({ net, energyWh: made.rated.energyWh }, contract)
      const posted = charge({ sessionId: 's', driver: 'driver:d' }, total, parts, taxes)
      const driver = posted.flatMap(({ entries }) => entries.filter(({ party }) => party === 'driver:d'))
      return (
        running.amountMinor === total.amountMinor &&
        invoice.totals.totalMinor === total.amountMinor &&
        arithmeticFaults(invoice).length === 0 &&
        sum(parts.map(({ amountMinor }) => amountMinor)) === net.amountMinor &&
        posted.every((transfer) => faultOf(transfer) === undefined) &&
        0 - sum(driver.map(({ amountMinor }) => amountMinor)) === total.amountMinor
      )
    }),
    { numRuns }
  )
  t.ok(priced > numRuns / 2, `${priced} of them cost something`)
})

/** The register half-way between each two readings. */
function finer(readings: RandomSession['readings']): MeterReading[] {
  return readings.flatMap((reading, index) => {
    const before = readings[index - 1]
    if (!before) return [reading]
    const [from, to] = [Date.parse(before.at), Date.parse(reading.at)]
    const doubled = before.registerWh + reading.registerWh
    const registerWh = `${Math.floor(doubled / 2)}.${(doubled % 2) * 5}`
    return (to - from) % 2 === 1
      ? [reading]
      : [{ at: new Date((from + to) / 2).toISOString(), registerWh }, reading]
  })
}

void test(`finer readings change no energy and no exact sum; energies of windows make the register's difference, of ${numRuns}`, async (t) => {
  fc.assert(
    fc.property(randomSession, (session) => {
      const { plan, timeZone, readings, kept } = session
      const over = { ...kept, endedAt: endOf(session) }
      const [coarse, fine] = [readings, finer(readings)].map((each) =>
        rate({ ...pricedOf({ ...over, readings: each }, endOf(session)), plan, timeZone })
      )
      const energy = coarse?.lines.filter(({ unit, part }) => unit === 'kWh' && part === 'electricity') ?? []
      const counted = sum(energy.map(({ quantity }) => Math.round(Number(quantity) * 1e6)))
      return (
        coarse?.energyWh === `${whOf(session)}` &&
        fine?.energyWh === coarse.energyWh &&
        fine.exact.excl === coarse.exact.excl &&
        fine.total.amountMinor === coarse.total.amountMinor &&
        (plan.rules !== undefined || counted === whOf(session) * 1000)
      )
    }),
    { numRuns }
  )
  t.pass()
})

/** Parts of 10⁻⁴ of a price by the wall clock. */
const price = (text: string): bigint => {
  const [whole = '0', part = ''] = text.split('.')
  return BigInt(whole + part.padEnd(4, '0'))
}
const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

/**
 * A second calculator that shares nothing with the engine: minute by minute the wall clock says which window holds, in
 * whole fractions, rounded half up once. @returns minor units
 */
function reckoned({ plan, timeZone, readings }: RandomSession): number {
  let [numerator, denominator] = [0n, 1n]
  for (const [index, reading] of readings.entries()) {
    const before = readings[index - 1]
    if (!before || reading.registerWh === before.registerWh) continue
    const [from, to] = [Date.parse(before.at) / 1000, Date.parse(reading.at) / 1000]
    const wh = BigInt(reading.registerWh - before.registerWh)
    const weighed = weightOf(plan, timeZone, { from, to })
    const length = BigInt(to - from)
    numerator = numerator * length + wh * weighed * denominator
    denominator *= length
  }
  // Wh × 10⁻⁴ a kWh → minor units.
  const scale = 10n ** BigInt(minorDigits(plan.currency))
  const [top, bottom] = [numerator * scale, denominator * 10_000_000n]
  return Number((top * 2n + bottom) / (bottom * 2n))
}

/** Seconds of the session times the price of the window that the wall clock's minute lies in. */
function weightOf(plan: Plan, timeZone: string, { from, to }: { from: number; to: number }): bigint {
  let all = 0n
  let offsetS = 0
  for (let at = from; at < to;) {
    const next = Math.min(to, (Math.floor(at / 60) + 1) * 60)
    // Every change of a clock since 2024 lies on a quarter of an hour.
    if (at === from || at % 900 === 0) offsetS = offsetIn(timeZone, at)
    const minute = Math.floor((((at + offsetS) % 86_400) + 86_400) / 60) % 1440
    all += BigInt(next - at) * priceAt(plan, minute)
    at = next
  }
  return all
}

const offsetIn = (timeZone: string, second: number): number =>
  Temporal.Instant.fromEpochMilliseconds(second * 1000).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e9

function priceAt({ segments }: Plan, minute: number): bigint {
  const found = segments.find(({ start, end }) => {
    const [begin, until] = [minuteOf(start), minuteOf(end)]
    return begin < until ? minute >= begin && minute < until : minute >= begin || minute < until
  })
  if (!found) throw new Error(`no window at minute ${minute}`)
  return price(found.electricityPrice) + price(found.servicePrice)
}

void test(`a second calculator that shares nothing with the engine comes to the same total, of ${numRuns}`, async (t) => {
  fc.assert(
    fc.property(
      randomSession.map((session) => ({ ...session, plan: { ...session.plan, rules: undefined } })),
      (session) => {
        const { plan, timeZone, readings } = session
        return rate({ plan, timeZone, readings }).total.amountMinor === reckoned(session)
      }
    ),
    { numRuns }
  )
  t.pass()
})
