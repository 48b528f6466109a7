import { z } from 'zod'
import { Identifier, TimeZone } from '@nova/shared-protocol/model'
import {
  choosePlan,
  judgeSession,
  PlanPrices,
  rate,
  type Plan,
  type Rated
} from '@nova/shared-protocol/tariff'
import { AmountTooLarge, Money, money } from '@nova/shared-protocol/units'
import { problem } from '../../http/index.ts'
import { insistOnCurrency, insistOnPlan } from './commands.ts'
import { OcpiPreviewWanted, tooLarge } from './preview-ocpi.ts'

const mostReadings = 10_000

const Reading = z.strictObject({
  at: z.iso.datetime({ offset: true }),
  registerWh: z.union([
    z.int(),
    z.string().regex(/^-?\d{1,16}(\.\d{1,9})?$/, 'expected a decimal such as "1250.5"')
  ])
})
const readings = z.array(Reading).max(mostReadings)

/** The three forms of a preview. */
export const PreviewWanted = z.union([
  z.strictObject({
    tariffId: Identifier,
    siteId: Identifier,
    version: z.int().min(1).max(2_147_483_647).optional(),
    readings
  }),
  z.strictObject({ plan: PlanPrices, timeZone: TimeZone, readings }),
  OcpiPreviewWanted
])
export type PreviewWanted = z.infer<typeof PreviewWanted>

export const PreviewAnswer = z.object({
  lines: z.array(
    z.object({
      name: z.string(),
      part: z.enum(['electricity', 'service']),
      quantity: z.string(),
      unit: z.string(),
      unitPrice: z.string(),
      amountMinor: z.int(),
      rule: z.string()
    })
  ),
  total: Money,
  exact: z.object({ excl: z.string(), incl: z.string() }),
  electricity: Money,
  service: Money,
  energyWh: z.string(),
  review: z.array(z.enum(['begin-at-zero'])).describe('not empty: nothing is billed, a person looks')
})

type Readings = z.infer<typeof readings>

/** @throws Problem 422 `tariff-invalid`, `currency-unknown`, `time-zone-unknown`, `readings-invalid`, `amount-too-large` */
export function previewPlan(plan: PlanPrices, timeZone: string, given: Readings): Previewed {
  insistOnCurrency(plan.currency)
  insistOnPlan(plan, false)
  insistOnZone(timeZone)
  if (beginIsLost(given)) return { ...nothing(plan.currency), review: ['begin-at-zero'] }
  try {
    return { ...rate({ plan, timeZone, readings: given }), review: [] }
  } catch (error) {
    // Plan and zone have been looked at: what is left are the readings.
    if (!(error instanceof RangeError)) throw error
    if (error instanceof AmountTooLarge) throw tooLarge()
    throw problem(422, 'readings-invalid', error.message)
  }
}

type Previewed = Rated & Pick<z.infer<typeof PreviewAnswer>, 'review'>

/** A begin of 0 against an end that no vehicle takes, as a bill is judged; of no connector, so of any power. */
const beginIsLost = (readings: Readings): boolean =>
  judgeSession({ readings, meter: { mostPowerW: Number.POSITIVE_INFINITY } }).review.includes('begin-at-zero')

function nothing(currency: string): Rated {
  const none = money(currency, 0)
  const exact = { excl: '0', incl: '0' }
  return { lines: [], total: none, exact, electricity: none, service: none, energyWh: '0' }
}

function insistOnZone(timeZone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone)
  } catch {
    throw problem(422, 'time-zone-unknown', `There is no time zone ${timeZone}.`)
  }
}

/** The version that holds at the first reading. @throws Problem 422 `no-version-in-force` */
export function versionAt(plans: readonly Plan[], tariffId: string, at: string | undefined): Plan {
  const chosen = choosePlan({
    plans,
    defaults: [],
    connector: '',
    named: tariffId,
    at: at ?? '1970-01-01T00:00:00Z'
  })
  if (chosen) return chosen.plan
  throw problem(422, 'no-version-in-force', 'No version of this tariff is in force at the first reading.')
}
