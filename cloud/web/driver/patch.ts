import { type Answer, isOlder, type Patch, readLive, withConnectors } from '../kit/api/index.ts'

/** What the driver's stream changes on the driver's pages. */
export const patch: Patch = (cache, event) => {
  if (event.event === 'connectors') {
    const news = readLive(event.data)
    cache.setQueriesData<Answer<'GET /connectors'>>({ queryKey: ['GET /connectors'] }, (old) =>
      withConnectors(old, news)
    )
    for (const each of news)
      cache.setQueryData<Answer<'GET /connectors/{id}'>>(
        ['GET /connectors/{id}', { path: { id: each.id } }],
        (old) => (old && !isOlder(each.updatedAt, old.updatedAt) ? { ...old, ...each } : old)
      )
  } else if (event.event === 'sessions') {
    void cache.invalidateQueries({ queryKey: ['GET /sessions'] })
    void cache.invalidateQueries({ queryKey: ['GET /sessions/{id}'] })
  } else if (event.event === 'notifications') {
    void cache.invalidateQueries({ queryKey: ['GET /notifications'] })
  }
}
