import type { ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Asked, Icon, Pill, Refusal } from '../../kit/ui/index.ts'

type Way = Answer<'GET /payment-methods'>['items'][number]
const invoiced = 'invoice-later' // Whoever pays by invoice gets the difference with the next one.

/** What I pay with, and whether a difference may be taken from it after a bill was corrected. */
export function Ways(): ReactNode {
  const { say } = useWords()
  const ways = useApi('GET /payment-methods')
  return (
    <Asked of={ways} lines={2}>
      {({ items }) =>
        items.length === 0 ? null : (
          <section className="stack">
            <h2>{say('way.title')}</h2>
            <p className="quiet small">{say('way.laterWhy')}</p>
            <div className="card">
              {items.map((way) => (
                <One key={way.id} way={way} />
              ))}
            </div>
          </section>
        )
      }
    </Asked>
  )
}

function One({ way }: { way: Way }): ReactNode {
  const { say } = useWords()
  const deed = useDeed('PUT /payment-methods/{id}/later-charges', ['GET /payment-methods'])
  const set = (agreed: boolean) => deed.mutate({ path: { id: way.id }, body: { agreed } })
  return (
    <div className="wish-back">
      <strong className="row">
        <Icon name={way.provider === 'wallet' ? 'wallet' : 'card'} /> {way.label}
      </strong>
      {way.provider !== invoiced && (
        <div className="spread">
          <span className="row">
            <span className="small">{say('way.later')}</span>
            <Pill tone={way.laterCharges ? 'free' : 'off'} icon={way.laterCharges ? 'check' : 'ban'}>
              {say(way.laterCharges ? 'way.agreed' : 'way.notAgreed')}
            </Pill>
          </span>
          <button
            type="button"
            className="btn"
            data-size="small"
            disabled={deed.isPending}
            onClick={() => set(!way.laterCharges)}
          >
            {say(way.laterCharges ? 'way.takeBack' : 'way.agree')}
          </button>
        </div>
      )}
      <Refusal problem={deed.error} />
    </div>
  )
}
