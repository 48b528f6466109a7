import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed, usePages } from '../../kit/api/index.ts'
import { formatCount, formatTime, useWords } from '../../kit/text.ts'
import { Empty, Loading, Refusal, Trouble } from '../../kit/ui/index.ts'
import { Head, Sheet } from '../parts/parts.tsx'
import { useHomeZone } from '../parts/use-zones.ts'
import { DayState } from './day-state.tsx'

const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

/** Every day that was reconciled, and how it stands. */
export function Reconciliation(): ReactNode {
  const { say } = useWords()
  const days = usePages('GET /reconciliation', { query: { limit: 50 } })
  return (
    <>
      <Head title={say('nav.reconciliation')} />
      <RunDay />
      {days.error ? (
        <Trouble problem={days.error} retry={days.retry} />
      ) : days.items === undefined ? (
        <Loading lines={6} />
      ) : days.items.length === 0 ? (
        <Empty icon="checkRing" title={say('recon.none')}>
          <p>{say('recon.noneHow')}</p>
        </Empty>
      ) : (
        <>
          <Days days={days.items} />
          {days.more && (
            <Button loading={days.loadingMore} onClick={days.more}>
              {say('action.more')}
            </Button>
          )}
        </>
      )}
    </>
  )
}

function RunDay(): ReactNode {
  const { say } = useWords()
  const go = useNavigate()
  const [date, setDate] = useState(yesterday())
  const run = useDeed('POST /reconciliation/{date}', ['GET /reconciliation', 'GET /reconciliation/{date}'])
  const start = () =>
    run.mutate(
      { path: { date } },
      { onSuccess: () => void go({ to: '/operator/reconciliation/$date', params: { date } }) }
    )
  return (
    <div className="stack">
      <div className="filters">
        <Input
          type="date"
          aria-label={say('recon.date')}
          style={{ width: 170 }}
          value={date}
          onChange={({ target }) => setDate(target.value)}
        />
        <Button type="primary" loading={run.isPending} disabled={date === ''} onClick={start}>
          {say('recon.run')}
        </Button>
        <span className="quiet small">{say('recon.why')}</span>
      </div>
      <Refusal problem={run.error} />
    </div>
  )
}

type Day = {
  readonly date: string
  readonly at: string
  readonly isComplete: boolean
  readonly openBreaks: number
}

function Days({ days }: { days: readonly Day[] }): ReactNode {
  const zone = useHomeZone()
  const { say, language } = useWords()
  return (
    <Sheet
      label={say('nav.reconciliation')}
      heads={[
        { name: say('recon.date') },
        { name: say('recon.state') },
        { name: say('recon.open'), num: true },
        { name: say('recon.at') }
      ]}
    >
      <tbody>
        {days.map((day) => (
          <tr key={day.date}>
            <td className="tabular">
              <Link to="/operator/reconciliation/$date" params={{ date: day.date }}>
                {day.date}
              </Link>
            </td>
            <td>
              <DayState isComplete={day.isComplete} openBreaks={day.openBreaks} />
            </td>
            <td className="num">{formatCount(day.openBreaks, language)}</td>
            <td className="tabular">{formatTime(day.at, 'short', language, zone)}</td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}
