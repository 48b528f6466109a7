import { useQuery } from '@tanstack/react-query'
import { useClient } from '../../kit/api/index.ts'

/** The address of a style with tiles, when the operator of this cloud has set one; null: our own outline. */
export function useMapStyle(): string | null {
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['about'],
    queryFn: async ({ signal }) => await client.call('GET /about', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false
  })
  return data?.map.styleUrl ?? null
}
