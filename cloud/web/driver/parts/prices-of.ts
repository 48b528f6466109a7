import { useApi } from '../../kit/api/use-api.ts'
import type { Prices } from '../../kit/prices.ts'

export type Offer = { readonly prices: Prices; readonly zone: string; readonly tariffId: string; readonly version: number }

/** The price list that a start on this connector would be billed by; null when none is published. */
export function useOffer(connectorId: string | undefined): Offer | null | undefined {
  const offer = useApi('GET /connectors/{id}/tariff', { path: { id: connectorId ?? '' } }, { enabled: connectorId !== undefined })
  if (offer.error?.status === 404) return null
  const plan = offer.data
  if (!plan) return undefined
  return { prices: plan, zone: plan.timeZone, tariffId: plan.tariffId, version: plan.version }
}
