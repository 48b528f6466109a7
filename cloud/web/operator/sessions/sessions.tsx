import { Link } from '@tanstack/react-router'
import { Button, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useNow, usePages } from '../../kit/api/index.ts'
import {
  formatDuration,
  formatEnergy,
  formatMoney,
  formatTime,
  lengthMs,
  useWords,
  wordFor
} from '../../kit/text.ts'
import { Empty, Loading, StatePill, Trouble } from '../../kit/ui/index.ts'
import { Head, Sheet } from '../parts/parts.tsx'
import { useZones } from '../parts/use-zones.ts'

type Session = Answer<'GET /sessions'>['items'][number]

const states = ['pending', 'started', 'suspended', 'ended', 'failed', 'review'] as const

/** Every session, newest first, by state and charger. */
export function Sessions(): ReactNode {
  const { say } = useWords()
  const [status, setStatus] = useState<(typeof states)[number] | undefined>()
  const [chargerId, setChargerId] = useState('')
  const sessions = usePages('GET /sessions', {
    query: { limit: 50, status, chargerId: chargerId || undefined }
  })
  return (
    <>
      <Head title={say('nav.sessions')} />
      <div className="filters">
        <Select
          allowClear
          aria-label={say('sessions.byState')}
          placeholder={say('sessions.byState')}
          style={{ minWidth: 170 }}
          value={status}
          onChange={setStatus}
          options={states.map((each) => ({ value: each, label: wordFor('session', each) }))}
        />
        <Input.Search
          allowClear
          aria-label={say('sessions.byCharger')}
          placeholder={say('sessions.byCharger')}
          style={{ width: 220 }}
          onSearch={(text) => setChargerId(text.trim())}
        />
      </div>
      {sessions.error ? (
        <Trouble problem={sessions.error} retry={sessions.retry} />
      ) : sessions.items === undefined ? (
        <Loading lines={8} />
      ) : sessions.items.length === 0 ? (
        <Empty icon="receipt" title={say('sessions.none')}>
          <p>{say('sessions.noneHow')}</p>
        </Empty>
      ) : (
        <>
          <Rows sessions={sessions.items} />
          {sessions.more && (
            <Button loading={sessions.loadingMore} onClick={sessions.more}>
              {say('action.more')}
            </Button>
          )}
        </>
      )}
    </>
  )
}

function Rows({ sessions }: { sessions: readonly Session[] }): ReactNode {
  const { say } = useWords()
  const zones = useZones()
  return (
    <Sheet
      label={say('nav.sessions')}
      heads={[
        { name: say('sessions.started') },
        { name: say('sessions.where') },
        { name: say('sessions.token') },
        { name: say('sessions.state') },
        { name: say('word.energy'), num: true },
        { name: say('word.time'), num: true },
        { name: say('word.cost'), num: true },
        { name: say('sessions.ended') }
      ]}
    >
      <tbody>
        {sessions.map((session) => (
          <Row key={session.id} session={session} zone={zones(session.siteId)} />
        ))}
      </tbody>
    </Sheet>
  )
}

function Row({ session, zone }: { session: Session; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const now = useNow(5_000)
  const { startedAt, endedAt } = session
  return (
    <tr>
      <td>
        <Link to="/operator/sessions/$sessionId" params={{ sessionId: session.id }}>
          {startedAt === null ? session.id.slice(0, 8) : formatTime(startedAt, 'short', language, zone)}
        </Link>
      </td>
      <td>{session.connectorId}</td>
      <td className="mono">{session.tokenUid ?? '–'}</td>
      <td>
        <StatePill family="session" state={session.status} />
      </td>
      <td className="num">{formatEnergy(session.energyWh, language)}</td>
      <td className="num">
        {startedAt === null ? '–' : formatDuration(lengthMs(startedAt, endedAt, now), language)}
      </td>
      <td className="num">
        {formatMoney(session.cost, language)}
        {session.provisional && session.cost && <div className="quiet small">{say('state.provisional')}</div>}
      </td>
      <td>{session.stopReason === null ? '' : wordFor('stopReason', session.stopReason)}</td>
    </tr>
  )
}
