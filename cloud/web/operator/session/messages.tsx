import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { usePages } from '../../kit/api/index.ts'
import { formatTime, useWords } from '../../kit/text.ts'
import { Empty, Loading, Trouble } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import type { Session } from './types.ts'

type Props = { readonly session: Session; readonly zone: string | undefined }

/** What the charger itself sent, letter by letter: closed until somebody disputes something. */
export function MessagesCard({ session, zone }: Props): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <Card
      title={say('messages.title')}
      more={
        <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {say(open ? 'messages.hide' : 'messages.show')}
        </Button>
      }
    >
      {open ? <Messages session={session} zone={zone} /> : <p className="quiet">{say('messages.why')}</p>}
    </Card>
  )
}

function Messages({ session, zone }: Props): ReactNode {
  const { say, language } = useWords()
  const pages = usePages('GET /sessions/{id}/messages', { path: { id: session.id }, query: { limit: 50 } })
  if (pages.error) return <Trouble problem={pages.error} retry={pages.retry} />
  if (!pages.items) return <Loading lines={2} />
  if (pages.items.length === 0) return <Empty icon="raw" title={say('messages.none')} />
  return (
    <>
      <ol className="stack">
        {pages.items.map(({ at, action, raw }, index) => (
          <li key={`${index} ${at}`}>
            <div className="spread small">
              <strong>{action}</strong>
              <time className="quiet" dateTime={at}>
                {formatTime(at, 'second', language, zone)}
              </time>
            </div>
            <pre className="raw wrap">{raw}</pre>
          </li>
        ))}
      </ol>
      {pages.more && (
        <Button loading={pages.loadingMore} onClick={pages.more}>
          {say('action.more')}
        </Button>
      )}
    </>
  )
}
