import { z } from 'zod'
import { Identifier, Instant, LocalTime, TimeZone } from '../model/words.ts'
import { TariffPrices } from './model.ts'

/** Exact decimal as text: price per kWh with up to 6 decimals (YKC piles carry 5). Never a binary float. */
export const Price = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'expected a decimal such as "0.65"')

/**
 * One stretch of local wall-clock time, [start, end); start > end wraps past midnight. `weekdays` 1 = Monday.
 * A weekday is asked at each instant, as in OCPI: Friday 22:00–06:00 is Friday until 06:00 and Friday from 22:00.
 */
export const Segment = z.strictObject({
  name: z.string().min(1).max(40).optional(),
  start: LocalTime,
  end: LocalTime,
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).optional(),
  electricityPrice: Price,
  servicePrice: Price
})
export type Segment = z.infer<typeof Segment>

/** Prices by time of use, without identity: what `POST /tariffs/preview` takes as `plan`. */
export const PlanPrices = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  segments: z.array(Segment).min(1).max(96),
  // Charged where no segment matches; absent: the segments must cover the whole week.
  fallback: z.strictObject({ electricityPrice: Price, servicePrice: Price }).optional()
})
export type PlanPrices = z.infer<typeof PlanPrices>

/** A version of a tariff; never edited, only followed by the next. */
export const Plan = z.strictObject({
  tariffId: Identifier,
  version: z.int().min(1),
  name: z.string().min(1).max(80),
  timeZone: TimeZone,
  validFrom: Instant.nullable(),
  validUntil: Instant.nullable(),
  priority: z.int().min(0).max(1000).default(0),
  ...PlanPrices.shape,
  // The full model, where it says more than time of use: whoever rates goes by it, and the segments are what a
  // pile or a picture that knows only time of use is given.
  rules: TariffPrices.optional()
})
export type Plan = z.infer<typeof Plan>

/**
 * Which tariff applies where: a connector's own, or the site's default when `connector` is absent. `fallback`
 * marks the site's last resort, used whatever its dates and priority when nothing else applies.
 */
export const TariffDefault = z.strictObject({
  tariffId: Identifier,
  connector: z.string().max(100).optional(),
  fallback: z.boolean().optional()
})
export type TariffDefault = z.infer<typeof TariffDefault>
