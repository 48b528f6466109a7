import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { PreviewWanted } from './preview.ts'
import { OcpiPreviewAnswer, previewOcpi } from './preview-ocpi.ts'

const folder = process.env['NOVA_VECTORS'] ?? '/work/shared/vectors/ocpi'
const skip = existsSync(folder) ? false : `the vectors are not on this machine (${folder})`
const read = (name: string) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))
const cases = skip ? [] : read('cases-ocpi.json')

/** The body as it comes over HTTP, through the schema of the route, and the answer through its own. */
function answered(body: unknown): OcpiPreviewAnswer {
  const wanted = PreviewWanted.parse(JSON.parse(JSON.stringify(body)))
  if (!('ocpi' in wanted)) throw new TypeError('this is not the OCPI form')
  return OcpiPreviewAnswer.parse(previewOcpi(wanted))
}

const tariffOf = (each: (typeof cases)[number]) =>
  each.tariff === 'embedded in CDR'
    ? read(each.cdr).tariffs[0]
    : each.tariff === null
      ? each.tariff_inline
      : read(each.tariff)

function rounded(text: string, compare: string): number {
  const places = /half up to (\d)/.exec(compare)?.[1]
  if (compare.startsWith('after rounding UP')) return Math.ceil(Number(text) * 100 - 1e-9) / 100
  if (places === undefined) return Number(text)
  return Math.round(Number(text) * 10 ** Number(places) + 1e-9) / 10 ** Number(places)
}

for (const each of cases)
  void test(`${each.id} through the preview: ${each.note}`, async (t) => {
    const answer = answered({
      ocpi: {
        version: each.ocpi_version,
        tariff: tariffOf(each),
        chargingPeriods: each.charging_periods,
        endDateTime: each.end_date_time,
        reservationOutcome: each.reservation_outcome
      },
      timeZone: each.time_zone
    })
    const { expected } = each
    for (const side of ['excl', 'incl'] as const) {
      const total = expected[`total_${side}`]
      if (total !== null)
        t.ok(Math.abs(rounded(answer.exact[side], expected.compare) - Number(total)) < 1e-6, side)
    }
    for (const [name, quantity] of Object.entries(expected.billed ?? {}))
      t.ok(Math.abs(Number(answer.billed[name]) - Number(quantity)) < 1e-6, name)
    t.equal(
      answer.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      answer.total.amountMinor
    )
  })

void test('the vectors made elsewhere are here', { skip }, async (t) => {
  t.ok(cases.length >= 36)
})

const perKwh = { price_components: [{ type: 'ENERGY', price: '0.25', step_size: 1 }] }
const period = (start: string) => ({
  start_date_time: start,
  dimensions: [{ type: 'ENERGY', volume: '20' }]
})

void test('what cannot be read is refused with words', async (t) => {
  const body = (start: string, timeZone = 'UTC') => ({
    ocpi: {
      version: '2.1.1',
      tariff: { currency: 'EUR', elements: [perKwh] },
      chargingPeriods: [period(start)]
    },
    timeZone
  })
  t.equal(answered(body('2026-01-05T09:00:00')).exact.excl, '5')
  t.throws(() => answered(body('yesterday')), { status: 422, code: 'ocpi-invalid' })
  t.throws(() => answered(body('2026-01-05T09:00:00Z', 'Mars/Base')), { status: 422, code: 'ocpi-invalid' })
})
