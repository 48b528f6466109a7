import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useDeed } from '../../kit/api/index.ts'
import { digitsOf, minorOf } from '../../kit/minor.ts'
import { useWords } from '../../kit/text.ts'
import { AmountField } from '../parts/amount-field.tsx'
import { Sure } from '../parts/sure.tsx'
import { InvoiceField } from './invoice-field.tsx'
import type { Fleet } from './types.ts'

/** Money of a fleet has come in: written down by one person, agreed to by another. */
export function NotePayment({ fleet }: { fleet: Fleet }): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <div>
      <Button size="small" onClick={() => setOpen(true)}>
        {say('fleet.note')}
      </Button>
      {open && <Form fleet={fleet} close={() => setOpen(false)} />}
    </div>
  )
}

const today = (): string => new Date().toISOString().slice(0, 10)

function Form({ fleet, close }: { fleet: Fleet; close: () => void }): ReactNode {
  const { say } = useWords()
  const { currency } = fleet.limit
  const [text, setText] = useState('')
  const [reference, setReference] = useState('')
  const [bookedOn, setBookedOn] = useState(today())
  const [invoiceNumber, setInvoice] = useState<string | null>(null)
  const amountMinor = minorOf(text, digitsOf(currency))
  const deed = useDeed('POST /fleet-accounts/{id}/payments', ['GET /fleet-accounts/{id}/payments'])
  const send = () => {
    if (amountMinor === null) return
    const body = { amount: { currency, amountMinor }, reference: reference.trim(), bookedOn, invoiceNumber }
    deed.mutate({ path: { id: fleet.id }, body }, { onSuccess: close })
  }
  return (
    <Sure
      title={say('fleet.noteTitle', { name: fleet.name })}
      deed={say('fleet.note')}
      busy={deed.isPending}
      ready={amountMinor !== null && reference.trim() !== '' && bookedOn !== ''}
      problem={deed.error}
      go={send}
      close={close}
    >
      <p>{say('fleet.noteWhat')}</p>
      <AmountField
        name={say('fleet.amount', { currency })}
        currency={currency}
        text={text}
        wrong={text !== '' && amountMinor === null}
        change={setText}
      />
      <label className="field">
        <span>{say('fleet.reference')}</span>
        <Input maxLength={100} value={reference} onChange={({ target }) => setReference(target.value)} />
      </label>
      <label className="field">
        <span>{say('fleet.bookedOn')}</span>
        <Input type="date" value={bookedOn} onChange={({ target }) => setBookedOn(target.value)} />
      </label>
      <InvoiceField fleetId={fleet.id} chosen={invoiceNumber} choose={setInvoice} />
    </Sure>
  )
}
