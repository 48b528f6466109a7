import { z } from 'zod'

/**
 * OCPI objects as they are met, 2.1.1 to 2.3.0: what rating needs is read, unknown fields pass, numbers may be
 * texts, absent fields may be null. OCPI modules Tariffs (mod_tariffs) and CDRs (mod_cdrs).
 */
export const Numeric = z.union([
  z.number(),
  z.string().regex(/^\s*[-+]?\d{1,30}(\.\d{0,40})?([eE][-+]?\d{1,2})?\s*$/, 'expected a number')
])
export type Numeric = z.infer<typeof Numeric>

const maybe = <Shape extends z.ZodType>(shape: Shape) => shape.nullish()
const text = z.string().max(300)
const Many = <Shape extends z.ZodType>(shape: Shape, most: number) => z.array(shape).max(most)

const Rounding = z.looseObject({ round_granularity: maybe(text), round_rule: maybe(text) })

/** Price per unit: a number, or a Price object as some write it. */
const PriceForm = z.union([
  Numeric,
  z.looseObject({
    excl_vat: maybe(Numeric),
    incl_vat: maybe(Numeric),
    before_taxes: maybe(Numeric),
    after_taxes: maybe(Numeric),
    taxes: maybe(z.array(z.looseObject({ amount: maybe(Numeric), percentage: maybe(Numeric) })))
  })
])
export type PriceForm = z.infer<typeof PriceForm>

export const OcpiComponent = z.looseObject({
  type: text,
  price: PriceForm,
  vat: maybe(Numeric),
  taxes: maybe(Many(z.looseObject({ percentage: maybe(Numeric) }), 20)),
  step_size: maybe(Numeric),
  price_round: maybe(Rounding),
  step_round: maybe(Rounding)
})
export type OcpiComponent = z.infer<typeof OcpiComponent>

export const OcpiRestrictions = z.looseObject({
  start_time: maybe(text),
  end_time: maybe(text),
  start_date: maybe(text),
  end_date: maybe(text),
  min_kwh: maybe(Numeric),
  max_kwh: maybe(Numeric),
  min_current: maybe(Numeric),
  max_current: maybe(Numeric),
  min_power: maybe(Numeric),
  max_power: maybe(Numeric),
  min_duration: maybe(Numeric),
  max_duration: maybe(Numeric),
  day_of_week: maybe(Many(text, 7)),
  reservation: maybe(text)
})
export type OcpiRestrictions = z.infer<typeof OcpiRestrictions>

export const OcpiElement = z.looseObject({
  price_components: Many(OcpiComponent, 50),
  restrictions: maybe(OcpiRestrictions)
})

export const OcpiTariff = z.looseObject({
  id: maybe(text),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  elements: Many(OcpiElement, 1000),
  tax_included: maybe(z.union([text, z.boolean()])),
  min_price: maybe(PriceForm),
  max_price: maybe(PriceForm)
})
export type OcpiTariff = z.infer<typeof OcpiTariff>

const OcpiDimension = z.looseObject({ type: text, volume: maybe(Numeric) })

export const OcpiPeriod = z.looseObject({
  start_date_time: text,
  dimensions: maybe(Many(OcpiDimension, 50)),
  tariff_id: maybe(text)
})
export type OcpiPeriod = z.infer<typeof OcpiPeriod>

export const OcpiCdr = z.looseObject({
  id: maybe(text),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  start_date_time: maybe(text),
  end_date_time: maybe(text),
  tariffs: maybe(Many(OcpiTariff, 100)),
  charging_periods: Many(OcpiPeriod, 20_000),
  total_cost: maybe(PriceForm)
})
export type OcpiCdr = z.infer<typeof OcpiCdr>

export const Version = z.enum(['2.1.1', '2.2', '2.2.1', '2.3.0'])
export type Version = z.infer<typeof Version>
