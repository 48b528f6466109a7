import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { digitsOf, minorOf } from '../../kit/minor.ts'
import { formatMoney, partyText, useWords } from '../../kit/text.ts'
import { AmountField } from '../parts/amount-field.tsx'
import { Sure } from '../parts/sure.tsx'
import type { Settlement, Statement } from './types.ts'

type Props = { readonly statement: Statement; readonly settlement: Settlement }

/** Somebody disagrees: a part is kept back until somebody else has decided. Not of what has been paid out. */
export function OpenDispute({ statement, settlement }: Props): ReactNode {
  const { say } = useWords()
  const [asked, setAsked] = useState(false)
  if (settlement.state === 'paid' || statement.payable.amountMinor <= 0) return null
  return (
    <div>
      <Button size="small" onClick={() => setAsked(true)}>
        {say('dispute.new')}
      </Button>
      {asked && <Form statement={statement} close={() => setAsked(false)} />}
    </div>
  )
}

function Form({ statement, close }: { statement: Statement; close: () => void }): ReactNode {
  const { say, language } = useWords()
  const { currency, amountMinor: mostMinor } = statement.payable
  const [text, setText] = useState('')
  const [reason, setReason] = useState('')
  const minor = minorOf(text, digitsOf(currency))
  const fits = minor !== null && minor <= mostMinor
  const deed = useDeed('POST /settlements/statements/{id}/disputes', ['GET /settlements/{id}'])
  const send = () =>
    minor !== null &&
    deed.mutate(
      { path: { id: statement.id }, body: { amountMinor: minor, reason: reason.trim() } },
      { onSuccess: close }
    )
  return (
    <Sure
      title={say('dispute.newTitle', { party: partyText(statement.party) })}
      deed={say('dispute.new')}
      busy={deed.isPending}
      ready={fits && reason.trim() !== ''}
      problem={deed.error}
      go={send}
      close={close}
    >
      <p>{say('dispute.newWhat')}</p>
      <AmountField
        name={say('dispute.amount', { currency })}
        how={say('dispute.amountHow', { most: formatMoney(statement.payable, language) })}
        currency={currency}
        text={text}
        wrong={text !== '' && !fits}
        change={setText}
      />
      <label className="field">
        <span>{say('dispute.why')}</span>
        <Input.TextArea
          rows={2}
          maxLength={1000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
    </Sure>
  )
}
