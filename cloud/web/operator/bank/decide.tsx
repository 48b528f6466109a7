import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { sumsOf } from '../ledger/sums.ts'
import { Sure } from '../parts/sure.tsx'
import { useMe } from '../parts/use-me.ts'
import type { Statement } from './types.ts'

type Props = { readonly statement: Statement }

/** By an administrator who has not uploaded it; who cannot is told why. */
export function Deciding({ statement }: Props): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const [asked, setAsked] = useState<boolean | null>(null)
  if (!me) return null
  if (me.userId === statement.uploadedBy) return <p className="quiet small">{say('bank.own')}</p>
  if (!me.isAdmin) return <p className="quiet small">{say('bank.admins')}</p>
  return (
    <div className="filters">
      <Button type="primary" onClick={() => setAsked(true)}>
        {say('fleets.approve')}
      </Button>
      <Button danger onClick={() => setAsked(false)}>
        {say('refunds.refuse')}
      </Button>
      {asked !== null && <Word statement={statement} approve={asked} close={() => setAsked(null)} />}
    </div>
  )
}

function Word(props: Props & { readonly approve: boolean; readonly close: () => void }): ReactNode {
  const { statement, approve, close } = props
  const { say, language } = useWords()
  const deed = useDeed('POST /fleet-accounts/statements/{statementId}/decide', [
    'GET /fleet-accounts/statements/{statementId}',
    'GET /fleet-accounts/statements',
    'GET /fleet-accounts',
    'GET /fleet-accounts/{id}/payments'
  ])
  const count = statement.wouldPost.length
  const sum = sumsOf(statement.wouldPost)
    .map((each) => formatMoney(each, language))
    .join(' + ')
  const agree = count === 0 ? say('bank.agreeNone') : say('bank.agreeWhat', { count, sum })
  return (
    <Sure
      title={say(approve ? 'bank.agreeTitle' : 'bank.refuseTitle')}
      deed={say(approve ? 'fleets.approve' : 'refunds.refuse')}
      danger={!approve}
      busy={deed.isPending}
      problem={deed.error}
      go={() => deed.mutate({ path: { statementId: statement.id }, body: { approve } }, { onSuccess: close })}
      close={close}
    >
      <p>{approve ? agree : say('bank.refuseWhat')}</p>
    </Sure>
  )
}
