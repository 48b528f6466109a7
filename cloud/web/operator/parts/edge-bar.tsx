import type { ReactNode } from 'react'
import type { Answer } from '../../kit/api/client.ts'
import { useStreamState } from '../../kit/api/live.tsx'
import { useApi } from '../../kit/api/use-api.ts'
import { formatCount } from '../../kit/format.ts'
import { formatTime } from '../../kit/time.ts'
import { Icon } from '../../kit/ui/icon.tsx'
import { Pill } from '../../kit/ui/pill.tsx'
import { useWords } from '../../kit/words/index.ts'

export type Edge = Answer<'GET /edges'>['items'][number]

export const useEdges = () => useApi('GET /edges', { query: { limit: 200 } }, { everyMs: 5_000 })

/** On every page: is each edge in touch, and up to where is what it told durable here. */
export function EdgeBar(): ReactNode {
  const { say } = useWords()
  const edges = useEdges()
  const items = edges.data?.items ?? []
  const away = items.filter(({ online }) => !online)
  return (
    <div className="edge-bar" data-bad={away.length > 0} role="region" aria-label={say('edge.bar')}>
      {edges.data && items.length === 0 && <span>{say('edge.none')}</span>}
      {items.length > 4 && (
        <Pill tone={away.length > 0 ? 'wait' : 'free'} icon={away.length > 0 ? 'off' : 'link'}>
          {say('edge.many', { up: items.length - away.length, all: items.length })}
        </Pill>
      )}
      {(items.length > 4 ? away.slice(0, 4) : items).map((edge) => (
        <EdgeState key={edge.siteId} edge={edge} />
      ))}
      <LiveLight />
    </div>
  )
}

export function EdgeState({ edge }: { edge: Edge }): ReactNode {
  const { say, language } = useWords()
  const { durable, newest } = edge.facts
  const behind = Math.max(0, newest - durable)
  return (
    <span className="edge">
      <strong>{edge.siteName}</strong>
      <Pill tone={edge.online ? 'free' : 'wait'} icon={edge.online ? 'link' : 'off'}>
        {edge.online ? say('edge.inTouch') : say('edge.outOfTouch', { time: formatTime(edge.lastSeenAt, 'short', language) })}
      </Pill>
      <span>
        {behind === 0
          ? say('edge.allDurable', { count: formatCount(durable, language) })
          : say('edge.behind', { durable: formatCount(durable, language), behind: formatCount(behind, language) })}
      </span>
    </span>
  )
}

function LiveLight(): ReactNode {
  const { say } = useWords()
  const state = useStreamState()
  const tone = state === 'live' ? 'tone-free' : 'tone-wait'
  return (
    <span className={`live ${tone}`} role="status">
      <Icon name={state === 'live' ? 'bolt' : 'off'} size={15} />
      {say(`state.${state}`)}
    </span>
  )
}
