import { useMemo } from 'react'
import { useApi, useNow } from '../../kit/api/index.ts'
import { todayOf, type Today } from './today.ts'

const mostSessions = 500 // A page of the list; a site with more sessions a day is said to have "at least" these.
const askAgainMs = 30_000

export type SiteToday = Today & { readonly atLeast: boolean }

/** Sessions now, energy and money of the sessions begun today at a site; undefined until known. */
export function useToday(site: {
  readonly id: string
  readonly timeZone: string
  readonly currency: string
}): SiteToday | undefined {
  const { id, timeZone, currency } = site
  const { data } = useApi(
    'GET /sessions',
    { query: { siteId: id, limit: mostSessions } },
    { everyMs: askAgainMs }
  )
  const now = useNow(60_000)
  return useMemo(
    () =>
      data && {
        ...todayOf(data.items, { zone: timeZone, currency, now }),
        atLeast: data.nextCursor !== null
      },
    [data, timeZone, currency, now]
  )
}
