import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { LivePower } from '../charts/live-power.ts'
import type { PowerRow } from '../charts/power.ts'
import { allocationKey, powerRowsKey } from '../patch.ts'

/** Filled by the stream only: the last allocation of a site, undefined until one was heard. */
export function useAllocation(siteId: string): LivePower | undefined {
  return heard<LivePower>(useQuery<LivePower>({ queryKey: allocationKey(siteId), enabled: false }))
}

/** The last half hour as heard since the page was opened. */
export function useLiveRows(siteId: string): readonly PowerRow[] {
  return heard(useQuery<readonly PowerRow[]>({ queryKey: powerRowsKey(siteId), enabled: false })) ?? none
}

const none: readonly PowerRow[] = []

const heard = <Data>({ data }: UseQueryResult<Data>): Data | undefined => data
