import { QRCodeSVG } from 'qrcode.react'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords, type Money } from '../../kit/text.ts'
import { Icon, Note, Refusal } from '../../kit/ui/index.ts'
import { minorOf } from './sign.ts'

type Asked = Answer<'POST /wallet/top-ups'>
const usual = ['50', '100', '200'] as const
const own: ReadonlySet<string> = new Set(['wallet', 'invoice-later']) // A wallet is not filled from itself.

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

/** Money comes in by a card or an account; a large amount asks once more before anything is taken. */
export function TopUp({ currency }: { currency: string | undefined }): ReactNode {
  const { say, language } = useWords()
  const methods = useApi('GET /payment-methods')
  const ways = methods.data?.items.filter(({ provider }) => !own.has(provider)) ?? []
  const [text, setText] = useState<string>(usual[0])
  const [wish, setMethod] = useState<string | null>(null)
  const deed = useDeed('POST /wallet/top-ups', ['GET /wallet', 'GET /wallet/movements'])
  if (currency === undefined || !methods.data) return null
  if (ways.length === 0) return <Note icon="card">{say('driver.noMethods')}</Note>
  const minor = minorOf(text, digitsOf(currency))
  const amount: Money | null = minor === null ? null : { currency, amountMinor: minor }
  const method = wish ?? ways[0]?.id ?? ''
  const send = () => {
    if (amount) deed.mutate({ body: { amount, paymentMethodId: method } })
  }
  if (deed.data) return <Under key={deed.data.paymentId} asked={deed.data} again={() => deed.reset()} />
  return (
    <form
      className="card top-up"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <h2>{say('wallet.topUp')}</h2>
      <div className="chips" role="group" aria-label={say('wallet.amount')}>
        {usual.map((each) => (
          <button
            key={each}
            type="button"
            className="btn"
            aria-pressed={each === text}
            onClick={() => setText(each)}
          >
            {formatMoney({ currency, amountMinor: minorOf(each, digitsOf(currency)) ?? 0 }, language)}
          </button>
        ))}
      </div>
      <label className="top-up-amount">
        <span>{say('wallet.other', { currency })}</span>
        <input inputMode="decimal" value={text} onChange={({ target }) => setText(target.value)} />
      </label>
      <fieldset className="pay">
        <legend>{say('driver.pay')}</legend>
        {ways.map(({ id, label }) => (
          <label key={id}>
            <input type="radio" name="way" checked={id === method} onChange={() => setMethod(id)} />
            <span>{label}</span>
            <Icon name="card" />
          </label>
        ))}
      </fieldset>
      <button type="submit" className="btn" data-kind="main" disabled={amount === null || deed.isPending}>
        {amount ? say('wallet.go', { amount: formatMoney(amount, language) }) : say('wallet.odd')}
      </button>
      <Refusal problem={deed.error} />
    </form>
  )
}

/** The top-up on its way: asks once more where it must, shows what to scan, and says how it ended. */
function Under({ asked, again }: { asked: Asked; again: () => void }): ReactNode {
  const { say, language } = useWords()
  const found = useApi('GET /payments', { query: { sessionId: asked.paymentId } }, { everyMs: 2_000 })
  const confirm = useDeed('POST /payments/{id}/confirm', ['GET /payments'])
  const payment = found.data?.items[0]
  const amount = formatMoney(asked.amount, language)
  const wanted = (payment?.confirmation ?? asked.confirmation) === 'wanted'
  const state = payment?.status ?? 'held'
  return (
    <section className="card top-up" aria-live="polite">
      <h2>{say('wallet.topUp')}</h2>
      {wanted ? (
        <>
          <p>{say('wallet.sure', { amount })}</p>
          <button
            type="button"
            className="btn"
            data-kind="main"
            disabled={confirm.isPending}
            onClick={() => confirm.mutate({ path: { id: asked.paymentId }, body: { amount: asked.amount } })}
          >
            {say('wallet.confirm', { amount })}
          </button>
          <Refusal problem={confirm.error} />
        </>
      ) : state === 'captured' ? (
        <Note tone="free" icon="check">
          {say('wallet.done', { amount })}
        </Note>
      ) : ended.has(state) ? (
        <Note tone="fault" icon="ban">
          {say('wallet.failed', { why: payment?.error ?? state })}
        </Note>
      ) : (
        <Note icon="clock">{say('wallet.waiting', { amount })}</Note>
      )}
      {!wanted && payment?.action && <Act action={payment.action} />}
      {(wanted || state === 'captured' || ended.has(state)) && (
        <button type="button" className="btn" onClick={again}>
          {say(wanted ? 'wallet.notNow' : 'wallet.more')}
        </button>
      )}
    </section>
  )
}

const ended: ReadonlySet<string> = new Set(['declined', 'failed', 'voided', 'released'])

type Action = NonNullable<Answer<'GET /payments'>['items'][number]['action']>

/** What the provider wants of the payer: a code to scan, or a page of its own. */
function Act({ action }: { action: Action }): ReactNode {
  const { say } = useWords()
  if (action.kind === 'qr')
    return (
      <div className="qr">
        <QRCodeSVG value={action.value} size={180} title={say('wallet.scan')} marginSize={2} />
        <p>{say('wallet.scan')}</p>
      </div>
    )
  return (
    <a className="btn" data-kind="main" href={action.value} rel="noreferrer">
      {say('wallet.goThere')}
    </a>
  )
}
