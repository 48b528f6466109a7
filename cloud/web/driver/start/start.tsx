import type { ReactNode } from 'react'
import { useApi, useNow, useParam } from '../../kit/api/index.ts'
import { formatPower, useWords, wordFor } from '../../kit/text.ts'
import { Asked, Note, StatePill } from '../../kit/ui/index.ts'
import { FeeList } from '../parts/fee-list.tsx'
import { DayPrices } from '../parts/day-prices.tsx'
import { connectorName, type Connector } from '../parts/sites.ts'
import { isOpen, Standing as StandingReservation, useReservations } from '../reserve/mine.tsx'
import { Reserve } from '../reserve/reserve.tsx'
import { StartForm, WhyNot } from './start-form.tsx'
import type { Offer, Quote } from './types.ts'

/** What a code on a charger opens: what it is, what it costs, how it is paid, one button. */
export function Start(): ReactNode {
  const connectorKey = useParam('connectorKey')
  const connector = useApi('GET /connectors/{id}', { path: { id: connectorKey } })
  const quote = useQuote(connectorKey)
  return (
    <Asked of={connector}>
      {(found) => (
        <>
          <Head connector={found} />
          <Offered quote={quote} />
          <StartOrReserve connector={found} quote={quote} />
        </>
      )}
    </Asked>
  )
}

const askAgainMs = 60_000 // A price list may begin or end while somebody stands before the charger.

/** What a start here would be billed by and what would be held; null when nothing here has a price. */
function useQuote(connectorKey: string): Quote | null | undefined {
  const { data, error } = useApi(
    'GET /connectors/{id}/quote',
    { path: { id: connectorKey } },
    { everyMs: askAgainMs }
  )
  return error?.code === 'no-tariff' ? null : data
}

function Head({ connector }: { connector: Connector }): ReactNode {
  const { say, language } = useWords()
  return (
    <div>
      <div className="spread">
        <h1>{connectorName(connector.id)}</h1>
        <StatePill family="connector" state={connector.status} />
      </div>
      <p className="quiet">
        {wordFor('plugType', connector.type)} ·{' '}
        {say('driver.upTo', { power: formatPower(connector.maxPowerW, language) })}
      </p>
    </div>
  )
}

function Offered({ quote }: { quote: Quote | null | undefined }): ReactNode {
  const { say } = useWords()
  if (quote === undefined) return null
  if (quote === null)
    return (
      <Note tone="wait" icon="price">
        {say('driver.priceUnknown')}
      </Note>
    )
  return (
    <section className="card">
      <div className="in">
        <DayPrices prices={quote.prices} zone={quote.timeZone} />
        <FeeList rules={quote.rules} currency={quote.prices.currency} />
      </div>
    </section>
  )
}

/** My own reservation here comes first; somebody else's keeps the connector from me. */
function StartOrReserve({ connector, quote }: Offer): ReactNode {
  const now = useNow(5_000)
  const mine = useReservations().data?.items.find(
    (each) => each.connectorId === connector.id && isOpen(each, now)
  )
  if (connector.status === 'reserved' && !mine) return <WhyNot connector={connector} />
  return (
    <>
      {mine && <StandingReservation reservation={mine} />}
      <StartForm
        connector={connector}
        quote={quote}
        reservationId={mine?.status === 'active' ? mine.id : null}
      />
      {!mine && quote && connector.status === 'available' && (
        <Reserve connector={connector} zone={quote.timeZone} />
      )}
    </>
  )
}
