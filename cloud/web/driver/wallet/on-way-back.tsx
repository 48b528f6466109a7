import type { ReactNode } from 'react'
import { type Answer, useApi } from '../../kit/api/index.ts'
import { formatMoney, formatTime, useWords, type Money } from '../../kit/text.ts'
import { StatePill, Trouble } from '../../kit/ui/index.ts'

type Wish = Answer<'GET /wallet/refunds'>['items'][number]
const everyMs = 4_000 // A provider and a second person take their time; no topic of the stream tells of it.
const slowMs = 60_000
const moving: ReadonlySet<string> = new Set(['proposed', 'asked'])

/** What was asked back out of the wallet, and how far each part of it is. */
export function OnWayBack(): ReactNode {
  const { say } = useWords()
  const first = useApi('GET /wallet/refunds')
  const isMoving = first.data?.items.some(({ parts }) => parts.some(({ status }) => moving.has(status)))
  useApi('GET /wallet/refunds', {}, { everyMs: isMoving === true ? everyMs : slowMs })
  if (first.error) return <Trouble problem={first.error} retry={() => void first.refetch()} />
  if (!first.data || first.data.items.length === 0) return null
  return (
    <section className="stack" aria-live="polite">
      <h2>{say('back.wishes')}</h2>
      <div className="card">
        {first.data.items.map((wish) => (
          <One key={wish.id} wish={wish} />
        ))}
      </div>
    </section>
  )
}

const wholeOf = ({ amount, fee }: Wish): Money => ({
  currency: amount.currency,
  amountMinor: amount.amountMinor + fee.amountMinor
})

function One({ wish }: { wish: Wish }): ReactNode {
  const { say, language } = useWords()
  return (
    <div className="wish-back">
      <div className="spread">
        <strong>{say('back.whole', { amount: formatMoney(wholeOf(wish), language) })}</strong>
        <span className="quiet small tabular">{formatTime(wish.askedAt, 'short', language)}</span>
      </div>
      {wish.fee.amountMinor > 0 && (
        <span className="quiet small">{say('back.fee', { fee: formatMoney(wish.fee, language) })}</span>
      )}
      {wish.parts.map((part) => (
        <div key={part.id} className="spread">
          <span className="small">
            {say('back.part', { amount: formatMoney(part.amount, language), to: part.to })}
          </span>
          <StatePill family="refundState" state={part.status} />
        </div>
      ))}
    </div>
  )
}
