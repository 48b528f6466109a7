import { useApi, useNow } from '../../kit/api/index.ts'
import type { Prices } from '../../kit/prices.ts'
import { offerOf } from './offer.ts'

export type Offer = { readonly prices: Prices; readonly zone: string }

/** The price list that a start would be billed by; null when none is published, undefined while it is asked for. */
export function useOffer(siteId: string | undefined, connector: string | null): Offer | null | undefined {
  const tariffs = useApi('GET /tariffs', { query: { limit: 200 } }, { enabled: siteId !== undefined })
  const site = useApi('GET /sites/{id}', { path: { id: siteId ?? '' } }, { enabled: siteId !== undefined })
  const now = useNow(30_000)
  if (!tariffs.data || !site.data || siteId === undefined) return undefined
  const found = offerOf(tariffs.data.items, { siteId, connector, now })
  return found ? { prices: found, zone: site.data.timeZone } : null
}
