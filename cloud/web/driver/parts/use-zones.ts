import { useApi } from '../../kit/api/index.ts'
import type { Zone } from './time-there.ts'

/** The time zone of each site by its id: a time at a charger is one of its wall clock. null while it is on its way. */
export function useZones(): (siteId: string) => Zone {
  const { data } = useApi('GET /sites', { query: { limit: 200 } })
  return (siteId) => (data ? data.items.find(({ id }) => id === siteId)?.timeZone : null)
}
