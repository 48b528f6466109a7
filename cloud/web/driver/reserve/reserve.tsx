import { useState, type ReactNode } from 'react'
import { type Answer, newKey, useApi, useDeed, useNow } from '../../kit/api/index.ts'
import { formatMoney, formatTime, useWords } from '../../kit/text.ts'
import { Icon, Loading, Refusal } from '../../kit/ui/index.ts'
import type { Connector } from '../parts/sites.ts'
import { PayWith, usePayment } from '../start/pay-with.tsx'

const choices = [15, 30, 60] as const
const minuteMs = 60_000

type Props = { readonly connector: Connector; readonly zone: string }

/** Keeps a free connector free: for how long, what that costs for who comes and for who does not, then one button. */
export function Reserve(props: Props): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  if (open) return <Form {...props} />
  return (
    <button type="button" className="btn" onClick={() => setOpen(true)}>
      <Icon name="clock" size={18} /> {say('reserve.title')}
    </button>
  )
}

function Form({ connector, zone }: Props): ReactNode {
  const { say, language } = useWords()
  const [minutes, choose] = useState<number>(choices[1])
  const until = useNow(15_000) + minutes * minuteMs
  const quote = useApi('GET /connectors/{id}/quote', {
    path: { id: connector.id },
    query: { reserveMinutes: minutes }
  })
  return (
    <section className="card top-up">
      <h2>{say('reserve.title')}</h2>
      <div className="chips" role="group" aria-label={say('reserve.howLong')}>
        {choices.map((each) => (
          <button
            key={each}
            type="button"
            className="btn"
            aria-pressed={each === minutes}
            onClick={() => choose(each)}
          >
            {say('reserve.minutes', { minutes: each })}
          </button>
        ))}
      </div>
      <p className="quiet small">
        {say('reserve.until', { time: formatTime(until, 'minute', language, zone) })}
      </p>
      {quote.data ? (
        <Ask connector={connector} quote={quote.data} minutes={minutes} />
      ) : quote.error ? (
        <Refusal problem={quote.error} />
      ) : (
        <Loading lines={1} />
      )}
    </section>
  )
}

type AskProps = {
  readonly connector: Connector
  readonly quote: Answer<'GET /connectors/{id}/quote'>
  readonly minutes: number
}

/** What it costs, what is held for who does not come, and the button. */
function Ask({ connector, quote, minutes }: AskProps): ReactNode {
  const { say, language } = useWords()
  const payment = usePayment()
  const [once, renew] = useState(newKey)
  const deed = useDeed('POST /reservations', ['GET /reservations', 'GET /connectors/{id}'])
  const hold = quote.reservation?.ifNobodyComes
  const isHeld = hold !== undefined && hold.amountMinor > 0
  const press = () => {
    const body = {
      connectorId: connector.id,
      expiresAt: new Date(Date.now() + minutes * minuteMs).toISOString(),
      ...(isHeld && payment.chosen !== null ? { paymentMethodId: payment.chosen } : {})
    }
    deed.mutate({ once, body }, { onError: () => renew(newKey()) })
  }
  return (
    <>
      <Fee quote={quote} />
      {isHeld && (
        <>
          <PayWith payment={payment} hold={undefined} />
          <p className="quiet small">{say('reserve.hold', { amount: formatMoney(hold, language) })}</p>
        </>
      )}
      <Refusal problem={deed.error} />
      <button type="button" className="btn" disabled={deed.isPending} onClick={press}>
        <Icon name="lock" size={18} />
        {say(deed.isPending ? 'reserve.going' : 'reserve.go')}
      </button>
    </>
  )
}

function Fee({ quote }: { quote: Answer<'GET /connectors/{id}/quote'> }): ReactNode {
  const { say, language } = useWords()
  const fee = quote.reservation
  if (!fee) return null
  if (fee.ifUsed.amountMinor === 0 && fee.ifNobodyComes.amountMinor === 0) return <p>{say('reserve.free')}</p>
  return (
    <dl className="facts">
      <div className="spread">
        <dt>{say('reserve.ifUsed')}</dt>
        <dd className="tabular">{formatMoney(fee.ifUsed, language)}</dd>
      </div>
      <div className="spread">
        <dt>{say('reserve.ifNobody')}</dt>
        <dd className="tabular">{formatMoney(fee.ifNobodyComes, language)}</dd>
      </div>
    </dl>
  )
}
