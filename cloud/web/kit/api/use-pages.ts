import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useClient } from './audience.tsx'
import type { Answer, Ask, Call } from './client.ts'
import type { Problem } from './problem.ts'

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }
type ListCall = { [Name in Call]: Answer<Name> extends Page<unknown> ? Name : never }[Call]
type ItemOf<Name extends ListCall> = Answer<Name> extends Page<infer Item> ? Item : never

export type Pages<Item> = {
  readonly items: readonly Item[] | undefined
  readonly error: Problem | null
  readonly more: (() => void) | null
  readonly loadingMore: boolean
  readonly retry: () => void
}

/** A long list page by page; what is shown stays in place while more comes. */
export function usePages<Name extends ListCall>(name: Name, ask: Ask<Name>): Pages<ItemOf<Name>> {
  const client = useClient()
  const asked = useInfiniteQuery<Page<ItemOf<Name>>, Problem>({
    queryKey: [name, 'pages', ask],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = typeof pageParam === 'string' ? pageParam : undefined
      const answer = await client.call(name, withCursor(ask, cursor), signal)
      return answer as unknown as Page<ItemOf<Name>> // What ListCall promises, the compiler cannot see through the union.
    },
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData
  })
  return {
    items: asked.data?.pages.flatMap(({ items }) => items),
    error: asked.error,
    more: asked.hasNextPage ? () => void asked.fetchNextPage() : null,
    loadingMore: asked.isFetchingNextPage,
    retry: () => void asked.refetch()
  }
}

/** Every list takes a cursor; the compiler does not see it through the union of all calls. */
const withCursor = <Name extends ListCall>(ask: Ask<Name>, cursor: string | undefined): Ask<Name> =>
  cursor === undefined ? ask : ({ ...ask, query: { ...ask.query, cursor } } as Ask<Name>)
