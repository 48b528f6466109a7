import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords, type Say } from '../../kit/text.ts'
import { Sure } from '../parts/sure.tsx'
import { useMe } from '../parts/use-me.ts'
import type { Receipt, Reversal } from './types.ts'

type Props = { readonly receipt: Receipt; readonly reversal: Reversal }

/** Why a payment is, or was, taken back and what stands in its place; who may decide does so here. */
export function Reversed({ receipt, reversal }: Props): ReactNode {
  const { say } = useWords()
  const insteadOf = useInstead()
  const { reason, status } = reversal
  return (
    <div className="own-line small">
      <span>{say(status === 'proposed' ? 'back.waits' : 'back.took', { reason })}</span>
      <span className="quiet">{insteadOf({ receipt, reversal })}</span>
      {status === 'proposed' && <Deciding receipt={receipt} reversal={reversal} />}
    </div>
  )
}

function useInstead(): (about: Props) => string {
  const { say, language } = useWords()
  return ({ receipt, reversal: { replacement } }) => {
    if (replacement === null) return say('back.nothing')
    const { fleetId: fleet, amountMinor, invoiceNumber } = replacement
    const amount = formatMoney({ currency: receipt.amount.currency, amountMinor }, language)
    return say('back.inPlace', { amount, fleet, invoice: invoiceText(invoiceNumber, say) })
  }
}

const invoiceText = (number: string | null, say: Say): string =>
  number ?? `${say('fleet.invoice')}: ${say('fleet.noInvoice')}`

/** Another person than who asked for it; the cloud sees to that. */
function Deciding({ receipt, reversal }: Props): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const [asked, setAsked] = useState<boolean | null>(null)
  if (!me) return null
  if (reversal.askedBy === me.userId) return <span className="quiet">{say('back.own')}</span>
  return (
    <span className="row">
      <Button size="small" onClick={() => setAsked(true)}>
        {say('fleets.approve')}
      </Button>
      <Button size="small" danger onClick={() => setAsked(false)}>
        {say('refunds.refuse')}
      </Button>
      {asked !== null && (
        <Word receipt={receipt} reversal={reversal} approve={asked} close={() => setAsked(null)} />
      )}
    </span>
  )
}

function Word(props: Props & { readonly approve: boolean; readonly close: () => void }): ReactNode {
  const { receipt, reversal, approve, close } = props
  const { say, language } = useWords()
  const insteadOf = useInstead()
  const amount = formatMoney(receipt.amount, language)
  const path = { id: receipt.fleetId, paymentId: receipt.id }
  const deed = useDeed('POST /fleet-accounts/{id}/payments/{paymentId}/reversal/decide', [
    'GET /fleet-accounts',
    'GET /fleet-accounts/{id}/payments',
    'GET /fleet-accounts/{id}/reversals'
  ])
  return (
    <Sure
      title={say(approve ? 'back.agreeTitle' : 'back.refuseTitle', { amount })}
      deed={say(approve ? 'fleets.approve' : 'refunds.refuse')}
      danger={approve}
      busy={deed.isPending}
      problem={deed.error}
      go={() => deed.mutate({ path, body: { approve } }, { onSuccess: close })}
      close={close}
    >
      <p>{say(approve ? 'back.agreeWhat' : 'back.refuseWhat')}</p>
      <p>{reversal.reason}</p>
      {approve && <p className="quiet">{insteadOf({ receipt, reversal })}</p>}
    </Sure>
  )
}
