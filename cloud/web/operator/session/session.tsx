import type { ReactNode } from 'react'
import { useApi, useNow, useParam } from '../../kit/api/index.ts'
import {
  energyParts,
  formatDuration,
  formatEnergy,
  formatMoney,
  formatTime,
  lengthMs,
  useWords,
  wordFor,
  zoneNote
} from '../../kit/text.ts'
import { Asked, Figure, StatePill } from '../../kit/ui/index.ts'
import { Head } from '../parts/parts.tsx'
import { BillCard } from './bill.tsx'
import { CurveCard } from './curve.tsx'
import { EntriesCard, PaymentsCard } from './money.tsx'
import { MessagesCard } from './messages.tsx'
import { ReviewCard, StopButton } from './review.tsx'
import { TimeLineCard } from './time-line.tsx'
import type { Session } from './types.ts'

/** Is this bill right: what happened, what the meter said, how each line came about, where the money went. */
export function SessionPage(): ReactNode {
  const sessionId = useParam('sessionId')
  const session = useApi('GET /sessions/{id}', { path: { id: sessionId } })
  return <Asked of={session}>{(found) => <Whole session={found} />}</Asked>
}

function Whole({ session }: { session: Session }): ReactNode {
  const { say } = useWords()
  const site = useApi('GET /sites/{id}', { path: { id: session.siteId } })
  const zone = site.data?.timeZone
  return (
    <>
      <Head
        title={
          <span className="row">
            {say('session.title', { connector: session.connectorId })}
            <StatePill family="session" state={session.status} />
          </span>
        }
        up={{ to: '/operator/sessions', name: say('nav.sessions') }}
      >
        <StopButton session={session} />
      </Head>
      <ReviewCard session={session} />
      <Numbers session={session} zone={zone} />
      <CurveCard session={session} zone={zone} />
      <div className="two">
        <div className="stack">
          <BillCard session={session} />
          <EntriesCard session={session} zone={zone} />
          <MessagesCard session={session} zone={zone} />
        </div>
        <div className="stack">
          <TimeLineCard session={session} zone={zone} />
          <PaymentsCard session={session} zone={zone} />
        </div>
      </div>
    </>
  )
}

function Numbers({ session, zone }: { session: Session; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const now = useNow(5_000)
  const { startedAt, endedAt } = session
  const meter = [session.meterStartWh, session.meterStopWh]
    .map((each) => formatEnergy(each, language))
    .join(' → ')
  return (
    <section className="card" aria-label={say('session.numbers')}>
      <dl className="figures in">
        <Figure
          name={say('word.cost')}
          shown={{ value: formatMoney(session.cost, language), unit: '' }}
          under={session.provisional ? say('state.provisional') : undefined}
        />
        <Figure name={say('word.energy')} shown={energyParts(session.energyWh, language)} under={meter} />
        <Figure
          name={say('word.time')}
          shown={{
            value: startedAt === null ? '–' : formatDuration(lengthMs(startedAt, endedAt, now), language),
            unit: ''
          }}
          under={zoneNote(zone, now)}
        />
        <Figure
          name={say('sessions.started')}
          shown={{ value: formatTime(startedAt, 'second', language, zone), unit: '' }}
          under={formatTime(startedAt, 'day', language, zone)}
        />
        <Figure
          name={say('sessions.endedAt')}
          shown={{ value: formatTime(endedAt, 'second', language, zone), unit: '' }}
          under={session.stopReason === null ? undefined : wordFor('stopReason', session.stopReason)}
        />
        <Figure
          name={say('sessions.token')}
          shown={{ value: session.tokenUid ?? '–', unit: '' }}
          under={
            session.tariffId === null
              ? undefined
              : say('session.tariff', { tariff: session.tariffId, version: session.tariffVersion ?? '–' })
          }
        />
      </dl>
    </section>
  )
}
