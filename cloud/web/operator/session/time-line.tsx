import type { ReactNode } from 'react'
import { useApi, useBill } from '../../kit/api/index.ts'
import { formatCurrent, formatMoney, formatTime, useWords, wordFor, type Language } from '../../kit/text.ts'
import { Icon, type IconName, type Tone } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import type { Session } from './types.ts'
import { stepsOf, type Step } from './steps.ts'
import { useReviews } from './use-reviews.ts'
import { doubtText } from '../reviews/doubt-text.ts'

const looks: Readonly<Record<Step['kind'], { readonly tone: Tone; readonly icon: IconName }>> = {
  requested: { tone: 'wait', icon: 'user' },
  held: { tone: 'wait', icon: 'lock' },
  ordered: { tone: 'wait', icon: 'send' },
  started: { tone: 'busy', icon: 'bolt' },
  limit: { tone: 'wait', icon: 'gauge' },
  ended: { tone: 'free', icon: 'stop' },
  billed: { tone: 'free', icon: 'receipt' },
  failed: { tone: 'fault', icon: 'cross' },
  review: { tone: 'wait', icon: 'eye' },
  resolved: { tone: 'free', icon: 'check' }
}

/** What happened, in order, on the site's clock. */
export function TimeLineCard({ session, zone }: { session: Session; zone: string | undefined }): ReactNode {
  const { say } = useWords()
  const payments = useApi('GET /payments', { query: { sessionId: session.id } })
  const reviews = useReviews(session.id)
  const { bill } = useBill(session.id)
  const samples = useApi('GET /sessions/{id}/readings', { path: { id: session.id } })
  const commands = useApi('GET /chargers/{id}/commands', {
    path: { id: session.chargerId },
    query: { limit: 200 }
  })
  const steps = stepsOf({
    session,
    payments: payments.data?.items ?? [],
    samples: samples.data?.items ?? [],
    commands: commands.data?.items ?? [],
    reviews,
    bill: bill ?? null
  })
  return (
    <Card title={say('line.title')}>
      {steps.length === 0 ? (
        <p className="quiet">{say('line.none')}</p>
      ) : (
        <ol className="line">
          {steps.map((step) => (
            <Item key={`${step.at} ${step.kind} ${step.detail ?? ''}`} step={step} zone={zone} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function Item({ step, zone }: { step: Step; zone: string | undefined }): ReactNode {
  const { language } = useWords()
  const look = looks[step.kind]
  return (
    <li>
      <time dateTime={step.at}>{formatTime(step.at, 'second', language, zone)}</time>
      <span className="dot" data-tone={look.tone}>
        <Icon name={look.icon} size={13} />
      </span>
      <div>
        <strong>{wordFor('step', step.kind)}</strong>
        {step.money && <span> {formatMoney(step.money, language)}</span>}
        {step.milliA !== undefined && <span> {formatCurrent(step.milliA, language)}</span>}
        <div className="small quiet">
          {[codeWord(step), detailOf(step, language)].filter((each) => each !== '').join(' · ')}
        </div>
      </div>
    </li>
  )
}

/** What people or chargers wrote stays; what edge or cloud say of it is in the reader's language. */
function detailOf({ kind, code = '', detail = '' }: Step, language: Language): string {
  if (kind === 'review') return doubtText(detail, language)
  return kind === 'failed' && failureWord(code) !== '' ? '' : detail
}

/** In words of ours where the language has them; else the cloud's own sentence stands beside it. */
const failureWord = (code: string): string => {
  const ours = wordFor('failure', code)
  return ours === code ? '' : ours
}

function codeWord({ kind, code = '' }: Step): string {
  if (code === '') return ''
  if (kind === 'ordered') return wordFor('order', code)
  if (kind === 'failed') return failureWord(code)
  if (kind === 'ended') return wordFor('stopReason', code)
  return kind === 'review' ? wordFor('reviewReason', code) : wordFor('payment', code)
}
