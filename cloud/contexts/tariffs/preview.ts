import { z } from 'zod'
import { Identifier, TimeZone } from '@nova/shared-protocol/model'
import { choosePlan, PlanPrices, rate, type Plan, type Rated } from '@nova/shared-protocol/tariff'
import { Money } from '@nova/shared-protocol/units'
import { problem } from '../../http/index.ts'
import { insistOnPlan } from './commands.ts'
import { OcpiPreviewWanted } from './preview-ocpi.ts'

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
    version: z.int().min(1).optional(),
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
  energyWh: z.string()
})

type Readings = z.infer<typeof readings>

/** @throws Problem 422 `tariff-invalid`, `time-zone-unknown`, `readings-invalid` */
export function previewPlan(plan: PlanPrices, timeZone: string, given: Readings): Rated {
  insistOnPlan(plan, false)
  insistOnZone(timeZone)
  try {
    return rate({ plan, timeZone, readings: given })
  } catch (error) {
    // Plan and zone have been looked at: what is left are the readings.
    if (!(error instanceof RangeError)) throw error
    throw problem(422, 'readings-invalid', error.message)
  }
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
