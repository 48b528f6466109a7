import { useApi } from '../../kit/api/index.ts'

/** The time zone of each site by its id, for tables over several sites. */
export function useZones(): (siteId: string) => string | undefined {
  const { data } = useApi('GET /sites', { query: { limit: 200 } })
  return (siteId) => data?.items.find(({ id }) => id === siteId)?.timeZone
}

/** The name of each site by its id; the id itself until it is known. */
export function useSiteNames(): (siteId: string) => string {
  const { data } = useApi('GET /sites', { query: { limit: 200 } })
  return (siteId) => data?.items.find(({ id }) => id === siteId)?.name ?? siteId
}

/** The zone of the first site: for what belongs to no site, such as a coupon or a collective invoice. */
export function useHomeZone(): string | undefined {
  const { data } = useApi('GET /sites', { query: { limit: 200 } })
  return data?.items[0]?.timeZone
}
