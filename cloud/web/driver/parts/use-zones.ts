import { useApi } from '../../kit/api/index.ts'

/** The time zone of each site by its id: a time at a charger is one of its wall clock. */
export function useZones(): (siteId: string) => string | undefined {
  const { data } = useApi('GET /sites', { query: { limit: 200 } })
  return (siteId) => data?.items.find(({ id }) => id === siteId)?.timeZone
}
