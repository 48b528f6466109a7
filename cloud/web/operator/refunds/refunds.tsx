import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { usePages } from '../../kit/api/index.ts'
import { formatMoney, formatTime, useWords, wordFor } from '../../kit/text.ts'
import { Empty, Loading, StatePill, Trouble } from '../../kit/ui/index.ts'
import { Head, Sheet } from '../parts/parts.tsx'
import { useHomeZone } from '../parts/use-zones.ts'
import { DecideRefund } from './decide.tsx'
import type { Refund } from './types.ts'

const states = ['proposed', 'asked', 'done', 'failed', 'rejected'] as const
type Shown = (typeof states)[number] | 'all'
type Choice = { readonly value: Shown; readonly label: string }

/** Money that goes back: of sessions and of wallets; what waits for a second person is shown first. */
export function Refunds(): ReactNode {
  const { say } = useWords()
  const [shown, setShown] = useState<Shown>('proposed')
  const query = { limit: 50, ...(shown === 'all' ? {} : { status: shown }) }
  const refunds = usePages('GET /payments/refunds', { query })
  return (
    <>
      <Head title={say('nav.refunds')}>
        <Select
          aria-label={say('refunds.filter')}
          style={{ minWidth: 220 }}
          value={shown}
          onChange={setShown}
          options={[
            ...states.map((value): Choice => ({ value, label: wordFor('refundState', value) })),
            { value: 'all', label: say('refunds.all') }
          ]}
        />
      </Head>
      {refunds.error ? (
        <Trouble problem={refunds.error} retry={refunds.retry} />
      ) : refunds.items === undefined ? (
        <Loading lines={6} />
      ) : refunds.items.length === 0 ? (
        <Empty icon="check" title={say('refunds.none')}>
          {shown === 'proposed' && <p>{say('refunds.noneWaiting')}</p>}
        </Empty>
      ) : (
        <Rows refunds={refunds.items} />
      )}
      {refunds.more && (
        <Button loading={refunds.loadingMore} onClick={refunds.more}>
          {say('action.more')}
        </Button>
      )}
    </>
  )
}

function Rows({ refunds }: { refunds: readonly Refund[] }): ReactNode {
  const { say, language } = useWords()
  const zone = useHomeZone()
  return (
    <Sheet
      label={say('nav.refunds')}
      heads={[
        { name: say('refunds.when') },
        { name: say('refunds.what') },
        { name: say('refunds.to') },
        { name: say('refunds.amount'), num: true },
        { name: say('refunds.state') },
        { name: say('tokens.do') }
      ]}
    >
      <tbody>
        {refunds.map((refund) => (
          <tr key={refund.id}>
            <td className="tabular">{formatTime(refund.createdAt, 'short', language, zone)}</td>
            <td>
              <What refund={refund} />
            </td>
            <td>
              {wordFor('provider', refund.provider)}
              <div className="quiet small" title={refund.driverId}>
                {say('refunds.driver', { driver: refund.driverId.slice(0, 8) })}
              </div>
            </td>
            <td className="num">
              <strong className="nowrap">{formatMoney(refund.amount, language)}</strong>
              {refund.fee.amountMinor > 0 && (
                <div className="quiet small">
                  {say('refunds.fee', { fee: formatMoney(refund.fee, language) })}
                </div>
              )}
            </td>
            <td>
              <StatePill family="refundState" state={refund.status} />
              {refund.error !== null && (
                <div className="quiet small" lang="en">
                  {refund.error}
                </div>
              )}
            </td>
            <td>
              <DecideRefund refund={refund} />
            </td>
          </tr>
        ))}
      </tbody>
    </Sheet>
  )
}

function What({ refund }: { refund: Refund }): ReactNode {
  const { say } = useWords()
  const { sessionId } = refund
  if (sessionId === null)
    return (
      <>
        {say('refunds.of.wallet')}
        <div className="quiet small">{say('refunds.byDriver')}</div>
      </>
    )
  return (
    <>
      <Link to="/operator/sessions/$sessionId" params={{ sessionId }}>
        {say('reviews.session', { id: sessionId.slice(0, 8) })}
      </Link>
      <div className="quiet small">{refund.reason}</div>
    </>
  )
}
