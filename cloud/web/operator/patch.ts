import type { QueryClient } from '@tanstack/react-query'
import { type Answer, type Call, type Patch, readLive, withConnectors } from '../kit/api/index.ts'
import { withRow, type PowerRow } from './charts/power.ts'
import { readPower, type LivePower } from './charts/live-power.ts'

export const powerRowsKey = (siteId: string) => ['live power', siteId]
export const allocationKey = (siteId: string) => ['live allocation', siteId]

/** What a topic of the stream changes. Lists are patched in place; what only names a change is asked for again. */
export const patch: Patch = (cache, { event, data }) => {
  if (event === 'connectors') patchConnectors(cache, data)
  else if (event === 'power') patchPower(cache, data)
  else for (const call of askedAgain[event] ?? []) soon(cache, call)
}

const askedAgain: Readonly<Record<string, readonly Call[]>> = {
  sessions: ['GET /sessions', 'GET /sessions/{id}', 'GET /reviews'],
  alarms: ['GET /alarms'],
  edges: ['GET /edges'],
  unclaimed: ['GET /unclaimed']
}

function patchConnectors(cache: QueryClient, data: string): void {
  const news = readLive(data)
  cache.setQueriesData<Answer<'GET /connectors'>>({ queryKey: ['GET /connectors'] }, (old) =>
    withConnectors(old, news)
  )
}

function patchPower(cache: QueryClient, data: string): void {
  if (isPicture(data)) return soon(cache, 'GET /sites/{id}/power/picture')
  const live = readPower(data)
  if (!live) return
  cache.setQueryData<LivePower>(allocationKey(live.siteId), live)
  cache.setQueryData<readonly PowerRow[]>(powerRowsKey(live.siteId), (rows) => withRow(rows ?? [], live.row))
}

const pauseMs = 1_000 // A burst of events (twelve cars at once) asks once, not twelve times.
const waiting = new Set<Call>()

function soon(cache: QueryClient, call: Call): void {
  if (waiting.has(call)) return
  waiting.add(call)
  setTimeout(() => {
    waiting.delete(call)
    void cache.invalidateQueries({ queryKey: [call] })
  }, pauseMs)
}

/** The picture itself is too large for everybody's line: the topic says that there is a new one. */
const isPicture = (data: string): boolean => {
  const read: unknown = JSON.parse(data)
  return typeof read === 'object' && read !== null && 'pictureAt' in read
}
