import type { ReactNode } from 'react'
import { formatPrice, useWords, wordFor } from '../../kit/text.ts'
import { feesOf } from './fees.ts'

type Rules = Parameters<typeof feesOf>[0]

/** What else is charged: idling, parking, reservations, a start fee. Nothing where there is nothing. */
export function FeeList({ rules, currency }: { rules: Rules; currency: string }): ReactNode {
  const { say, language } = useWords()
  const fees = feesOf(rules)
  if (fees.length === 0) return null
  return (
    <dl className="facts" aria-label={say('driver.fees')}>
      {fees.map(({ dimension, price, graceMinutes }, index) => {
        const amount = formatPrice(price, currency, language)
        const isOnce = dimension === 'flat' || dimension === 'no-show'
        return (
          <div key={index} className="spread">
            <dt>{wordFor('fee', dimension)}</dt>
            <dd>
              {say(isOnce ? 'driver.feeOnce' : 'driver.feeHourly', { price: amount })}
              {graceMinutes > 0 && ` · ${say('driver.feeAfter', { minutes: graceMinutes })}`}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
