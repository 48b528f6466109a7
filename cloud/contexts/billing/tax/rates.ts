import { z } from 'zod'
import ids from './eu-vat-ids.json' with { type: 'json' }
import table from './rates.json' with { type: 'json' }

/** What a line is to a tax office; all that is neither electricity nor asked for apart is service. */
export type Component = 'electricity' | 'service'
export type Place = { readonly country: string; readonly region: string | null }

const Rate = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/),
  region: z.string().optional(),
  component: z.enum(['electricity', 'service']).optional(), // Left out: for both.
  name: z.string(),
  percent: z.string().regex(/^\d{1,2}(\.\d{1,3})?$/),
  validFrom: z.iso.date(),
  source: z.string().min(10), // Where it can be looked up, by whoever doubts it.
  seen: z.iso.date() // When it was last looked up there.
})
export type Rate = z.infer<typeof Rate>

/** Standard rates by country and date, each with its source: `rates.json`. */
export const rates: readonly Rate[] = z.array(Rate).parse(table)

/**
 * The rate in force on a day at a place. The region's own row goes before the country's, the component's before
 * the one for all; of these the latest.
 * @param day local day, `2026-03-01`
 */
export function rateAt({ country, region }: Place, component: Component, day: string): Rate | undefined {
  const found = rates.filter(
    (rate) =>
      rate.country === country &&
      (rate.region ?? region) === region &&
      (rate.component ?? component) === component &&
      rate.validFrom <= day
  )
  const weight = (rate: Rate): string =>
    `${rate.region === undefined ? 0 : 1}${rate.component === undefined ? 0 : 1}${rate.validFrom}`
  return found.toSorted((a, b) => (weight(a) < weight(b) ? 1 : -1))[0]
}

const patterns = new Map(
  Object.entries(ids.patterns).map(([country, text]) => [country, new RegExp(`^${text}$`)])
)
const prefixes: Readonly<Record<string, string>> = { EL: 'GR' } // Greece writes EL before its numbers.

/** Country of a European VAT number that is well formed; whether it is in force only VIES knows. */
export function vatIdCountry(taxId: string): string | undefined {
  const prefix = taxId.slice(0, 2)
  const country = prefixes[prefix] ?? (prefix === 'GR' ? '' : prefix)
  return patterns.get(country)?.test(taxId.slice(2)) === true ? country : undefined
}

export const isEuropean = (country: string): boolean => patterns.has(country)
