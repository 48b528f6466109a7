import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { previewPlan, PreviewWanted } from './preview.ts'

const folder = process.env['NOVA_VECTORS'] ?? '/work/shared/vectors/ocpi'
const skip = existsSync(folder) ? false : `the vectors are not on this machine (${folder})`
const read = (name: string) => (skip ? [] : JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')))
const metered = read('cases-metered-own.json')
const bands = read('cases-cn-rounding-own.json')
const dayNames = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']

/** The body as it comes over HTTP, through the schema of the route. */
function rated(body: unknown) {
  const wanted = PreviewWanted.parse(JSON.parse(JSON.stringify(body)))
  if (!('plan' in wanted)) throw new TypeError('this is not the form with a plan')
  return previewPlan(wanted.plan, wanted.timeZone, wanted.readings)
}

type Window = { name: string; price: string; start?: string; end?: string; days?: string[] }

const windowOf = ({ name, price, start, end, days }: Window) => ({
  name,
  start,
  end,
  electricityPrice: price,
  servicePrice: '0',
  ...(days ? { weekdays: days.map((day) => dayNames.indexOf(day) + 1) } : {})
})

/** 12.5 kWh in text as 12500 Wh in text, without a float between. */
function wattHours(kwh: string): string {
  const [whole = '0', after = ''] = kwh.split('.')
  const digits = after.padEnd(3, '0')
  return `${BigInt(whole + digits.slice(0, 3))}${digits.length > 3 ? `.${digits.slice(3)}` : ''}`
}

for (const each of metered)
  void test(`${each.id} through the preview: ${each.note}`, async (t) => {
    const windows: Window[] = each.windows
    const rest = windows.find(({ start }) => start === undefined)
    const found = rated({
      plan: {
        currency: 'EUR',
        segments: windows.filter(({ start }) => start !== undefined).map(windowOf),
        ...(rest ? { fallback: { electricityPrice: rest.price, servicePrice: '0' } } : {})
      },
      timeZone: each.time_zone,
      readings: each.meter.map(({ at, kwh }: { at: string; kwh: string }) => ({
        at,
        registerWh: wattHours(kwh)
      }))
    })
    t.equal(Number(found.exact.excl), Number(each.expected.total))
    const byWindow = Object.fromEntries(
      found.lines.map(({ name, quantity }) => [name === 'fallback' ? rest?.name : name, Number(quantity)])
    )
    for (const [name, kwh] of Object.entries(each.expected.kwh_by_window))
      t.equal(byWindow[name], Number(kwh), name)
  })

type BandCase = { band: string; elec_price: string; service_price: string; kwh: string }

for (const each of bands)
  void test(`${each.id} through the preview: rounded once, and the parts add up`, async (t) => {
    const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`
    const given: BandCase[] = each.bands
    let tenths = 0n
    const registers = [0n, ...given.map(({ kwh }) => BigInt(wattHours(kwh).replace('.', '')))]
    const found = rated({
      plan: {
        currency: 'CNY',
        segments: given.map(({ band, elec_price, service_price }, hour) => ({
          name: band,
          start: clock(hour),
          end: clock(hour + 1),
          electricityPrice: elec_price,
          servicePrice: service_price
        })),
        fallback: { electricityPrice: '9', servicePrice: '9' }
      },
      timeZone: 'UTC',
      // Energies have four decimals of a kWh: tenths of a watt-hour.
      readings: registers.map((wh, hour) => {
        tenths += wh
        return { at: `2026-01-05T${clock(hour)}:00Z`, registerWh: `${tenths / 10n}.${tenths % 10n}` }
      })
    })
    t.equal(found.exact.excl, each.expected.exact)
    t.equal(found.total.amountMinor, Math.round(Number(each.expected.total_fen_from_exact) * 100))
    t.equal(
      found.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      found.total.amountMinor
    )
  })

void test('the vectors made elsewhere are here', { skip }, async (t) => {
  t.ok(metered.length >= 8)
  t.ok(bands.length >= 3)
})
