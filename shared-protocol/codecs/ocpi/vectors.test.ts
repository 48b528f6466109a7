import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { ceiling, compare, fractionOf, minus, nearest, times, whole } from '../../tariff/fraction.ts'
import { OcpiCdr, OcpiPeriod, OcpiTariff, rateOcpi } from './index.ts'

const folder = process.env['NOVA_VECTORS'] ?? '/work/shared/vectors/ocpi'
const skip = existsSync(folder) ? false : `the vectors are not on this machine (${folder})`

const Case = z.object({
  id: z.string(),
  note: z.string(),
  ocpi_version: z.string(),
  tariff: z.string().nullable(),
  tariff_inline: z.unknown().optional(),
  cdr: z.string().optional(),
  time_zone: z.string(),
  end_date_time: z.string().nullish(),
  reservation_outcome: z.string().nullish(),
  charging_periods: z.array(z.unknown()),
  known_disagreement: z.string().nullish(),
  published_by_source: z.object({ total_excl: z.string(), total_incl: z.string() }).nullish(),
  expected: z.object({
    total_excl: z.string().nullable(),
    total_incl: z.string().nullable(),
    exact_excl: z.string().optional(),
    exact_incl: z.string().optional(),
    billed: z.record(z.string(), z.string()).nullish(),
    compare: z.string()
  })
})
type Case = z.infer<typeof Case>

const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))

/** The 36 visible cases; none where the vectors are missing. */
const cases: readonly Case[] = skip ? [] : z.array(Case).parse(read('cases-ocpi.json'))

const cdrOf = ({ cdr }: Case): unknown => (cdr === undefined ? undefined : read(cdr))

/** The tariff as its source has it: a file, inline, or the first of the CDR. */
function tariffOf(each: Case): unknown {
  if (each.tariff === null) return each.tariff_inline
  if (each.tariff !== 'embedded in CDR') return read(each.tariff)
  return z.object({ tariffs: z.array(z.unknown()) }).parse(cdrOf(each)).tariffs[0]
}

/** Whether `found` is what the case holds to, by the comparison it states; null tests nothing. */
function agrees(found: string, expected: string | null, how: string): boolean {
  if (expected === null) return true
  const [ours, theirs] = [fractionOf(found), fractionOf(expected)]
  const places = /rounding half up to (\d) places/.exec(how)?.[1]
  if (places !== undefined) {
    const scale = whole(10n ** BigInt(places))
    return compare(whole(nearest(times(ours, scale))), times(theirs, scale)) === 0
  }
  if (how.startsWith('after rounding UP to 2 places'))
    return compare(whole(ceiling(times(ours, whole(100)))), times(theirs, whole(100))) === 0
  if (!how.startsWith('exact decimal')) throw new RangeError(`unknown comparison: ${how}`)
  // Hour volumes carry ten decimals, so the vectors allow a millionth.
  const off = minus(ours, theirs)
  return compare({ top: off.top < 0n ? -off.top : off.top, bottom: off.bottom }, fractionOf('0.000001')) < 0
}

/** The case as a session; outcomes and versions are words of OCPI. */
const rated = (each: Case) =>
  rateOcpi({
    tariff: OcpiTariff.parse(tariffOf(each)),
    chargingPeriods: each.charging_periods.map((period) => OcpiPeriod.parse(period)),
    timeZone: each.time_zone,
    endDateTime: each.end_date_time,
    reservationOutcome: each.reservation_outcome === 'RESERVATION_EXPIRES' ? 'RESERVATION_EXPIRES' : null
  })

for (const each of cases)
  void test(`${each.id}: ${each.note}`, async (t) => {
    const { exact, billed, lines, total } = rated(each)
    const { expected } = each
    t.ok(agrees(exact.excl, expected.total_excl, expected.compare), `${exact.excl} before tax`)
    t.ok(agrees(exact.incl, expected.total_incl, expected.compare), `${exact.incl} after tax`)
    if (expected.exact_excl !== undefined) t.equal(exact.excl, expected.exact_excl)
    if (expected.exact_incl !== undefined) t.equal(exact.incl, expected.exact_incl)
    for (const [name, quantity] of Object.entries(expected.billed ?? {}))
      t.ok(agrees(billed[name] ?? 'none', quantity, 'exact decimal'), `${name} ${billed[name]}`)
    t.equal(
      lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      total.amountMinor
    )
  })

void test('the vectors made elsewhere are here', { skip }, async (t) => {
  t.ok(cases.length >= 36)
})

void test('where a source printed another number we say so and hold to the tariff', { skip }, async (t) => {
  const disagreeing = cases.filter(({ published_by_source }) => published_by_source)
  t.strictSame(
    disagreeing.map((each) => {
      const { exact } = rated(each)
      return [each.id, exact.excl, each.published_by_source?.total_excl]
    }),
    [
      ['spec-15', '12.375', '12.28'], // 1.9 h at 1.25 is 2.375, not 2.28.
      ['ot-025kwh_min_price-cdr2_less_than_2kWh', '0.5', '0.3'], // The source's CDR leaves the minimum out.
      ['py-221-dynamic-real', '1.83702', '1.83'] // The issuer rounded each band before summing.
    ]
  )
})

void test('every CDR of the vectors is read as it stands', { skip }, async (t) => {
  const cdrs = cases.flatMap((each) => cdrOf(each) ?? [])
  t.ok(cdrs.length >= 10)
  for (const cdr of cdrs) t.ok(OcpiCdr.safeParse(cdr).success)
})

void test('a period that begins before its session is priced and noted', { skip }, async (t) => {
  const each = cases.find(({ id }) => id === 'py-221-dynamic-real')
  const cdr = OcpiCdr.parse(each && cdrOf(each))
  const { notes } = rateOcpi({
    tariff: OcpiTariff.parse(cdr.tariffs?.[0]),
    chargingPeriods: cdr.charging_periods,
    timeZone: 'Europe/Amsterdam',
    startDateTime: cdr.start_date_time
  })
  t.match(notes, [{ code: 'period-before-session' }])
})
