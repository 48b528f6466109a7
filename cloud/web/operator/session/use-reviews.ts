import { useMemo } from 'react'
import { type Answer, useApi } from '../../kit/api/index.ts'

export type Review = Answer<'GET /reviews'>['items'][number]

const none: readonly Review[] = []

/** What was odd about a session, open or resolved, oldest first. */
export function useReviews(sessionId: string): readonly Review[] {
  const { data } = useApi('GET /reviews', { query: { sessionId, state: 'all', limit: 100 } })
  return useMemo(
    () => data?.items.filter((review) => review.sessionId === sessionId) ?? none,
    [data, sessionId]
  )
}
