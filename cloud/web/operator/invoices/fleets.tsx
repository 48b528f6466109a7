import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Trouble } from '../../kit/ui/index.ts'
import { differenceOf } from '../parts/money.ts'
import { Card } from '../parts/parts.tsx'
import { Statements } from '../bank/statements.tsx'
import { NotePayment } from './note-payment.tsx'
import { Payments } from './payments.tsx'
import type { Fleet } from './types.ts'

/** Who pays by invoice: what they have taken, what their limit leaves, and what they have paid. Nothing where nobody does. */
export function Fleets(): ReactNode {
  const { say } = useWords()
  const fleets = useApi('GET /fleet-accounts', {})
  if (fleets.error && !fleets.data)
    return <Trouble problem={fleets.error} retry={() => void fleets.refetch()} />
  const items = fleets.data?.items ?? []
  if (items.length === 0) return null
  return (
    <>
      <Card title={say('fleets.title')}>
        <div className="plans">
          {items.map((fleet) => (
            <One key={fleet.id} fleet={fleet} />
          ))}
        </div>
      </Card>
      <Statements />
    </>
  )
}

function One({ fleet }: { fleet: Fleet }): ReactNode {
  const { say, language } = useWords()
  const sums = [
    ['fleets.used', fleet.used],
    ['fleets.limit', fleet.limit],
    ['fleets.left', differenceOf(fleet.limit, fleet.used)]
  ] as const
  return (
    <article className="stack" aria-label={fleet.name}>
      <div className="spread">
        <span className="row">
          <strong>{fleet.name}</strong>
          <span className="quiet small">{fleet.id}</span>
        </span>
        <NotePayment fleet={fleet} />
      </div>
      <p className="row small">
        {sums.map(([name, money]) => (
          <span key={name} className="nowrap">
            <span className="quiet">{say(name)}</span>{' '}
            <strong className="tabular">{formatMoney(money, language)}</strong>
          </span>
        ))}
      </p>
      <Payments fleet={fleet} />
    </article>
  )
}
