import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed, usePages } from '../../kit/api/index.ts'
import { pointed } from '../../kit/minor.ts'
import { formatTime, useWords, wordFor } from '../../kit/text.ts'
import { Empty, Loading, Refusal, StatePill, Trouble } from '../../kit/ui/index.ts'
import { Card, Head, Sheet } from '../parts/parts.tsx'
import { periods } from './plan-form.tsx'
import { Plans } from './plans.tsx'

type Settlement = Answer<'GET /settlements'>['items'][number]

/** Every settlement run, newest first, and the next one. */
export function Settlements(): ReactNode {
  const { say } = useWords()
  const runs = usePages('GET /settlements', { query: { limit: 50 } })
  return (
    <>
      <Head title={say('nav.settlements')} />
      <div className="two">
        <div className="stack">
          {runs.error ? (
            <Trouble problem={runs.error} retry={runs.retry} />
          ) : runs.items === undefined ? (
            <Loading lines={6} />
          ) : runs.items.length === 0 ? (
            <Empty icon="book" title={say('settle.none')}>
              <p>{say('settle.noneHow')}</p>
            </Empty>
          ) : (
            <Runs runs={runs.items} />
          )}
          {runs.more && (
            <Button loading={runs.loadingMore} onClick={runs.more}>
              {say('action.more')}
            </Button>
          )}
        </div>
        <div className="stack">
          <Plans />
          <NewRun />
        </div>
      </div>
    </>
  )
}

function Runs({ runs }: { runs: readonly Settlement[] }): ReactNode {
  const { say, language } = useWords()
  return (
    <Sheet
      label={say('nav.settlements')}
      heads={[
        { name: say('settle.days') },
        { name: say('settle.period') },
        { name: say('settle.state') },
        { name: say('settle.heldBack'), num: true },
        { name: say('settle.made') }
      ]}
    >
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <td className="tabular nowrap">
              <Link to="/operator/settlements/$settlementId" params={{ settlementId: run.id }}>
                {run.firstDate === run.lastDate ? run.firstDate : `${run.firstDate} – ${run.lastDate}`}
              </Link>
            </td>
            <td>{wordFor('period', run.period)}</td>
            <td>
              <StatePill family="settlement" state={run.state} />
            </td>
            <td className="num">{run.holdBackPercent} %</td>
            <td className="tabular">{formatTime(run.madeAt, 'short', language, run.timeZone)}</td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

function NewRun(): ReactNode {
  const { say } = useWords()
  const go = useNavigate()
  const sites = useApi('GET /sites', { query: { limit: 200 } })
  const [wish, setZone] = useState<string | null>(null)
  const [period, setPeriod] = useState<(typeof periods)[number]>('day')
  const [date, setDate] = useState(yesterday())
  const [percent, setPercent] = useState('0')
  const run = useDeed('POST /settlements', ['GET /settlements'])
  const zones = [...new Set([...(sites.data?.items.map((site) => site.timeZone) ?? []), 'UTC'])]
  const timeZone = wish ?? zones[0] ?? 'UTC'
  const start = () =>
    run.mutate(
      { body: { period, date, timeZone, holdBackPercent: percent } },
      {
        onSuccess: ({ id }) =>
          void go({ to: '/operator/settlements/$settlementId', params: { settlementId: id } })
      }
    )
  return (
    <Card title={say('settle.new')}>
      <div className="stack">
        <p className="quiet small">{say('settle.newWhy', { zone: timeZone })}</p>
        <label className="field">
          <span id="settle-period">{say('settle.period')}</span>
          <Select
            aria-labelledby="settle-period"
            value={period}
            onChange={setPeriod}
            options={periods.map((each) => ({ value: each, label: wordFor('period', each) }))}
          />
        </label>
        <label className="field">
          <span id="settle-zone">{say('plan.site')}</span>
          <Select
            aria-labelledby="settle-zone"
            value={timeZone}
            onChange={setZone}
            options={zones.map((each) => ({ value: each, label: each }))}
          />
        </label>
        <label className="field">
          <span>{say('settle.date')}</span>
          <Input type="date" value={date} onChange={({ target }) => setDate(target.value)} />
        </label>
        <label className="field">
          <span>{say('settle.heldBack')}</span>
          <Input value={percent} suffix="%" onChange={({ target }) => setPercent(pointed(target.value))} />
        </label>
        <Button type="primary" loading={run.isPending} onClick={start}>
          {say('settle.run')}
        </Button>
        <Refusal problem={run.error} />
      </div>
    </Card>
  )
}
