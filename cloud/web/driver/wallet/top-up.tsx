import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { formatMoney, useWords, type Money } from '../../kit/text.ts'
import { Icon, Note, Refusal } from '../../kit/ui/index.ts'
import { digitsOf, minorOf } from '../../kit/minor.ts'
import { Under } from './under-way.tsx'

type Way = Answer<'GET /payment-methods'>['items'][number]
/** What people put in at once, by the digits that the currency has: a hundred yen is not worth a card's way. */
const usual = (currency: string): readonly [string, string, string] =>
  digitsOf(currency) === 0 ? ['2000', '5000', '10000'] : ['50', '100', '200']
const own: ReadonlySet<string> = new Set(['wallet', 'invoice-later']) // A wallet is not filled from itself.

/** Money comes in by a card or an account; a large amount asks once more before anything is taken. */
export function TopUp({ currency }: { currency: string | undefined }): ReactNode {
  const { say } = useWords()
  const methods = useApi('GET /payment-methods')
  if (currency === undefined || !methods.data) return null
  const ways = methods.data.items.filter(({ provider }) => !own.has(provider))
  return ways.length === 0 ? (
    <Note icon="card">{say('driver.noMethods')}</Note>
  ) : (
    <Wish currency={currency} ways={ways} />
  )
}

function Wish({ currency, ways }: { currency: string; ways: readonly Way[] }): ReactNode {
  const { say, language } = useWords()
  const [text, setText] = useState<string>(usual(currency)[0])
  const [wish, setMethod] = useState<string | null>(null)
  const deed = useDeed('POST /wallet/top-ups', ['GET /wallet', 'GET /wallet/movements'])
  const minor = minorOf(text, digitsOf(currency))
  const amount: Money | null = minor === null ? null : { currency, amountMinor: minor }
  const method = wish ?? ways[0]?.id ?? ''
  if (deed.data) return <Under key={deed.data.paymentId} asked={deed.data} again={() => deed.reset()} />
  return (
    <form
      className="card top-up"
      onSubmit={(event) => {
        event.preventDefault()
        if (amount) deed.mutate({ body: { amount, paymentMethodId: method } })
      }}
    >
      <h2>{say('wallet.topUp')}</h2>
      <Amounts currency={currency} text={text} choose={setText} />
      <Ways ways={ways} chosen={method} choose={setMethod} />
      <button type="submit" className="btn" data-kind="main" disabled={amount === null || deed.isPending}>
        {amount ? say('wallet.go', { amount: formatMoney(amount, language) }) : say('wallet.odd')}
      </button>
      <Refusal problem={deed.error} />
    </form>
  )
}

type AmountsProps = {
  readonly currency: string
  readonly text: string
  readonly choose: (text: string) => void
}

function Amounts({ currency, text, choose }: AmountsProps): ReactNode {
  const { say, language } = useWords()
  const shown = (each: string) =>
    formatMoney({ currency, amountMinor: minorOf(each, digitsOf(currency)) ?? 0 }, language)
  return (
    <>
      <div className="chips" role="group" aria-label={say('wallet.amount')}>
        {usual(currency).map((each) => (
          <button
            key={each}
            type="button"
            className="btn"
            aria-pressed={each === text}
            onClick={() => choose(each)}
          >
            {shown(each)}
          </button>
        ))}
      </div>
      <label className="top-up-amount">
        <span>{say('wallet.other', { currency })}</span>
        <input inputMode="decimal" value={text} onChange={({ target }) => choose(target.value)} />
      </label>
    </>
  )
}

type WaysProps = {
  readonly ways: readonly Way[]
  readonly chosen: string
  readonly choose: (id: string) => void
}

function Ways({ ways, chosen, choose }: WaysProps): ReactNode {
  const { say } = useWords()
  return (
    <fieldset className="pay">
      <legend>{say('driver.pay')}</legend>
      {ways.map(({ id, label }) => (
        <label key={id}>
          <input type="radio" name="way" checked={id === chosen} onChange={() => choose(id)} />
          <span>{label}</span>
          <Icon name="card" />
        </label>
      ))}
    </fieldset>
  )
}
