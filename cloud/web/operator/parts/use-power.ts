import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useClient } from '../../kit/api/index.ts'
import { livePowerOf, type LivePower } from '../charts/live-power.ts'
import type { PowerRow } from '../charts/power.ts'
import { allocationKey, powerRowsKey } from '../patch.ts'

/** The last allocation of a site: asked for once, then kept fresh by the stream. */
export function useAllocation(siteId: string): LivePower | undefined {
  const client = useClient()
  const { data } = useQuery<LivePower | null>({
    queryKey: allocationKey(siteId),
    queryFn: async ({ signal }) => {
      const { allocation } = await client.call('GET /sites/{id}/allocation', { path: { id: siteId } }, signal)
      return allocation === null ? null : livePowerOf(siteId, allocation)
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false
  })
  return data ?? undefined
}

/** The last half hour as heard since the page was opened. */
export function useLiveRows(siteId: string): readonly PowerRow[] {
  return heard(useQuery<readonly PowerRow[]>({ queryKey: powerRowsKey(siteId), enabled: false })) ?? none
}

const none: readonly PowerRow[] = []

const heard = <Data>({ data }: UseQueryResult<Data>): Data | undefined => data
