import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { newKey, useApi, useDeed, useNow } from '../../kit/api/index.ts'
import { useWords, viewerZone, wordFor } from '../../kit/text.ts'
import { Icon, Note, Refusal } from '../../kit/ui/index.ts'
import type { Connector } from '../parts/sites.ts'
import { useCoupon } from './coupon-field.tsx'
import { PayWith, usePayment } from './pay-with.tsx'
import type { Offer } from './types.ts'
import { WishFields } from './wish-fields.tsx'
import { nothingWished, wishBody } from './wish.ts'

const startable = (status: string): boolean =>
  status === 'available' || status === 'preparing' || status === 'reserved'

/** How it is paid, what the driver wants of it, and the one big button. */
export function StartForm(props: Offer & { readonly reservationId: string | null }): ReactNode {
  const { connector, quote, reservationId } = props
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
          ...(reservationId === null ? {} : { reservationId }),
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

export function WhyNot({ connector }: { connector: Connector }): ReactNode {
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
