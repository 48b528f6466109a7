import { useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { type Answer, useApi, usePages } from '../../kit/api/index.ts'
import { formatMoney, formatTime, useWords, wordFor } from '../../kit/text.ts'
import { Asked, Empty, Icon, InvoicePdf, Loading, Trouble } from '../../kit/ui/index.ts'
import { GiveBack } from './give-back.tsx'
import { OnWayBack } from './on-way-back.tsx'
import { Owed } from './owed.tsx'
import { TopUp } from './top-up.tsx'
import { Ways } from './ways.tsx'

const everyMs = 3_000 // Money follows a payment by seconds, and no topic of the stream tells of it.

type Purse = Answer<'GET /wallet'>['items'][number]

/** What I have here, how more comes in, everything that moved it, and my receipts. */
export function Wallet(): ReactNode {
  const { say } = useWords()
  const wallet = useApi('GET /wallet', {}, { everyMs })
  useMoved(JSON.stringify(wallet.data?.items))
  const site = useApi('GET /sites', { query: { limit: 1 } })
  return (
    <>
      <h1>{say('driver.wallet')}</h1>
      <Owed />
      <Asked of={wallet}>
        {({ items }) => (
          <>
            {items.length === 0 ? (
              <Empty icon="wallet" title={say('wallet.none')}>
                <p>{say('wallet.noneHow')}</p>
              </Empty>
            ) : (
              items.map((purse) => (
                <div key={purse.balance.currency} className="stack">
                  <PurseCard purse={purse} />
                  <GiveBack available={purse.available} />
                </div>
              ))
            )}
            <TopUp currency={items[0]?.balance.currency ?? site.data?.items[0]?.currency} />
          </>
        )}
      </Asked>
      <OnWayBack />
      <Movements />
      <Ways />
      <Receipts />
    </>
  )
}

/** Whenever the purses are others than before, something moved them: the list is asked for again. */
function useMoved(purses: string | undefined): void {
  const cache = useQueryClient()
  useEffect(() => {
    void cache.invalidateQueries({ queryKey: ['GET /wallet/movements'] })
  }, [purses, cache])
}

function PurseCard({ purse }: { purse: Purse }): ReactNode {
  const { say, language } = useWords()
  return (
    <section className="card purse" aria-label={say('wallet.available')}>
      <span className="quiet">{say('wallet.available')}</span>
      <strong className="tabular">{formatMoney(purse.available, language)}</strong>
      {purse.held.amountMinor !== 0 && (
        <span className="quiet small">
          <Icon name="lock" size={14} />{' '}
          {say('wallet.held', {
            held: formatMoney(purse.held, language),
            balance: formatMoney(purse.balance, language)
          })}
        </span>
      )}
    </section>
  )
}

function Movements(): ReactNode {
  const { say, language } = useWords()
  const moved = usePages('GET /wallet/movements', { query: { limit: 20 } })
  if (moved.error) return <Trouble problem={moved.error} retry={moved.retry} />
  if (moved.items === undefined) return <Loading lines={3} />
  if (moved.items.length === 0) return null
  return (
    <section className="stack">
      <h2>{say('wallet.movements')}</h2>
      <div className="card">
        {moved.items.map((each) => (
          <div key={each.id} className="h-row">
            <strong>{wordFor('movement', each.kind)}</strong>
            <strong className="tabular">
              {each.amount.amountMinor > 0 && '+'}
              {formatMoney(each.amount, language)}
            </strong>
            <span className="quiet small">{formatTime(each.at, 'short', language)}</span>
            <span className="quiet small tabular">
              {say('wallet.after', { amount: formatMoney(each.available, language) })}
            </span>
          </div>
        ))}
      </div>
      {moved.more && (
        <button type="button" className="btn" disabled={moved.loadingMore} onClick={moved.more}>
          {say('action.more')}
        </button>
      )}
    </section>
  )
}

function Receipts(): ReactNode {
  const { say, language } = useWords()
  const bills = usePages('GET /invoices', { query: { limit: 10 } })
  if (bills.error) return <Trouble problem={bills.error} retry={bills.retry} />
  if (bills.items === undefined || bills.items.length === 0) return null
  return (
    <section className="stack">
      <h2>{say('wallet.receipts')}</h2>
      <div className="card">
        {bills.items.map((bill) => (
          <div key={bill.id} className="h-row">
            <strong>{bill.number}</strong>
            <strong className="tabular">{formatMoney(bill.total, language)}</strong>
            <span className="quiet small">{formatTime(bill.issuedAt, 'short', language, bill.timeZone)}</span>
            <InvoicePdf id={bill.id} number={bill.number} />
          </div>
        ))}
      </div>
      {bills.more && (
        <button type="button" className="btn" disabled={bills.loadingMore} onClick={bills.more}>
          {say('action.more')}
        </button>
      )}
    </section>
  )
}
