import type { ReactNode } from 'react'
import type { Answer } from '../../kit/api/client.ts'
import { useApi } from '../../kit/api/use-api.ts'
import { formatTime } from '../../kit/time.ts'
import type { Tone } from '../../kit/tones.ts'
import { Icon, type IconName } from '../../kit/ui/icon.tsx'
import { Asked } from '../../kit/ui/states.tsx'
import { useWords, wordFor } from '../../kit/words/index.ts'
import { Card } from '../parts/parts.tsx'
import type { Session } from './session.tsx'

type Step = Answer<'GET /sessions/{id}/timeline'>['items'][number]

const looks: Readonly<Record<string, { readonly tone: Tone; readonly icon: IconName }>> = {
  requested: { tone: 'wait', icon: 'user' },
  held: { tone: 'wait', icon: 'lock' },
  started: { tone: 'busy', icon: 'bolt' },
  suspended: { tone: 'wait', icon: 'pause' },
  resumed: { tone: 'busy', icon: 'bolt' },
  limit: { tone: 'off', icon: 'gauge' },
  ended: { tone: 'free', icon: 'stop' },
  billed: { tone: 'free', icon: 'receipt' },
  failed: { tone: 'fault', icon: 'cross' },
  review: { tone: 'wait', icon: 'eye' }
}

/** What happened, in order, on the site's clock. */
export function TimeLineCard({ session, zone }: { session: Session; zone: string | undefined }): ReactNode {
  const { say } = useWords()
  const steps = useApi('GET /sessions/{id}/timeline', { path: { id: session.id } })
  return (
    <Card title={say('line.title')}>
      <Asked of={steps}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{say('line.none')}</p>
          ) : (
            <ol className="line">
              {items.map((step) => (
                <Item key={`${step.at} ${step.kind} ${step.detail}`} step={step} zone={zone} />
              ))}
            </ol>
          )
        }
      </Asked>
    </Card>
  )
}

function Item({ step, zone }: { step: Step; zone: string | undefined }): ReactNode {
  const { language } = useWords()
  const look = looks[step.kind] ?? { tone: 'off' as const, icon: 'clock' as const }
  return (
    <li>
      <time dateTime={step.at}>{formatTime(step.at, 'second', language, zone)}</time>
      <span className="dot" data-tone={look.tone}>
        <Icon name={look.icon} size={13} />
      </span>
      <div>
        <strong>{wordFor('step', step.kind)}</strong>
        {step.detail !== '' && <div className="small quiet">{step.detail}</div>}
      </div>
    </li>
  )
}
