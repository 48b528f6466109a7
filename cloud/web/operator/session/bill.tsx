import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { useBill } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Empty, InvoicePdf, Loading, Trouble } from '../../kit/ui/index.ts'
import { AddsUp, BillLines } from '../bill/lines.tsx'
import { Taxes } from '../bill/taxes.tsx'
import { Card } from '../parts/parts.tsx'
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
          <BillLines bill={bill} />
          <Taxes bill={bill} />
          <div className="row">
            <InvoicePdf id={bill.id} number={bill.number} />
            <Link to="/operator/invoices/$invoiceId" params={{ invoiceId: bill.id }}>
              {say('invoices.open')}
            </Link>
          </div>
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
