import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Answer } from '../../kit/api/index.ts'
import { formatMoney, formatTime, partyText, useWords, wordFor } from '../../kit/text.ts'
import { Scroll } from '../parts/parts.tsx'
import { memoText } from './memo.ts'

export { sumsOf } from './sums.ts'

export type LedgerEntry = Answer<'GET /ledger/entries'>['items'][number]

/** Entries as they stand in the chain; negative is money leaving the account. */
export function LedgerRows(props: {
  readonly entries: readonly LedgerEntry[]
  readonly zone?: string | undefined
  readonly withSession?: boolean
}): ReactNode {
  const { say } = useWords()
  return (
    <Scroll label={say('ledger.entries')}>
      <table className="tbl">
        <thead>
          <tr>
            <th scope="col">{say('ledger.no')}</th>
            <th scope="col">{say('ledger.what')}</th>
            <th scope="col">{say('ledger.account')}</th>
            <th scope="col" className="num">
              {say('word.amount')}
            </th>
            <th scope="col">{say('ledger.at')}</th>
          </tr>
        </thead>
        <tbody>
          {props.entries.map((entry) => (
            <Row
              key={`${entry.sequence}.${entry.line}`}
              entry={entry}
              zone={props.zone}
              linked={props.withSession === true}
            />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Row({
  entry,
  zone,
  linked
}: {
  entry: LedgerEntry
  zone: string | undefined
  linked: boolean
}): ReactNode {
  const { language } = useWords()
  const what = `${wordFor('transfer', entry.kind)} · ${wordFor('phase', entry.phase)}`
  return (
    <tr>
      <td className="tabular">
        <Link to="/operator/ledger/entries/$entryId" params={{ entryId: `${entry.sequence}-${entry.line}` }}>
          {entry.sequence}.{entry.line}
        </Link>
      </td>
      <td>
        {linked && entry.sessionId !== null ? (
          <Link to="/operator/sessions/$sessionId" params={{ sessionId: entry.sessionId }}>
            {what}
          </Link>
        ) : (
          what
        )}
        {entry.memo !== '' && <div className="quiet small">{memoText(entry.memo, language)}</div>}
      </td>
      <td>
        {partyText(entry.party)} <span className="quiet">· {wordFor('purpose', entry.purpose)}</span>
      </td>
      <td className="num">{formatMoney(entry.amount, language)}</td>
      <td className="quiet">{formatTime(entry.at, 'short', language, zone)}</td>
    </tr>
  )
}
