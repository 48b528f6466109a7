import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useDeed } from '../../kit/api/index.ts'
import { formatCount, formatMoney, useWords } from '../../kit/text.ts'
import { Refusal, StatePill, Trouble } from '../../kit/ui/index.ts'
import { useMe } from '../parts/use-me.ts'
import { Reversed } from './reversal.tsx'
import { TakeBack } from './take-back.tsx'
import type { Fleet, Receipt, Reversal } from './types.ts'

const shown = 5

/** What a fleet has paid, the newest first: noted by one person, agreed to by another, taken back by two. */
export function Payments({ fleet }: { fleet: Fleet }): ReactNode {
  const { say } = useWords()
  const payments = useApi('GET /fleet-accounts/{id}/payments', { path: { id: fleet.id } })
  const items = payments.data?.items ?? []
  // Once there it stays when a later question fails: somebody may be writing into a form below it.
  if (payments.error && !payments.data)
    return <Trouble problem={payments.error} retry={() => void payments.refetch()} />
  if (items.length === 0) return <span className="quiet">{say('fleets.noPayments')}</span>
  return <List fleet={fleet} receipts={items} />
}

function List({ fleet, receipts }: { fleet: Fleet; receipts: readonly Receipt[] }): ReactNode {
  const { say, language } = useWords()
  const { data } = useApi('GET /fleet-accounts/{id}/reversals', { path: { id: fleet.id } })
  const [all, setAll] = useState(false)
  const reversalOf = (id: string): Reversal | undefined =>
    data?.items.find(({ receiptId, status }) => receiptId === id && status !== 'rejected')
  return (
    <>
      <ul className="stack">
        {receipts.slice(0, all ? receipts.length : shown).map((each) => (
          <Payment key={each.id} fleet={fleet} receipt={each} reversal={reversalOf(each.id)} />
        ))}
      </ul>
      {!all && receipts.length > shown && (
        <Button size="small" type="link" onClick={() => setAll(true)}>
          {say('fleets.all', { count: formatCount(receipts.length, language) })}
        </Button>
      )}
    </>
  )
}

type Props = {
  readonly fleet: Fleet
  readonly receipt: Receipt
  readonly reversal: Reversal | undefined
}

function Payment({ fleet, receipt, reversal }: Props): ReactNode {
  const { language } = useWords()
  return (
    <li className="row">
      <span className="tabular nowrap">{formatMoney(receipt.amount, language)}</span>
      <StatePill family="receipt" state={receipt.status} />
      <span className="quiet small">
        {receipt.bookedOn} · {receipt.invoiceNumber ?? receipt.reference}
      </span>
      {receipt.status === 'proposed' && <Deciding receipt={receipt} />}
      {receipt.status === 'posted' && reversal === undefined && <TakeBack fleet={fleet} receipt={receipt} />}
      {reversal !== undefined && <Reversed receipt={receipt} reversal={reversal} />}
    </li>
  )
}

/** Another person than who noted it; the cloud sees to that. */
function Deciding({ receipt }: { receipt: Receipt }): ReactNode {
  const { say } = useWords()
  const me = useMe()
  if (!me) return null
  if (receipt.notedBy === me.userId) return <span className="quiet small">{say('fleet.own')}</span>
  return <Decide receipt={receipt} />
}

function Decide({ receipt }: { receipt: Receipt }): ReactNode {
  const { say } = useWords()
  const deed = useDeed('POST /fleet-accounts/{id}/payments/{paymentId}/decide', [
    'GET /fleet-accounts',
    'GET /fleet-accounts/{id}/payments'
  ])
  const decide = (approve: boolean) =>
    deed.mutate({ path: { id: receipt.fleetId, paymentId: receipt.id }, body: { approve } })
  return (
    <>
      <Button size="small" loading={deed.isPending} onClick={() => decide(true)}>
        {say('fleets.approve')}
      </Button>
      <Button size="small" loading={deed.isPending} onClick={() => decide(false)}>
        {say('recon.reject')}
      </Button>
      <Refusal problem={deed.error} />
    </>
  )
}
