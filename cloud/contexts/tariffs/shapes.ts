import { z } from 'zod'
import { ConnectorKey, Identifier, Instant } from '@nova/shared-protocol/model'
import { PlanPrices, TariffPrices } from '@nova/shared-protocol/tariff'
import { problem } from '../../http/index.ts'
import { isPlan, type StoredPrices } from './prices.ts'

export const Assignment = z.strictObject({
  siteId: Identifier,
  connector: ConnectorKey.nullable().default(null),
  fallback: z.boolean().default(false)
})

/** Prices are either by time of use (`currency`, `segments`, `fallback`) or `rules` of the full model. */
const Prices = {
  currency: PlanPrices.shape.currency.optional(),
  segments: PlanPrices.shape.segments.optional(),
  fallback: PlanPrices.shape.fallback,
  rules: TariffPrices.optional()
}

const Version = {
  name: z.string().min(1).max(80),
  priority: z.int().min(0).max(1000).default(0),
  validFrom: Instant.nullable().default(null),
  validUntil: Instant.nullable().default(null),
  fullDay: z.boolean().default(false), // The segments must cover the week even with a fallback behind them.
  ...Prices
}
export const NewTariff = z.strictObject({
  id: Identifier.optional(),
  ...Version,
  assignments: z.array(Assignment).max(200).default([])
})
export const NewVersion = z.strictObject({ ...Version, name: Version.name.optional() })

export const TariffView = z.object({
  id: z.string(),
  version: z.int(),
  kind: z.enum(['time-of-use', 'rules']),
  name: z.string(),
  priority: z.int(),
  validFrom: Instant.nullable(),
  validUntil: Instant.nullable(),
  createdAt: Instant,
  currency: PlanPrices.shape.currency,
  segments: z.array(PlanPrices.shape.segments.element).max(96), // Empty when the prices are `rules`.
  fallback: PlanPrices.shape.fallback,
  rules: TariffPrices.optional(),
  assignments: z.array(
    z.object({ siteId: z.string(), connector: z.string().nullable(), fallback: z.boolean() })
  )
})
export type TariffView = z.infer<typeof TariffView>

export const Losses = z.array(z.object({ at: z.string(), what: z.string() }))
/** A line of a price that was tried, net and gross as unrounded decimals. */
export const PricedLine = z.object({
  name: z.string(),
  kind: z.string(),
  quantity: z.string(),
  unit: z.string(),
  unitPrice: z.string(),
  taxPercent: z.string().nullable(),
  excl: z.string(),
  incl: z.string(),
  amountMinor: z.int(),
  rule: z.string()
})

export const Warnings = z.array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
export const Made = z.object({ id: z.string(), version: z.int(), warnings: Warnings })
/** Numbers of versions are 32 bits wide; a larger one is none. */
const newestVersion = 2_147_483_647
export const OneVersion = z.object({
  id: Identifier,
  version: z.coerce.number().int().min(1).max(newestVersion)
})

type Given = { readonly [Name in keyof PlanPrices]?: PlanPrices[Name] | undefined } & {
  readonly rules?: TariffPrices | undefined
}

/** @throws Problem 422 `tariff-invalid` when the body states neither form, or both */
export function pricesOf({ currency, segments, fallback, rules }: Given): StoredPrices {
  if (rules && !segments && !fallback) return rules
  if (!rules && currency !== undefined && segments)
    return { currency, segments, ...(fallback ? { fallback } : {}) }
  throw problem(422, 'tariff-invalid', 'Prices are either `currency` with `segments`, or `rules`.')
}

/** Stored prices as the answer shows them. */
export const shownPrices = (
  prices: StoredPrices
): Pick<TariffView, 'kind' | 'currency' | 'segments' | 'fallback' | 'rules'> =>
  isPlan(prices)
    ? { kind: 'time-of-use', ...prices }
    : { kind: 'rules', currency: prices.currency, segments: [], rules: prices }
