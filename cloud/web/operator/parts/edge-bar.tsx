import type { ReactNode } from 'react'
import { type Answer, useApi, useStreamState } from '../../kit/api/index.ts'
import { formatCount, formatTime, type Language, type Say, useWords } from '../../kit/text.ts'
import { Icon, Pill } from '../../kit/ui/index.ts'
import { useSiteNames } from './use-zones.ts'

export type Edge = Answer<'GET /edges'>['items'][number]

export const useEdges = () => useApi('GET /edges', {}, { everyMs: 10_000 })

/** On every page: is each edge in touch, and up to where is what it told durable here. */
export function EdgeBar(): ReactNode {
  const { say } = useWords()
  const edges = useEdges()
  const names = useSiteNames()
  const items = edges.data?.items ?? []
  const away = items.filter(({ inTouch }) => !inTouch)
  return (
    <div className="edge-bar" data-bad={away.length > 0} role="region" aria-label={say('edge.bar')}>
      {edges.data && items.length === 0 && <span>{say('edge.none')}</span>}
      {items.length > 4 && (
        <Pill tone={away.length > 0 ? 'wait' : 'free'} icon={away.length > 0 ? 'off' : 'link'}>
          {say('edge.many', { up: items.length - away.length, all: items.length })}
        </Pill>
      )}
      {(items.length > 4 ? away.slice(0, 4) : items).map((edge) => (
        <EdgeState key={edge.siteId} edge={edge} name={names(edge.siteId)} />
      ))}
      <LiveLight />
    </div>
  )
}

function EdgeState({ edge, name }: { edge: Edge; name: string }): ReactNode {
  const { say, language } = useWords()
  const facts = edge.outbox?.facts
  const behind = facts ? Math.max(0, facts.last - facts.durable) : 0
  return (
    <span className="edge">
      <strong>{name}</strong>
      <Pill tone={edge.inTouch ? 'free' : 'wait'} icon={edge.inTouch ? 'link' : 'off'}>
        {touchWord(say, edge, language)}
      </Pill>
      {facts && (
        <span>
          {behind === 0
            ? say('edge.allDurable', { count: formatCount(facts.durable, language) })
            : say('edge.behind', {
                durable: formatCount(facts.durable, language),
                behind: formatCount(behind, language)
              })}
        </span>
      )}
    </span>
  )
}

function touchWord(say: Say, edge: Edge, language: Language): string {
  if (edge.inTouch) return say('edge.inTouch')
  if (edge.seenAt === null) return say('edge.never')
  return say('edge.outOfTouch', { time: formatTime(edge.seenAt, 'short', language) })
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
