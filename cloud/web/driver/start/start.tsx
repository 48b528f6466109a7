import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { type Answer, newKey, useApi, useDeed, useNow, useParam } from '../../kit/api/index.ts'
import { formatPower, useWords, viewerZone, wordFor } from '../../kit/text.ts'
import { Asked, Icon, Note, Refusal, StatePill } from '../../kit/ui/index.ts'
import { FeeList } from '../parts/fee-list.tsx'
import { DayPrices } from '../parts/day-prices.tsx'
import { connectorName, type Connector } from '../parts/sites.ts'
import { useCoupon } from './coupon-field.tsx'
import { PayWith, usePayment } from './pay-with.tsx'
import { WishFields } from './wish-fields.tsx'
import { nothingWished, wishBody } from './wish.ts'

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
          <StartForm connector={found} quote={quote} />
        </>
      )}
    </Asked>
  )
}

type Quote = Answer<'GET /connectors/{id}/quote'>
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

const startable = (status: string): boolean =>
  status === 'available' || status === 'preparing' || status === 'reserved'

function StartForm({
  connector,
  quote
}: {
  connector: Connector
  quote: Quote | null | undefined
}): ReactNode {
  const { say } = useWords()
  const navigate = useNavigate()
  const payment = usePayment()
  const coupon = useCoupon(connector.id)
  // One key for this visit: pressing twice, or again after a lost answer, is still one start and one hold.
  const [once] = useState(newKey)
  const start = useDeed('POST /sessions', ['GET /sessions'])
  const [wish, setWish] = useState(nothingWished)
  const zone = quote?.timeZone ?? viewerZone()
  const now = useNow(60_000)
  const sensible = wishBody(wish, now, zone) !== undefined
  if (!startable(connector.status)) return <WhyNot connector={connector} />
  const press = () => {
    start.mutate(
      {
        once,
        body: {
          connectorId: connector.id,
          ...wishBody(wish, Date.now(), zone),
          ...(coupon.code === null ? {} : { coupon: coupon.code }),
          ...(payment.chosen === null ? {} : { paymentMethodId: payment.chosen })
        }
      },
      {
        onSuccess: ({ id }) => void navigate({ to: '/driver/sessions/$sessionId', params: { sessionId: id } })
      }
    )
  }
  return (
    <>
      <WishFields wish={wish} sensible={sensible} change={setWish} />
      {coupon.field}
      <PayWith payment={payment} hold={quote?.hold} />
      {connector.status === 'available' && <Note icon="plug">{say('driver.plugIn')}</Note>}
      <Refusal problem={start.error} />
      <button
        type="button"
        className="btn"
        data-kind="main"
        data-size="big"
        disabled={start.isPending || !payment.ready || !sensible || quote === null}
        onClick={press}
      >
        <Icon name="bolt" size={22} />
        {say(start.isPending ? 'driver.starting' : 'driver.start')}
      </button>
    </>
  )
}

function WhyNot({ connector }: { connector: Connector }): ReactNode {
  const { say } = useWords()
  const mine = useApi('GET /sessions', { query: { limit: 10 } })
  const running = mine.data?.items.find(
    ({ connectorId, status }) =>
      connectorId === connector.id && (status === 'started' || status === 'suspended')
  )
  if (running)
    return (
      <Note tone="busy" icon="bolt">
        {say('driver.yours')}{' '}
        <Link to="/driver/sessions/$sessionId" params={{ sessionId: running.id }}>
          {say('driver.goToSession')}
        </Link>
      </Note>
    )
  const busy =
    connector.status === 'charging' || connector.status === 'suspended' || connector.status === 'finishing'
  return (
    <>
      <Note tone="wait" icon="ban">
        {busy
          ? say('driver.inUse')
          : say('driver.notFree', { state: wordFor('connector', connector.status) })}
      </Note>
      <Link to="/driver" className="btn">
        {say('driver.again')}
      </Link>
    </>
  )
}
