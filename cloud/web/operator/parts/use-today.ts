import { type Answer, useApi } from '../../kit/api/index.ts'
import type { Money } from '../../kit/text.ts'

const askAgainMs = 15_000

export type SiteToday = Omit<Answer<'GET /sites/{id}/today'>, 'revenue'> & { readonly revenue: Money }

/** Sessions now, energy and money of the sessions begun today at a site; undefined until known. */
export function useToday({
  id,
  currency
}: {
  readonly id: string
  readonly currency: string
}): SiteToday | undefined {
  const { data } = useApi('GET /sites/{id}/today', { path: { id } }, { everyMs: askAgainMs })
  if (!data) return undefined
  const revenue = data.revenue.find((each) => each.currency === currency)
  return { ...data, revenue: revenue ?? { currency, amountMinor: 0 } }
}
