import { Button } from 'antd'
import type { ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Refusal, StatePill, Trouble } from '../../kit/ui/index.ts'
import { differenceOf } from '../parts/money.ts'
import { Sheet } from '../parts/parts.tsx'
import { useMe } from '../parts/use-me.ts'
import { NotePayment } from './note-payment.tsx'

type Fleet = Answer<'GET /fleet-accounts'>['items'][number]
type Receipt = Answer<'GET /fleet-accounts/{id}/payments'>['items'][number]

/** Who pays by invoice: what they have taken, what their limit leaves, and what they have paid. Nothing where nobody does. */
export function Fleets(): ReactNode {
  const { say } = useWords()
  const fleets = useApi('GET /fleet-accounts', {})
  if (fleets.error) return <Trouble problem={fleets.error} retry={() => void fleets.refetch()} />
  const items = fleets.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Sheet
      label={say('fleets.title')}
      heads={[
        { name: say('fleets.title') },
        { name: say('fleets.used'), num: true },
        { name: say('fleets.limit'), num: true },
        { name: say('fleets.left'), num: true },
        { name: say('fleets.payments') }
      ]}
    >
      <tbody>
        {items.map((fleet) => (
          <Row key={fleet.id} fleet={fleet} />
        ))}
      </tbody>
    </Sheet>
  )
}

function Row({ fleet }: { fleet: Fleet }): ReactNode {
  const { language } = useWords()
  return (
    <tr>
      <td>
        <strong>{fleet.name}</strong>
        <div className="quiet small">{fleet.id}</div>
      </td>
      <td className="num nowrap">{formatMoney(fleet.used, language)}</td>
      <td className="num nowrap">{formatMoney(fleet.limit, language)}</td>
      <td className="num nowrap">
        <strong>{formatMoney(differenceOf(fleet.limit, fleet.used), language)}</strong>
      </td>
      <td className="roomy-cell">
        <Payments fleetId={fleet.id} />
        <NotePayment fleet={fleet} />
      </td>
    </tr>
  )
}

const shown = 5

function Payments({ fleetId }: { fleetId: string }): ReactNode {
  const { say, language } = useWords()
  const payments = useApi('GET /fleet-accounts/{id}/payments', { path: { id: fleetId } })
  const me = useMe()
  if (payments.error) return <Trouble problem={payments.error} retry={() => void payments.refetch()} />
  const items = (payments.data?.items ?? []).slice(0, shown)
  if (items.length === 0) return <span className="quiet">{say('fleets.noPayments')}</span>
  return (
    <ul className="stack">
      {items.map((each) => (
        <li key={each.id} className="row">
          <span className="tabular nowrap">{formatMoney(each.amount, language)}</span>
          <StatePill family="receipt" state={each.status} />
          <span className="quiet small">
            {each.bookedOn} · {each.invoiceNumber ?? each.reference}
          </span>
          {each.status === 'proposed' &&
            me &&
            (each.notedBy === me.userId ? (
              <span className="quiet small">{say('fleet.own')}</span>
            ) : (
              <Decide receipt={each} />
            ))}
        </li>
      ))}
    </ul>
  )
}

/** Another person than who noted it; the cloud sees to that. */
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
