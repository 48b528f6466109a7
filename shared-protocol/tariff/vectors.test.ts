import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { rate, type PlanPrices, type Segment } from './index.ts'
import { priced } from './examples.ts'

const folder = process.env['NOVA_VECTORS'] ?? '/work/shared/vectors/ocpi'
const skip = existsSync(folder) ? false : `the vectors are not on this machine (${folder})`

const Window = z.object({
  name: z.string(),
  price: z.string(),
  start: z.string().optional(),
  end: z.string().optional(),
  days: z.array(z.string()).optional()
})
const Metered = z.array(
  z.object({
    id: z.string(),
    time_zone: z.string(),
    note: z.string(),
    windows: z.array(Window),
    meter: z.array(z.object({ at: z.string(), kwh: z.string() })),
    expected: z.object({ kwh_by_window: z.record(z.string(), z.string()), total: z.string() })
  })
)

const dayNumbers = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']

/** A window without times is the remainder: our fallback rate. */
function planOf(windows: readonly z.infer<typeof Window>[]): PlanPrices {
  const segments = windows.flatMap(({ name, price, start, end, days }): Segment[] => {
    if (start === undefined || end === undefined) return []
    const weekdays = days ? { weekdays: days.map((day) => dayNumbers.indexOf(day) + 1) } : {}
    return [{ name, start, end, electricityPrice: price, servicePrice: '0', ...weekdays }]
  })
  const rest = windows.find(({ start }) => start === undefined)
  const fallback = rest && { fallback: { electricityPrice: rest.price, servicePrice: '0' } }
  return { currency: 'EUR', segments, ...fallback }
}

const metered = skip ? [] : Metered.parse(read('cases-metered-own.json'))
for (const each of metered) {
  void test(`${each.id}: ${each.note}`, async (t) => {
    const plan = planOf(each.windows)
    const readings = each.meter.map(({ at, kwh }) => ({ at, registerWh: Number(kwh) * 1000 }))
    const rated = rate({ plan, timeZone: each.time_zone, readings })
    const rest = each.windows.find(({ start }) => start === undefined)?.name ?? ''
    const byWindow: Record<string, number> = {}
    for (const [name, kwh] of Object.entries(priced(rated)))
      byWindow[name === 'fallback' ? rest : name] = Number(kwh)
    const expected = Object.entries(each.expected.kwh_by_window).map(([name, kwh]) => [name, Number(kwh)])
    t.strictSame(byWindow, Object.fromEntries(expected))
    t.equal(Number(rated.exact.excl), Number(each.expected.total))
  })
}

const Bands = z.array(
  z.object({
    id: z.string(),
    bands: z.array(
      z.object({ band: z.string(), elec_price: z.string(), service_price: z.string(), kwh: z.string() })
    ),
    expected: z.object({ exact: z.string(), total_fen_from_exact: z.string() })
  })
)

/** Energy of each band in its own hour of one day, as text in Wh: 3.3333 kWh is 3333.3. */
function hourly(bands: z.infer<typeof Bands>[number]['bands']) {
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`
  const segments = bands.map(({ band, elec_price, service_price }, hour) => ({
    name: band,
    start: clock(hour),
    end: clock(hour + 1),
    electricityPrice: elec_price,
    servicePrice: service_price
  }))
  let tenths = 0
  const readings = [0, ...bands.map(({ kwh }) => Math.round(Number(kwh) * 10_000))].map((each, hour) => {
    tenths += each
    return { at: `2026-01-05T${clock(hour)}:00Z`, registerWh: `${Math.floor(tenths / 10)}.${tenths % 10}` }
  })
  const fallback = { electricityPrice: '9', servicePrice: '9' }
  return { plan: { currency: 'CNY', segments, fallback }, readings, timeZone: 'UTC' }
}

for (const each of skip ? [] : Bands.parse(read('cases-cn-rounding-own.json'))) {
  void test(`${each.id}: the total is rounded once from the exact sum and its parts add up to it`, async (t) => {
    const rated = rate(hourly(each.bands))
    t.equal(rated.exact.excl, each.expected.exact)
    t.equal(rated.total.amountMinor, Math.round(Number(each.expected.total_fen_from_exact) * 100))
    t.equal(
      rated.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      rated.total.amountMinor
    )
  })
}

void test('the vectors made elsewhere are here', { skip }, async (t) => {
  t.ok(metered.length >= 8)
})

function read(name: string): unknown {
  return JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))
}
