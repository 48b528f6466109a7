import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Note, Refusal } from '../../kit/ui/index.ts'

type Message = Answer<'GET /notifications'>['items'][number]
const everyMs = 30_000 // The stream tells at once; this heals what it missed.
const most = 3

/** What somebody has to do something about; what only tells is found on its own page. */
const wantsSomething: ReadonlySet<string> = new Set([
  'idle-soon',
  'idle-begun',
  'payment-owed',
  'confirmation-wanted',
  'payment-action'
])

/** Of one session the newest word on idling stands for those before it. */
function grouped(messages: readonly Message[]): readonly (readonly [Message, ...Message[]])[] {
  const groups = Map.groupBy(messages, (each) =>
    isIdle(each) ? `idle ${each.facts['sessionId'] ?? each.id}` : each.id
  )
  return [...groups.values()].flatMap(([first, ...rest]) => (first ? [[first, ...rest] as const] : []))
}

const isIdle = ({ kind }: Message): boolean => kind.startsWith('idle-')

/** Unread messages that ask for something, on top of every page until they are understood. */
export function News(): ReactNode {
  const { say, language } = useWords()
  const { data } = useApi(
    'GET /notifications',
    { query: { lang: language, unread: 'true', limit: 50 } },
    { everyMs }
  )
  const shown = grouped((data?.items ?? []).filter(({ kind }) => wantsSomething.has(kind))).slice(0, most)
  if (shown.length === 0) return null
  return (
    <section className="news" aria-label={say('news.title')} aria-live="polite">
      {shown.map((messages) =>
        isIdle(messages[0]) ? (
          <WhileIdle key={messages[0].id} messages={messages} />
        ) : (
          <One key={messages[0].id} messages={messages} />
        )
      )}
    </section>
  )
}

type Props = { readonly messages: readonly [Message, ...Message[]] }

/** Of a car that has left, or takes energy again, nothing is said any more. */
function WhileIdle({ messages }: Props): ReactNode {
  const id = messages[0].facts['sessionId'] ?? ''
  const { data } = useApi('GET /sessions/{id}/idle', { path: { id } }, { everyMs, enabled: id !== '' })
  return data?.idle ? <One messages={messages} /> : null
}

function One({ messages }: Props): ReactNode {
  const { say } = useWords()
  const [message] = messages
  const deed = useDeed('POST /notifications/{id}/read', ['GET /notifications'])
  const sessionId = message.facts['sessionId']
  const understood = () => {
    for (const { id } of messages) deed.mutate({ path: { id } })
  }
  return (
    <Note tone="wait" icon={isIdle(message) ? 'clock' : 'card'}>
      <strong>{message.title}</strong>
      <p className="small">{message.text}</p>
      <div className="row">
        {isIdle(message) && sessionId !== undefined && (
          <Link to="/driver/sessions/$sessionId" params={{ sessionId }} className="btn" data-size="small">
            {say('news.show')}
          </Link>
        )}
        <button
          type="button"
          className="btn"
          data-size="small"
          disabled={deed.isPending}
          onClick={understood}
        >
          {say('news.done')}
        </button>
      </div>
      <Refusal problem={deed.error} />
    </Note>
  )
}
