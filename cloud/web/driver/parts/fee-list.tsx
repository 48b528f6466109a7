import type { ReactNode } from 'react'
import { formatPrice, useWords, wordFor } from '../../kit/text.ts'
import { feesOf, standingFees } from './fees.ts'

type Rules = Parameters<typeof feesOf>[0]

type Props = { readonly rules: Rules; readonly currency: string; readonly whileStanding?: boolean }

/** What else is charged: idling, parking, reservations, a start fee. Nothing where there is nothing. */
export function FeeList({ rules, currency, whileStanding }: Props): ReactNode {
  const { say, language } = useWords()
  const all = feesOf(rules)
  const fees = whileStanding === true ? standingFees(all) : all
  if (fees.length === 0) return null
  return (
    <dl className="facts" aria-label={say('driver.fees')}>
      {fees.map(({ dimension, price, graceMinutes, isOnce }, index) => {
        const amount = formatPrice(price, currency, language)
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
