import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Answer } from '../../kit/api/index.ts'
import { formatTime, timesIn, useWords, wordFor } from '../../kit/text.ts'
import { Empty, StatePill } from '../../kit/ui/index.ts'
import { useZones } from '../parts/use-zones.ts'
import { alarmText } from './alarm-text.ts'

export type Alarm = Answer<'GET /alarms'>['items'][number]

const rank: Readonly<Record<string, number>> = { urgent: 0, warning: 1, info: 2 }

/** Urgent first, then by age; each with what to do. */
export function AlarmList({ alarms }: { alarms: readonly Alarm[] }): ReactNode {
  const { say, language } = useWords()
  const zoneOf = useZones()
  if (alarms.length === 0)
    return (
      <Empty icon="check" title={say('alarm.none')}>
        <p>{say('alarm.noneWhy')}</p>
      </Empty>
    )
  const sorted = alarms.toSorted(
    (a, b) =>
      (rank[a.severity] ?? 3) - (rank[b.severity] ?? 3) || Date.parse(b.raisedAt) - Date.parse(a.raisedAt)
  )
  return (
    <ul>
      {sorted.map((alarm) => (
        <li key={alarm.id} className="alarm">
          <StatePill family="severity" state={alarm.severity} />
          <div>
            <strong>{wordFor('alarmCode', alarm.code)}</strong> <span className="quiet">{alarm.subject}</span>
            <div className="small">
              {timesIn(alarmText(alarm.detail, language), language, zoneOf(alarm.siteId))}
            </div>
            {alarm.advice !== '' && <div className="small quiet">{alarmText(alarm.advice, language)}</div>}
            {alarm.sessionId !== null && (
              <Link
                className="small"
                to="/operator/sessions/$sessionId"
                params={{ sessionId: alarm.sessionId }}
              >
                {say('alarm.session')}
              </Link>
            )}
          </div>
          <time className="quiet small" dateTime={alarm.raisedAt}>
            {formatTime(alarm.raisedAt, 'short', language, zoneOf(alarm.siteId))}
            {alarm.clearedAt !== null && (
              <>
                <br />
                {say('alarm.cleared', {
                  time: formatTime(alarm.clearedAt, 'short', language, zoneOf(alarm.siteId))
                })}
              </>
            )}
          </time>
        </li>
      ))}
    </ul>
  )
}
