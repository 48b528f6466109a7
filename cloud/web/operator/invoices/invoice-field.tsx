import { Select } from 'antd'
import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'

type Props = {
  readonly fleetId: string
  readonly chosen: string | null
  readonly choose: (number: string | null) => void
}

/** Which of a fleet's invoices a payment names; none is an answer too. */
export function InvoiceField({ fleetId, chosen, choose }: Props): ReactNode {
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
