import { useState, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { formatMoney, formatTime, useWords } from '../../kit/text.ts'
import { Note, Refusal, Trouble } from '../../kit/ui/index.ts'

type Debt = Answer<'GET /payments/debts'>['items'][number]
const everyMs = 5_000

/** What earlier bills still ask, and paying it; nothing where nothing is owed. */
export function Owed(): ReactNode {
  const { say } = useWords()
  const debts = useApi('GET /payments/debts', {}, { everyMs })
  if (debts.error) return <Trouble problem={debts.error} retry={() => void debts.refetch()} />
  if (!debts.data || debts.data.items.length === 0) return null
  return (
    <section className="stack">
      <h2>{say('owed.title')}</h2>
      <Note tone="wait" icon="card">
        {say('owed.why')}
      </Note>
      {debts.data.items.map((debt) => (
        <One key={debt.sessionId} debt={debt} />
      ))}
    </section>
  )
}

function One({ debt }: { debt: Debt }): ReactNode {
  const { say, language } = useWords()
  const ways = useApi('GET /payment-methods').data?.items ?? []
  const [wish, choose] = useState<string | null>(null)
  const deed = useDeed('POST /payments/debts/{sessionId}/pay', ['GET /payments/debts', 'GET /wallet'])
  const chosen = wish ?? ways[0]?.id
  const { sessionId } = debt
  const pay = () => {
    if (chosen !== undefined) deed.mutate({ path: { sessionId }, body: { paymentMethodId: chosen } })
  }
  return (
    <div className="card top-up">
      <div className="spread">
        <strong className="tabular">{formatMoney(debt.amount, language)}</strong>
        <Link to="/driver/sessions/$sessionId" params={{ sessionId }} className="small">
          {formatTime(debt.createdAt, 'short', language)}
        </Link>
      </div>
      <fieldset className="pay">
        <legend>{say('driver.pay')}</legend>
        {ways.map(({ id, label }) => (
          <label key={id}>
            <input
              type="radio"
              name={`pay-${sessionId}`}
              checked={id === chosen}
              onChange={() => choose(id)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {deed.isSuccess && <Note icon="clock">{say('owed.asked')}</Note>}
      <Refusal problem={deed.error} />
      <button
        type="button"
        className="btn"
        data-kind="main"
        disabled={chosen === undefined || deed.isPending || deed.isSuccess}
        onClick={pay}
      >
        {say('owed.pay', { amount: formatMoney(debt.amount, language) })}
      </button>
    </div>
  )
}
