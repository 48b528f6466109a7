import { Button } from 'antd'
import type { ReactNode } from 'react'
import { type Answer, useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Refusal } from '../../kit/ui/index.ts'
import { FileButton } from '../parts/file-button.tsx'
import { Card } from '../parts/parts.tsx'

type Settlement = Answer<'GET /settlements/{id}'>

/** What goes to whom, the files for the bank, and paying a closed settlement. */
export function Payouts({ settlement }: { settlement: Settlement }): ReactNode {
  const { say, language } = useWords()
  const name = `payout-${settlement.firstDate}`
  return (
    <Card
      title={say('settle.payouts')}
      more={
        <span className="row">
          {settlement.state === 'closed' && <Pay id={settlement.id} />}
          {settlement.state === 'paid' && settlement.payouts.length > 0 && (
            <>
              <FileButton
                path={`/settlements/${settlement.id}/payout.xml`}
                name={`${name}.xml`}
                label="pain.001"
              />
              <FileButton
                path={`/settlements/${settlement.id}/payout.csv`}
                name={`${name}.csv`}
                label="CSV"
              />
            </>
          )}
        </span>
      }
    >
      {settlement.payouts.length === 0 ? (
        <p className="quiet">{say('settle.noPayouts')}</p>
      ) : (
        <ul className="stack">
          {settlement.payouts.map((each) => (
            <li key={each.reference} className="spread">
              <span>
                {each.name} <span className="quiet small">{each.reference}</span>
                <br />
                <code className="mono quiet">{each.account}</code>
              </span>
              <strong className="tabular nowrap">{formatMoney(each.amount, language)}</strong>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Pay({ id }: { id: string }): ReactNode {
  const { say } = useWords()
  const deed = useDeed('POST /settlements/{id}/payout', ['GET /settlements', 'GET /settlements/{id}'])
  return (
    <>
      <Button loading={deed.isPending} onClick={() => deed.mutate({ path: { id } })}>
        {say('settle.pay')}
      </Button>
      <Refusal problem={deed.error} />
    </>
  )
}
