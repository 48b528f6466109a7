import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi } from '../../kit/api/use-api.ts'
import { formatTime } from '../../kit/time.ts'
import { Asked } from '../../kit/ui/states.tsx'
import { useWords } from '../../kit/words/index.ts'
import { Card } from '../parts/parts.tsx'
import type { Session } from './session.tsx'

/** What the charger really said, for disputes; asked for only when somebody wants to see it. */
export function RawCard({ session, zone }: { session: Session; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const [open, setOpen] = useState(false)
  const raw = useApi('GET /sessions/{id}/raw', { path: { id: session.id } }, { enabled: open })
  return (
    <Card
      title={say('raw.title')}
      more={
        <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {say(open ? 'raw.hide' : 'raw.show')}
        </Button>
      }
    >
      {!open ? (
        <p className="quiet">{say('raw.why')}</p>
      ) : (
        <Asked of={raw}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="quiet">{say('raw.none')}</p>
            ) : (
              <ul className="stack">
                {items.map((message) => (
                  <li key={`${message.at} ${message.action}`}>
                    <div className="row">
                      <strong>{message.action}</strong>
                      <span className="quiet small">{formatTime(message.at, 'second', language, zone)}</span>
                    </div>
                    <pre className="raw">{message.raw}</pre>
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      )}
    </Card>
  )
}
