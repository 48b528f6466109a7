import { Button, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { digitsOf, minorOf } from '../../kit/minor.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { AmountField } from '../parts/amount-field.tsx'
import { Sure } from '../parts/sure.tsx'

type Fleet = Answer<'GET /fleet-accounts'>['items'][number]

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

type InvoiceProps = {
  readonly fleetId: string
  readonly chosen: string | null
  readonly choose: (number: string | null) => void
}

function InvoiceField({ fleetId, chosen, choose }: InvoiceProps): ReactNode {
  const { say, language } = useWords()
  const { data } = useApi('GET /invoices', { query: { scope: 'fleet', customer: fleetId, limit: 24 } })
  const options = (data?.items ?? []).map(({ number, payable }) => ({
    value: number,
    label: `${number} · ${formatMoney(payable, language)}`
  }))
  return (
    <label className="field">
      <span id="fleet-invoice">{say('fleet.invoice')}</span>
      <Select
        aria-labelledby="fleet-invoice"
        value={chosen ?? ''}
        onChange={(number: string) => choose(number === '' ? null : number)}
        options={[{ value: '', label: say('fleet.noInvoice') }, ...options]}
      />
      <span className="hint">{say('fleet.invoiceHow')}</span>
    </label>
  )
}
