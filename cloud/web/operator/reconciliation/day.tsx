import { Button } from 'antd'
import type { ReactNode } from 'react'
import { type Answer, useApi, useDeed, useParam } from '../../kit/api/index.ts'
import { formatCount, formatMoney, formatTime, partyText, useWords } from '../../kit/text.ts'
import { Asked, Empty, Figure, Note, Refusal } from '../../kit/ui/index.ts'
import { differenceOf } from '../parts/money.ts'
import { Card, Head, Scroll } from '../parts/parts.tsx'
import { useHomeZone } from '../parts/use-zones.ts'
import { BreakCard } from './break.tsx'
import { DayState } from './day-state.tsx'

type Report = Answer<'GET /reconciliation/{date}'>

/** A day held three ways: our orders, the providers' statements, the meters; what does not fit is decided here. */
export function ReconciliationDay(): ReactNode {
  const { say } = useWords()
  const date = useParam('date')
  const report = useApi('GET /reconciliation/{date}', { path: { date }, query: { limit: 200 } })
  const again = useDeed('POST /reconciliation/{date}', ['GET /reconciliation', 'GET /reconciliation/{date}'])
  return (
    <>
      <Head
        title={say('recon.title', { date })}
        up={{ to: '/operator/reconciliation', name: say('nav.reconciliation') }}
      >
        <Button loading={again.isPending} onClick={() => again.mutate({ path: { date } })}>
          {say('recon.again')}
        </Button>
      </Head>
      <Refusal problem={again.error} />
      <Asked of={report}>{(found) => <Whole report={found} />}</Asked>
    </>
  )
}

function Whole({ report }: { report: Report }): ReactNode {
  const zone = useHomeZone()
  const { say, language } = useWords()
  const counts = ['sessions', 'matched', 'openBreaks', 'repairedBreaks', 'acceptedBreaks'] as const
  return (
    <>
      <section className="card" aria-label={say('recon.counts')}>
        <dl className="figures in">
          {counts.map((each) => (
            <Figure
              key={each}
              name={say(`recon.${each}`)}
              shown={{ value: formatCount(report[each], language), unit: '' }}
            />
          ))}
          <div className="figure">
            <dt>{say('recon.state')}</dt>
            <dd className="pill-dd">
              <DayState isComplete={report.isComplete} openBreaks={report.openBreaks} />
            </dd>
            <dd className="under">
              {formatTime(report.at, 'short', language, zone)} · {report.askedBy}
            </dd>
          </div>
        </dl>
      </section>
      {report.missingStatements.length > 0 && (
        <Note tone="wait" icon="clock">
          {say('recon.missing', { providers: report.missingStatements.map(partyText).join(', ') })}
        </Note>
      )}
      <div className="two">
        <Card title={say('recon.breakList')}>
          {report.breaks.length === 0 ? (
            <Empty icon="checkRing" title={say('recon.noBreaks')}>
              <p>{say('recon.noBreaksWhy')}</p>
            </Empty>
          ) : (
            <ul className="stack">
              {report.breaks.map((each) => (
                <BreakCard key={each.id} found={each} />
              ))}
            </ul>
          )}
        </Card>
        <div className="stack">
          <Totals report={report} />
          <Statements report={report} />
        </div>
      </div>
    </>
  )
}

function Totals({ report }: { report: Report }): ReactNode {
  const { say, language } = useWords()
  return (
    <Card title={say('recon.totals')}>
      {report.totals.length === 0 ? (
        <p className="quiet">{say('recon.noMoney')}</p>
      ) : (
        <Scroll label={say('recon.totals')}>
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col">{say('recon.provider')}</th>
                {(['recon.ours', 'recon.theirs', 'past.difference'] as const).map((each) => (
                  <th key={each} scope="col" className="num">
                    {say(each)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {report.totals.map(({ provider, ours, theirs }) => (
                <tr key={`${provider} ${ours.currency}`}>
                  <td>{partyText(provider)}</td>
                  <td className="num">{formatMoney(ours, language)}</td>
                  <td className="num">{formatMoney(theirs, language)}</td>
                  <td className="num">
                    <strong>{formatMoney(differenceOf(theirs, ours), language)}</strong>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  )
}

function Statements({ report }: { report: Report }): ReactNode {
  const zone = useHomeZone()
  const { say, language } = useWords()
  if (report.statements.length === 0) return null
  return (
    <Card title={say('recon.statements')}>
      <ul className="stack">
        {report.statements.map(({ provider, digest, lines, fetchedAt }) => (
          <li key={digest}>
            <div className="spread">
              <strong>{partyText(provider)}</strong>
              <span className="quiet small">
                {say('recon.lines', { count: lines })} · {formatTime(fetchedAt, 'short', language, zone)}
              </span>
            </div>
            <code className="mono quiet">{digest}</code>
          </li>
        ))}
      </ul>
    </Card>
  )
}
