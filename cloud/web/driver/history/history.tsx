import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatEnergy, formatMoney, useWords } from '../../kit/text.ts'
import { Asked, Empty, StatePill } from '../../kit/ui/index.ts'
import { Reservations } from '../reserve/mine.tsx'
import { connectorName } from '../parts/sites.ts'
import { timeThere } from '../parts/time-there.ts'
import { useZones } from '../parts/use-zones.ts'
import type { Session } from '../session/types.ts'

const isRunning = ({ status }: Session): boolean =>
  status === 'pending' || status === 'started' || status === 'suspended'

/** My sessions: what runs now on top, then the receipts. */
export function History(): ReactNode {
  const { say } = useWords()
  const sessions = useApi('GET /sessions', { query: { limit: 100 } })
  return (
    <>
      <h1>{say('driver.sessions')}</h1>
      <Reservations />
      <Asked of={sessions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="receipt" title={say('driver.noHistory')}>
              <p>{say('driver.noHistoryHow')}</p>
              <Link to="/driver" className="btn" data-kind="main">
                {say('driver.findOne')}
              </Link>
            </Empty>
          ) : (
            <>
              <Group title={say('driver.now')} sessions={items.filter(isRunning)} />
              <Group title={say('driver.before')} sessions={items.filter((each) => !isRunning(each))} />
            </>
          )
        }
      </Asked>
    </>
  )
}

function Group({ title, sessions }: { title: string; sessions: readonly Session[] }): ReactNode {
  const { language } = useWords()
  const zoneOf = useZones()
  if (sessions.length === 0) return null
  return (
    <section className="stack">
      <h2>{title}</h2>
      <div className="card">
        {sessions.map((session) => (
          <Link
            key={session.id}
            to="/driver/sessions/$sessionId"
            params={{ sessionId: session.id }}
            className="h-row"
          >
            <strong>{connectorName(session.connectorId)}</strong>
            <strong>{formatMoney(session.cost, language)}</strong>
            <span className="quiet small">
              {timeThere(session.startedAt, 'short', language, zoneOf(session.siteId))} ·{' '}
              {formatEnergy(session.energyWh, language)}
            </span>
            <StatePill family="session" state={session.status} />
          </Link>
        ))}
      </div>
    </section>
  )
}
