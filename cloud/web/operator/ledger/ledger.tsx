import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useApi, usePages } from '../../kit/api/index.ts'
import { formatCount, formatMoney, partyText, useWords, wordFor } from '../../kit/text.ts'
import { Asked, Empty, Loading, Note, Trouble } from '../../kit/ui/index.ts'
import { Card, Head } from '../parts/parts.tsx'
import { Adjustments } from './adjustments.tsx'
import { LedgerRows } from './rows.tsx'

/** The books: what each party has, every entry, and the chain that proves nothing was changed. */
export function Ledger(): ReactNode {
  const { say } = useWords()
  const entries = usePages('GET /ledger/entries', { query: { limit: 50 } })
  return (
    <>
      <Head title={say('nav.ledger')} />
      <div className="two">
        <Card title={say('ledger.entries')}>
          {entries.error ? (
            <Trouble problem={entries.error} retry={entries.retry} />
          ) : entries.items === undefined ? (
            <Loading lines={8} />
          ) : entries.items.length === 0 ? (
            <Empty icon="book" title={say('ledger.none')}>
              <p>{say('ledger.noneHow')}</p>
            </Empty>
          ) : (
            <>
              <LedgerRows entries={entries.items} withSession />
              {entries.more && (
                <Button loading={entries.loadingMore} onClick={entries.more}>
                  {say('action.more')}
                </Button>
              )}
            </>
          )}
        </Card>
        <div className="stack">
          <Adjustments />
          <Verify />
          <Accounts />
        </div>
      </div>
    </>
  )
}

function Verify(): ReactNode {
  const { say, language } = useWords()
  const verdict = useApi('GET /ledger/verify', {}, { enabled: false })
  return (
    <Card
      title={say('ledger.chain')}
      more={
        <Button loading={verdict.isFetching} onClick={() => void verdict.refetch()}>
          {say('ledger.verify')}
        </Button>
      }
    >
      {verdict.error && <Trouble problem={verdict.error} />}
      {verdict.data ? (
        <div className="stack">
          <Note tone={verdict.data.ok ? 'free' : 'fault'} icon={verdict.data.ok ? 'check' : 'warn'}>
            {verdict.data.ok
              ? say('ledger.ok', { entries: formatCount(verdict.data.entries, language) })
              : say('ledger.broken', {
                  sequence: verdict.data.firstBadEntry?.sequence ?? '–',
                  reason: verdict.data.firstBadEntry?.reason ?? ''
                })}
          </Note>
          <div className="small">
            {say('ledger.head')} <code className="mono">{verdict.data.headHash}</code>
          </div>
        </div>
      ) : (
        <p className="quiet">{say('ledger.chainWhy')}</p>
      )}
    </Card>
  )
}

function Accounts(): ReactNode {
  const { say, language } = useWords()
  const accounts = useApi('GET /ledger/accounts', { query: { limit: 200 } })
  return (
    <Card title={say('ledger.accounts')}>
      <Asked of={accounts}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{say('ledger.none')}</p>
          ) : (
            <table className="tbl">
              <tbody>
                {items.map((account) => (
                  <tr key={account.id}>
                    <td>
                      {partyText(account.party)}
                      <div className="quiet small">{wordFor('purpose', account.purpose)}</div>
                    </td>
                    <td className="num">
                      {formatMoney(account.balance, language)}
                      {account.pending.amountMinor !== 0 && (
                        <div className="quiet small">
                          {say('ledger.pending', { amount: formatMoney(account.pending, language) })}
                        </div>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </Card>
  )
}
