import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatMoney, formatTime, useWords } from '../../kit/text.ts'
import { Asked, Empty, Pill, StatePill } from '../../kit/ui/index.ts'
import { Card } from '../parts/parts.tsx'
import { LedgerRows, sumsOf } from '../ledger/rows.tsx'
import type { Session } from './types.ts'

type Props = { readonly session: Session; readonly zone: string | undefined }

const moneyMs = 5_000 // Money follows the session by seconds, and no topic of the stream tells of it.

/** Where the money went; the entries of a session sum to zero, and the card says so. */
export function EntriesCard({ session, zone }: Props): ReactNode {
  const { say, language } = useWords()
  const entries = useApi(
    'GET /ledger/entries',
    { query: { sessionId: session.id, limit: 200 } },
    { everyMs: moneyMs }
  )
  const sums = sumsOf(entries.data?.items ?? [])
  const odd = sums.filter(({ amountMinor }) => amountMinor !== 0)
  return (
    <Card
      title={say('ledger.entries')}
      more={
        sums.length > 0 &&
        (odd.length === 0 ? (
          <Pill tone="free" icon="check">
            {say('ledger.zero')}
          </Pill>
        ) : (
          <Pill tone="fault" icon="warn">
            {say('ledger.notZero', { sum: odd.map((each) => formatMoney(each, language)).join(', ') })}
          </Pill>
        ))
      }
    >
      <Asked of={entries}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="book" title={say('ledger.noneHere')} />
          ) : (
            <LedgerRows entries={items} zone={zone} />
          )
        }
      </Asked>
    </Card>
  )
}

/** Held, captured, released: what the payment provider was asked and what it said. */
export function PaymentsCard({ session, zone }: Props): ReactNode {
  const { say, language } = useWords()
  const payments = useApi('GET /payments', { query: { sessionId: session.id } }, { everyMs: moneyMs })
  return (
    <Card title={say('pay.title')}>
      <Asked of={payments} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{say('pay.none')}</p>
          ) : (
            <ul className="stack">
              {items.map((payment) => (
                <li key={payment.id}>
                  <div className="spread">
                    <StatePill family="payment" state={payment.status} />
                    <span className="quiet small">
                      {payment.provider} · {formatTime(payment.createdAt, 'second', language, zone)}
                    </span>
                  </div>
                  <dl className="def">
                    {(['held', 'captured', 'refunded'] as const).map((part) => (
                      <Amount
                        key={part}
                        name={say(`pay.${part}`)}
                        money={formatMoney(payment[part], language)}
                      />
                    ))}
                  </dl>
                  {payment.error !== null && <div className="small tone-fault">{payment.error}</div>}
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Card>
  )
}

const Amount = ({ name, money }: { name: string; money: string }): ReactNode => (
  <>
    <dt>{name}</dt>
    <dd className="num">{money}</dd>
  </>
)
