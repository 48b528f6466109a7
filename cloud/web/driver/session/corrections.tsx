import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Note, StatePill } from '../../kit/ui/index.ts'
import { timeThere, type Zone } from '../parts/time-there.ts'

/** What changed on a bill afterwards: what went back, what is still asked. Nothing where nothing changed. */
export function Corrections({ sessionId, zone }: { sessionId: string; zone: Zone }): ReactNode {
  const { say, language } = useWords()
  const { data } = useApi('GET /payments/corrections', { query: { sessionId, limit: 20 } })
  const items = data?.items ?? []
  const owed = items[0]?.owed ?? null
  if (items.length === 0) return null
  return (
    <section className="card top-up">
      <h2>{say('corrected.title')}</h2>
      {items.map((each) => (
        <div key={each.correctionId} className="stack">
          <p>
            {say('corrected.what', {
              before: formatMoney(each.before, language),
              after: formatMoney(each.after, language),
              date: timeThere(each.at, 'short', language, zone)
            })}
          </p>
          {each.refunds.map((refund) => (
            <div key={refund.id} className="spread">
              <span className="small">
                {say('corrected.back', { amount: formatMoney(refund.amount, language) })}
              </span>
              <StatePill family="refundState" state={refund.status} />
            </div>
          ))}
        </div>
      ))}
      {owed !== null && (
        <Note tone="wait" icon="card">
          {say('corrected.owed', { amount: formatMoney(owed, language) })}{' '}
          <Link to="/driver/wallet">{say('corrected.pay')}</Link>
        </Note>
      )}
    </section>
  )
}
