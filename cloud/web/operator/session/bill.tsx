import type { ReactNode } from 'react'
import { type Bill, useBill } from '../../kit/api/index.ts'
import { formatMoney, useWords, wordFor } from '../../kit/text.ts'
import { Empty, InvoicePdf, Loading, Pill, Trouble } from '../../kit/ui/index.ts'
import { Card, Scroll } from '../parts/parts.tsx'
import type { Session } from './types.ts'

/** The bill line by line: quantity, price, and the rule by which the line came about. */
export function BillCard({ session }: { session: Session }): ReactNode {
  const { say } = useWords()
  const { bill, error } = useBill(session.id)
  return (
    <Card
      title={bill ? `${say('bill.title')} ${bill.number}` : say('bill.title')}
      more={bill && <AddsUp bill={bill} />}
    >
      {bill ? (
        <>
          <Lines bill={bill} />
          <InvoicePdf id={bill.id} number={bill.number} />
        </>
      ) : error ? (
        <Trouble problem={error} />
      ) : bill === null ? (
        <Empty icon="receipt" title={say('bill.none')}>
          <p>{say(session.status === 'review' ? 'bill.noneReview' : 'bill.noneYet')}</p>
        </Empty>
      ) : (
        <Loading />
      )}
    </Card>
  )
}

function AddsUp({ bill }: { bill: Bill }): ReactNode {
  const { say } = useWords()
  const sum = bill.lines.reduce((all, { amountMinor }) => all + amountMinor, 0)
  return sum === bill.total.amountMinor ? (
    <Pill tone="free" icon="check">
      {say('bill.addsUp')}
    </Pill>
  ) : (
    <Pill tone="fault" icon="warn">
      {say('bill.offBy', { amount: sum - bill.total.amountMinor })}
    </Pill>
  )
}

function Lines({ bill }: { bill: Bill }): ReactNode {
  const { say, language } = useWords()
  const { currency } = bill.total
  return (
    <Scroll label={say('bill.title')}>
      <table className="tbl">
        <thead>
          <tr>
            <th scope="col">{say('bill.line')}</th>
            <th scope="col" className="num">
              {say('bill.quantity')}
            </th>
            <th scope="col" className="num">
              {say('bill.price')}
            </th>
            <th scope="col" className="num">
              {say('bill.amount')}
            </th>
            <th scope="col">{say('bill.rule')}</th>
          </tr>
        </thead>
        <tbody>
          {bill.lines.map((line, index) => (
            <tr key={index}>
              <td>
                {line.name} <span className="quiet">{wordFor('part', line.part)}</span>
              </td>
              <td className="num">
                {line.quantity} {line.unit}
              </td>
              <td className="num">{line.unitPrice}</td>
              <td className="num">{formatMoney({ currency, amountMinor: line.amountMinor }, language)}</td>
              <td className="quiet small">{line.rule}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3}>{say('word.total')}</td>
            <td className="num">{formatMoney(bill.total, language)}</td>
            <td aria-hidden="true" />
          </tr>
        </tfoot>
      </table>
    </Scroll>
  )
}
