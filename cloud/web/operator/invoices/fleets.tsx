import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Trouble } from '../../kit/ui/index.ts'
import { differenceOf } from '../parts/money.ts'
import { Sheet } from '../parts/parts.tsx'
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
      <Sheet
        label={say('fleets.title')}
        heads={[
          { name: say('fleets.title') },
          { name: say('fleets.used'), num: true },
          { name: say('fleets.limit'), num: true },
          { name: say('fleets.left'), num: true },
          { name: say('fleets.payments') }
        ]}
      >
        <tbody>
          {items.map((fleet) => (
            <Row key={fleet.id} fleet={fleet} />
          ))}
        </tbody>
      </Sheet>
      <Statements />
    </>
  )
}

function Row({ fleet }: { fleet: Fleet }): ReactNode {
  const { language } = useWords()
  return (
    <tr>
      <td>
        <strong>{fleet.name}</strong>
        <div className="quiet small">{fleet.id}</div>
      </td>
      <td className="num nowrap">{formatMoney(fleet.used, language)}</td>
      <td className="num nowrap">{formatMoney(fleet.limit, language)}</td>
      <td className="num nowrap">
        <strong>{formatMoney(differenceOf(fleet.limit, fleet.used), language)}</strong>
      </td>
      <td className="roomy-cell">
        <Payments fleet={fleet} />
        <NotePayment fleet={fleet} />
      </td>
    </tr>
  )
}
