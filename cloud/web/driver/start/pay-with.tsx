import { useId, useState, type ReactNode } from 'react'
import { type Answer, useApi } from '../../kit/api/index.ts'
import { Icon, Note } from '../../kit/ui/index.ts'
import { formatMoney, type Money, useWords } from '../../kit/text.ts'

type Methods = Answer<'GET /payment-methods'>
export type Payment = {
  readonly methods: Methods | undefined
  readonly chosen: string | null
  readonly ready: boolean
  readonly choose: (id: string) => void
}

/** The ways this driver can pay; the first one is chosen until another is. */
export function usePayment(): Payment {
  const { data } = useApi('GET /payment-methods')
  const [wish, choose] = useState<string | null>(null)
  const chosen = wish ?? data?.items[0]?.id ?? null
  return { methods: data, chosen, ready: data !== undefined && chosen !== null, choose }
}

/** Which card, and what is held on it before the first kilowatt-hour. */
export function PayWith({ payment, hold }: { payment: Payment; hold: Money | undefined }): ReactNode {
  const { say, language } = useWords()
  const { methods, chosen } = payment
  const group = useId() // Twice on a page are two choices.
  if (!methods) return null
  if (methods.items.length === 0)
    return (
      <Note tone="wait" icon="card">
        {say('driver.noMethods')}
      </Note>
    )
  return (
    <fieldset className="pay">
      <legend>{say('driver.pay')}</legend>
      {methods.items.map(({ id, label }) => (
        <label key={id}>
          <input type="radio" name={group} checked={id === chosen} onChange={() => payment.choose(id)} />
          <span>{label}</span>
          <Icon name="card" />
        </label>
      ))}
      {hold && hold.amountMinor > 0 && (
        <p className="quiet small">{say('driver.hold', { amount: formatMoney(hold, language) })}</p>
      )}
    </fieldset>
  )
}
