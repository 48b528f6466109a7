import { Button, Checkbox, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useDeed } from '../../kit/api/index.ts'
import { digitsOf, minorOf } from '../../kit/minor.ts'
import { decimalOf, formatMoney, useWords } from '../../kit/text.ts'
import { AmountField } from '../parts/amount-field.tsx'
import { Sure } from '../parts/sure.tsx'
import { InvoiceField } from './invoice-field.tsx'
import type { Fleet, Receipt } from './types.ts'

type Props = { readonly fleet: Fleet; readonly receipt: Receipt }

/** A payment was posted wrongly: one person asks that it is taken back, another decides. */
export function TakeBack({ fleet, receipt }: Props): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {say('back.ask')}
      </Button>
      {open && <Form fleet={fleet} receipt={receipt} close={() => setOpen(false)} />}
    </>
  )
}

type Draft = {
  readonly isReplaced: boolean
  readonly fleetId: string
  readonly text: string
  readonly invoiceNumber: string | null
}

function Form({ fleet, receipt, close }: Props & { close: () => void }): ReactNode {
  const { say, language } = useWords()
  const { currency, amountMinor } = receipt.amount
  const [reason, setReason] = useState('')
  const [draft, setDraft] = useState<Draft>({
    isReplaced: false,
    fleetId: fleet.id,
    text: decimalOf(amountMinor, digitsOf(currency)),
    invoiceNumber: receipt.invoiceNumber
  })
  const deed = useDeed('POST /fleet-accounts/{id}/payments/{paymentId}/reversal', [
    'GET /fleet-accounts/{id}/reversals'
  ])
  const replacement = replacementOf(draft, currency)
  const send = () =>
    deed.mutate(
      { path: { id: fleet.id, paymentId: receipt.id }, body: { reason: reason.trim(), replacement } },
      { onSuccess: close }
    )
  return (
    <Sure
      title={say('back.title', { amount: formatMoney(receipt.amount, language), name: fleet.name })}
      deed={say('back.ask')}
      danger
      busy={deed.isPending}
      ready={reason.trim() !== '' && (!draft.isReplaced || replacement !== null)}
      problem={deed.error}
      go={send}
      close={close}
    >
      <p>{say('back.what')}</p>
      <label className="field">
        <span>{say('back.why')}</span>
        <Input.TextArea
          rows={2}
          maxLength={300}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <Checkbox
        checked={draft.isReplaced}
        onChange={({ target }) => setDraft((before) => ({ ...before, isReplaced: target.checked }))}
      >
        {say('back.instead')}
      </Checkbox>
      {draft.isReplaced && (
        <Instead
          draft={draft}
          currency={currency}
          set={(change) => setDraft((before) => ({ ...before, ...change }))}
        />
      )}
    </Sure>
  )
}

/** Null: nothing stands in its place, or not yet what could. */
function replacementOf({ isReplaced, fleetId, text, invoiceNumber }: Draft, currency: string) {
  const amountMinor = minorOf(text, digitsOf(currency))
  return isReplaced && amountMinor !== null
    ? { fleetId, amount: { currency, amountMinor }, invoiceNumber }
    : null
}

type InsteadProps = {
  readonly draft: Draft
  readonly currency: string
  readonly set: (change: Partial<Draft>) => void
}

function Instead({ draft, currency, set }: InsteadProps): ReactNode {
  const { say } = useWords()
  const fleets = useApi('GET /fleet-accounts').data?.items ?? []
  const options = fleets
    .filter(({ limit }) => limit.currency === currency)
    .map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))
  return (
    <>
      <label className="field">
        <span id="back-account">{say('back.account')}</span>
        <Select
          aria-labelledby="back-account"
          value={draft.fleetId}
          onChange={(fleetId: string) => set({ fleetId, invoiceNumber: null })}
          options={options}
        />
      </label>
      <AmountField
        name={say('fleet.amount', { currency })}
        currency={currency}
        text={draft.text}
        wrong={minorOf(draft.text, digitsOf(currency)) === null}
        change={(text) => set({ text })}
      />
      <InvoiceField
        fleetId={draft.fleetId}
        chosen={draft.invoiceNumber}
        choose={(invoiceNumber) => set({ invoiceNumber })}
      />
    </>
  )
}
