import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { decimalOf } from '../../kit/format.ts'
import { digitsOf, minorOf } from '../../kit/minor.ts'
import { formatMoney, useWords, type Money } from '../../kit/text.ts'
import { Icon, Loading, Note, Refusal } from '../../kit/ui/index.ts'

/** The rest of a wallet goes back: what reaches whom, and what it costs, is said before anything is asked. */
export function GiveBack({ available }: { available: Money }): ReactNode {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  if (available.amountMinor <= 0) return null
  if (open) return <Wish available={available} close={() => setOpen(false)} />
  return (
    <button type="button" className="btn" onClick={() => setOpen(true)}>
      <Icon name="back" /> {say('back.open')}
    </button>
  )
}

function Wish({ available, close }: { available: Money; close: () => void }): ReactNode {
  const { say, language } = useWords()
  const { currency } = available
  const [text, setText] = useState(() => decimalOf(available.amountMinor, digitsOf(currency)))
  const minor = minorOf(text, digitsOf(currency))
  const fits = minor !== null && minor <= available.amountMinor
  return (
    <section className="card top-up">
      <h2>{say('back.title')}</h2>
      <p className="quiet small">{say('back.why')}</p>
      <label className="top-up-amount">
        <span>{say('back.amount', { currency })}</span>
        <input
          inputMode="decimal"
          value={text}
          aria-invalid={!fits}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      {fits ? (
        <Quoted amount={{ currency, amountMinor: minor }} done={close} />
      ) : (
        <p className="small">{say('back.most', { amount: formatMoney(available, language) })}</p>
      )}
      <button type="button" className="btn" onClick={close}>
        {say('action.cancel')}
      </button>
    </section>
  )
}

/** What would reach the payer of that amount, then the button that asks for it. */
function Quoted({ amount, done }: { amount: Money; done: () => void }): ReactNode {
  const { say, language } = useWords()
  const quote = useApi('GET /wallet/refunds/quote', { query: { ...amount } })
  const deed = useDeed('POST /wallet/refunds', [
    'GET /wallet',
    'GET /wallet/refunds',
    'GET /wallet/movements'
  ])
  if (!quote.data) return quote.error ? <Refusal problem={quote.error} /> : <Loading lines={1} />
  return (
    <>
      <Cost quote={quote.data} />
      <Refusal problem={deed.error} />
      <button
        type="button"
        className="btn"
        data-kind="main"
        disabled={deed.isPending}
        onClick={() => deed.mutate({ body: { amount } }, { onSuccess: done })}
      >
        {say('back.go', { amount: formatMoney(quote.data.amount, language) })}
      </button>
    </>
  )
}

function Cost({ quote }: { quote: Answer<'GET /wallet/refunds/quote'> }): ReactNode {
  const { say, language } = useWords()
  const { amount, fee } = quote
  return (
    <Note icon="back">
      <strong>{say('back.reaches', { amount: formatMoney(amount, language) })}</strong>
      <div className="small">
        {fee.amountMinor === 0 ? say('back.noFee') : say('back.fee', { fee: formatMoney(fee, language) })}
      </div>
    </Note>
  )
}
