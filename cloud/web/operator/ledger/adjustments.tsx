import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useDeed, type Answer } from '../../kit/api/index.ts'
import { formatMoney, partyText, useWords, wordFor } from '../../kit/text.ts'
import { Asked } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import { Sure } from '../parts/sure.tsx'
import { useMe } from '../parts/use-me.ts'

type Adjustment = Answer<'GET /ledger/adjustments'>['items'][number]

/** Transfers by hand that wait for a second person; nothing is shown where none waits. */
export function Adjustments(): ReactNode {
  const { say } = useWords()
  const waiting = useApi('GET /ledger/adjustments', { query: { state: 'proposed', limit: 50 } })
  if (waiting.data?.items.length === 0) return null
  return (
    <Card title={say('adjust.title')}>
      <Asked of={waiting}>
        {({ items }) => (
          <ul className="plans">
            {items.map((adjustment) => (
              <One key={adjustment.key} adjustment={adjustment} />
            ))}
          </ul>
        )}
      </Asked>
    </Card>
  )
}

function One({ adjustment }: { adjustment: Adjustment }): ReactNode {
  const { say, language } = useWords()
  const { currency, entries, memo, key } = adjustment
  return (
    <li className="stack">
      <div>
        <strong>{memo}</strong> <code className="mono small quiet">{key}</code>
      </div>
      <table className="tbl" aria-label={say('adjust.entries', { key })}>
        <tbody>
          {entries.map(({ party, purpose, amountMinor }) => (
            <tr key={`${party} ${purpose}`}>
              <td>
                {partyText(party)} <span className="quiet">· {wordFor('purpose', purpose)}</span>
              </td>
              <td className="num">{formatMoney({ currency, amountMinor }, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Decide adjustment={adjustment} />
    </li>
  )
}

function Decide({ adjustment }: { adjustment: Adjustment }): ReactNode {
  const { say } = useWords()
  const me = useMe()
  const [asked, setAsked] = useState<boolean | null>(null)
  if (me === null) return null
  if (adjustment.proposedBy === me.userId) return <span className="quiet small">{say('dispute.other')}</span>
  return (
    <span className="row">
      <Button size="small" type="primary" onClick={() => setAsked(true)}>
        {say('refunds.agree')}
      </Button>
      <Button size="small" danger onClick={() => setAsked(false)}>
        {say('refunds.refuse')}
      </Button>
      {asked !== null && <Word adjustment={adjustment} approve={asked} close={() => setAsked(null)} />}
    </span>
  )
}

type Props = { readonly adjustment: Adjustment; readonly approve: boolean; readonly close: () => void }

function Word({ adjustment, approve, close }: Props): ReactNode {
  const { say } = useWords()
  const deed = useDeed('POST /ledger/adjustments/{key}/decide', [
    'GET /ledger/adjustments',
    'GET /ledger/entries',
    'GET /ledger/accounts'
  ])
  const path = { key: adjustment.key }
  return (
    <Sure
      title={adjustment.memo}
      deed={say(approve ? 'refunds.agree' : 'refunds.refuse')}
      danger={!approve}
      busy={deed.isPending}
      problem={deed.error}
      go={() => deed.mutate({ path, body: { approve } }, { onSuccess: close })}
      close={close}
    >
      <p>{say(approve ? 'adjust.agreeWhat' : 'adjust.refuseWhat')}</p>
    </Sure>
  )
}
