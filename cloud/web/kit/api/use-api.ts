import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult
} from '@tanstack/react-query'
import { newKey, useClient } from './audience.tsx'
import type { Answer, Ask, Call } from './client.ts'
import type { Problem } from './problem.ts'

export type Rules = {
  readonly enabled?: boolean
  readonly everyMs?: number // Asks again by itself, for what no stream tells.
  readonly keepOld?: boolean // Shows the last page while the next one loads: lists keep their place.
}

/** A read, cached under its name and its request; live events patch the same cache. */
export function useApi<Name extends Call>(
  name: Name,
  ask: Ask<Name> = {},
  rules: Rules = {}
): UseQueryResult<Answer<Name>, Problem> {
  const client = useClient()
  return useQuery<Answer<Name>, Problem>({
    queryKey: [name, ask],
    queryFn: async ({ signal }) => await client.call(name, ask, signal),
    enabled: rules.enabled ?? true,
    refetchInterval: rules.everyMs ?? false,
    ...(rules.keepOld === true ? { placeholderData: keepPreviousData } : {})
  })
}

/**
 * A deed. Each use of `mutate` carries its own Idempotency-Key unless the caller names one; what it touches is
 * asked for again afterwards.
 */
export function useDeed<Name extends Call>(
  name: Name,
  touches: readonly Call[] = []
): UseMutationResult<Answer<Name>, Problem, Ask<Name>> {
  const client = useClient()
  const cache = useQueryClient()
  return useMutation<Answer<Name>, Problem, Ask<Name>>({
    mutationFn: async (ask) => await client.call(name, { once: newKey(), ...ask }),
    onSuccess: async () => {
      await Promise.all(touches.map(async (each) => await cache.invalidateQueries({ queryKey: [each] })))
    }
  })
}
