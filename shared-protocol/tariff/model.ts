import { z } from 'zod'
import { LocalTime } from '../model/words.ts'

const decimal = (pattern: RegExp, example: string) => z.string().regex(pattern, `expected ${example}`)
/** Price, amount or percentage as exact decimal text; prices may be negative, as on some spot markets. */
export const Amount = decimal(/^-?\d{1,9}(\.\d{1,10})?$/, 'a decimal such as "0.65"')
const Quantity = decimal(/^\d{1,12}(\.\d{1,10})?$/, 'a decimal such as "12.5"')
const Day = decimal(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a day such as 2026-02-28')
const seconds = z.int().min(0).max(31_536_000)
const Name = z.string().min(1).max(60)

/**
 * What is counted: energy in kWh; hours of charging (`time`), of not charging (`parking`), of either
 * (`session`), after charging has ended (`idle`), of a reservation (`reservation`); once (`flat`).
 */
export const Dimension = z.enum(['energy', 'time', 'parking', 'session', 'idle', 'reservation', 'flat'])
export type Dimension = z.infer<typeof Dimension>

/** A price by the clock of the world: the price of a series at the instant, × `times`, + `plus`. */
const SeriesPrice = z.strictObject({ series: Name, times: Amount.optional(), plus: Amount.optional() })

const Rounded = z.strictObject({ rule: z.enum(['up', 'down', 'near']), digits: z.int().min(0).max(6) })

/** One price. Per kWh, per hour, or once. `part` keeps electricity and service apart, as China prints them. */
export const Component = z.strictObject({
  dimension: Dimension,
  name: Name.optional(),
  part: z.enum(['electricity', 'service']).optional(),
  price: z.union([Amount, SeriesPrice]),
  taxPercent: Amount.optional(), // Left out: no tax is known, which is not 0 %.
  step: z.int().min(0).optional(), // Wh or seconds; the session's sum is billed in whole steps.
  stepRounding: z.enum(['up', 'down', 'near']).optional(),
  rounding: Rounded.optional(), // Of this price's amount, where a contract asks for it.
  most: Amount.optional() // Cap on what this price brings in a session, before tax as the price is.
})
export type Component = z.infer<typeof Component>

/** All that are given must hold; lower bounds are inclusive, upper bounds exclusive. */
export const Restrictions = z.strictObject({
  startTime: LocalTime.optional(),
  endTime: LocalTime.optional(),
  startDate: Day.optional(),
  endDate: Day.optional(),
  weekdays: z.array(z.int().min(1).max(7)).min(1).optional(),
  minKwh: Quantity.optional(),
  maxKwh: Quantity.optional(),
  minCurrentA: Quantity.optional(),
  maxCurrentA: Quantity.optional(),
  minPowerKw: Quantity.optional(),
  maxPowerKw: Quantity.optional(),
  minDurationS: seconds.optional(),
  maxDurationS: seconds.optional(),
  minIdleS: seconds.optional(), // Counted from the end of charging: a grace is `minIdleS`.
  maxIdleS: seconds.optional(),
  reservation: z.enum(['made', 'expired']).optional(),
  groups: z.array(Name).min(1).optional(), // The driver is in one of these: membership, fleet.
  coupons: z.array(Name).min(1).optional(), // The driver brought one of these.
  signal: z.strictObject({ name: Name, atLeast: Amount.optional(), below: Amount.optional() }).optional()
})
export type Restrictions = z.infer<typeof Restrictions>

export const Element = z.strictObject({
  name: Name.optional(),
  components: z.array(Component).min(1).max(20),
  restrictions: Restrictions.optional()
})
export type Element = z.infer<typeof Element>

/** Taken off what the elements made, slice by slice, where its restrictions hold; `most` caps it. */
export const Discount = z.strictObject({
  name: Name,
  percent: Amount.optional(),
  perKwh: Amount.optional(),
  once: Amount.optional(),
  on: z.array(Dimension).min(1).optional(), // Left out: on everything (`percent`).
  part: z.enum(['electricity', 'service']).optional(),
  most: Amount.optional(),
  restrictions: Restrictions.optional()
})
export type Discount = z.infer<typeof Discount>

/** Prices of a series hold from their instant until the next one, at the longest `minutes`. */
export const Series = z.strictObject({
  minutes: z.union([z.literal(15), z.literal(30), z.literal(60)]),
  prices: z.array(z.strictObject({ at: z.iso.datetime(), price: Amount })).max(20_000)
})
export type Series = z.infer<typeof Series>

const Limit = z.strictObject({ excl: Amount.optional(), incl: Amount.optional() })
export type Limit = z.infer<typeof Limit>

/**
 * Our own tariff: richer than OCPI's, which maps onto it. For each dimension (and part) the first element that
 * holds and has a price for it is taken; none: free.
 */
export const TariffPrices = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  tax: z.enum(['added', 'included', 'none']).default('added'),
  elements: z.array(Element).max(1000),
  discounts: z.array(Discount).max(50).optional(),
  series: z.record(Name, Series).optional(),
  minPrice: Limit.optional(),
  maxPrice: Limit.optional()
})
export type TariffPrices = z.infer<typeof TariffPrices>
