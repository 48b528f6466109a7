import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords, wordFor } from '../../kit/text.ts'
import { Refusal } from '../../kit/ui/index.ts'
import { Sure } from '../parts/sure.tsx'
import { useMe } from '../parts/use-me.ts'
import type { Refund } from './types.ts'

/** The second person's word on a large refund; another try for one that the provider did not take. */
export function DecideRefund({ refund }: { refund: Refund }): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const [asked, setAsked] = useState<'yes' | 'no' | null>(null)
  const close = () => setAsked(null)
  if (refund.status === 'failed' && refund.of === 'session') return <Retry refund={refund} />
  if (refund.status !== 'proposed' || !me) return null
  return (
    <span className="row">
      {refund.askedBy === me.userId ? (
        <span className="quiet small">{say('dispute.other')}</span>
      ) : (
        <Button size="small" type="primary" onClick={() => setAsked('yes')}>
          {say('refunds.agree')}
        </Button>
      )}
      <Button size="small" danger onClick={() => setAsked('no')}>
        {say('refunds.refuse')}
      </Button>
      {asked === 'yes' && <Agree refund={refund} close={close} />}
      {asked === 'no' && <Refuse refund={refund} close={close} />}
    </span>
  )
}

type Props = { readonly refund: Refund; readonly close: () => void }

function Agree({ refund, close }: Props): ReactNode {
  const { say, language } = useWords()
  const deed = useDeed('POST /payments/{id}/refunds/{refundId}/approve', ['GET /payments/refunds'])
  const path = { id: refund.paymentId, refundId: refund.id }
  return (
    <Sure
      title={say('refunds.agreeTitle', { amount: formatMoney(refund.amount, language) })}
      deed={say('refunds.agree')}
      busy={deed.isPending}
      problem={deed.error}
      go={() => deed.mutate({ path }, { onSuccess: close })}
      close={close}
    >
      <p>{say('refunds.agreeWhat', { provider: wordFor('provider', refund.provider) })}</p>
    </Sure>
  )
}

function Refuse({ refund, close }: Props): ReactNode {
  const { say, language } = useWords()
  const deed = useDeed('POST /payments/{id}/refunds/{refundId}/reject', ['GET /payments/refunds'])
  const path = { id: refund.paymentId, refundId: refund.id }
  return (
    <Sure
      title={say('refunds.refuseTitle', { amount: formatMoney(refund.amount, language) })}
      deed={say('refunds.refuse')}
      danger
      busy={deed.isPending}
      problem={deed.error}
      go={() => deed.mutate({ path }, { onSuccess: close })}
      close={close}
    >
      <p>{say(refund.of === 'wallet' ? 'refunds.refuseWallet' : 'refunds.refuseSession')}</p>
    </Sure>
  )
}

function Retry({ refund }: { refund: Refund }): ReactNode {
  const { say } = useWords()
  const deed = useDeed('POST /payments/{id}/refunds/{refundId}/retry', ['GET /payments/refunds'])
  const path = { id: refund.paymentId, refundId: refund.id }
  return (
    <>
      <Button size="small" loading={deed.isPending} onClick={() => deed.mutate({ path })}>
        {say('refunds.retry')}
      </Button>
      <Refusal problem={deed.error} />
    </>
  )
}
