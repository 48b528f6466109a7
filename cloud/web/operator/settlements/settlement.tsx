import { Button, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed, useParam } from '../../kit/api/index.ts'
import { formatCount, formatTime, useWords, wordFor, type Say } from '../../kit/text.ts'
import { Asked, Empty, Figure, Note, Refusal, StatePill } from '../../kit/ui/index.ts'
import { FileButton } from '../parts/file-button.tsx'
import { Card, Head, Scroll } from '../parts/parts.tsx'
import { Disputes } from './disputes.tsx'
import { Payouts } from './payouts.tsx'
import { StatementRow } from './statement.tsx'

type Settlement = Answer<'GET /settlements/{id}'>

/** One settlement: who gets what and why, what is held back or disputed, and the papers. */
export function SettlementPage(): ReactNode {
  const settlement = useApi('GET /settlements/{id}', { path: { id: useParam('settlementId') } })
  return <Asked of={settlement}>{(found) => <Whole settlement={found} />}</Asked>
}

const titleOf = ({ firstDate, lastDate }: Settlement, say: Say): string =>
  say('settle.title', { days: firstDate === lastDate ? firstDate : `${firstDate} – ${lastDate}` })

function Whole({ settlement }: { settlement: Settlement }): ReactNode {
  const { say } = useWords()
  const name = `settlement-${settlement.firstDate}`
  return (
    <>
      <Head
        title={
          <span className="row">
            {titleOf(settlement, say)}
            <StatePill family="settlement" state={settlement.state} />
          </span>
        }
        up={{ to: '/operator/settlements', name: say('nav.settlements') }}
      >
        <FileButton path={`/settlements/${settlement.id}/csv`} name={`${name}.csv`} label="CSV" />
        <FileButton path={`/settlements/${settlement.id}/pdf`} name={`${name}.pdf`} label="PDF" />
        {settlement.state === 'open' && <Close settlement={settlement} />}
      </Head>
      <Facts settlement={settlement} />
      {settlement.uncleanDays.length > 0 && (
        <Note tone="wait" icon="eye">
          {say('settle.unclean', { days: settlement.uncleanDays.map(({ date }) => date).join(', ') })}
        </Note>
      )}
      <Card title={say('settle.statements')}>
        <Statements settlement={settlement} />
      </Card>
      <div className="two">
        <Disputes settlement={settlement} />
        <Payouts settlement={settlement} />
      </div>
    </>
  )
}

function Facts({ settlement }: { settlement: Settlement }): ReactNode {
  const { say, language } = useWords()
  const time = (at: string | null) => formatTime(at, 'short', language, settlement.timeZone)
  return (
    <section className="card" aria-label={say('settle.facts')}>
      <dl className="figures in">
        <Figure
          name={say('settle.period')}
          shown={{ value: wordFor('period', settlement.period), unit: '' }}
        />
        <Figure name={say('plan.site')} shown={{ value: settlement.timeZone, unit: '' }} />
        <Figure name={say('settle.heldBack')} shown={{ value: settlement.holdBackPercent, unit: '%' }} />
        <Figure name={say('settle.made')} shown={{ value: time(settlement.madeAt), unit: '' }} />
        <Figure name={say('settle.closed')} shown={{ value: time(settlement.closedAt), unit: '' }} />
        <Figure name={say('settle.paid')} shown={{ value: time(settlement.paidAt), unit: '' }} />
      </dl>
    </section>
  )
}

function Statements({ settlement }: { settlement: Settlement }): ReactNode {
  const { say } = useWords()
  if (settlement.statements.length === 0)
    return (
      <Empty icon="book" title={say('settle.noStatements')}>
        <p>{say('settle.noStatementsWhy')}</p>
      </Empty>
    )
  const heads = ['charges', 'refunds', 'other', 'net', 'held', 'payable'] as const
  return (
    <Scroll label={say('settle.statements')}>
      <table className="tbl">
        <thead>
          <tr>
            <th scope="col">{say('settle.party')}</th>
            {heads.map((each) => (
              <th key={each} scope="col" className="num">
                {say(`settle.${each}`)}
              </th>
            ))}
            <th scope="col">{say('settle.entries')}</th>
          </tr>
        </thead>
        <tbody>
          {settlement.statements.map((each) => (
            <StatementRow key={each.id} statement={each} settlement={settlement} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** Posts it to the ledger for good: says so first, asks once. */
function Close({ settlement }: { settlement: Settlement }): ReactNode {
  const { say, language } = useWords()
  const [asked, setAsked] = useState(false)
  const deed = useDeed('POST /settlements/{id}/close', ['GET /settlements', 'GET /settlements/{id}'])
  const close = () => deed.mutate({ path: { id: settlement.id } }, { onSuccess: () => setAsked(false) })
  return (
    <>
      <Button type="primary" onClick={() => setAsked(true)}>
        {say('settle.close')}
      </Button>
      <Modal
        open={asked}
        title={say('settle.closeTitle')}
        okText={say('settle.close')}
        okButtonProps={{ loading: deed.isPending }}
        onOk={close}
        onCancel={() => setAsked(false)}
      >
        <p>{say('settle.closeWhat', { count: formatCount(settlement.statements.length, language) })}</p>
        <Refusal problem={deed.error} />
      </Modal>
    </>
  )
}
