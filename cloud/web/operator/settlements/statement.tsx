import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { formatCount, formatMoney, formatTime, partyText, useWords, wordFor } from '../../kit/text.ts'
import { Asked } from '../../kit/ui/index.ts'
import { memoText } from '../ledger/memo.ts'
import { HeldBack } from './held-back.tsx'
import { OpenDispute } from './open-dispute.tsx'
import type { Settlement, Statement } from './types.ts'

/** A party's line; unfolded, every ledger entry it is made of, each with its proof. */
export function StatementRow(props: {
  readonly statement: Statement
  readonly settlement: Settlement
}): ReactNode {
  const { statement, settlement } = props
  const { say, language } = useWords()
  const [open, setOpen] = useState(false)
  const money = (name: 'charges' | 'refunds' | 'other' | 'net') => (
    <td className="num nowrap">{formatMoney(statement[name], language)}</td>
  )
  return (
    <>
      <tr>
        <td>
          <strong>{partyText(statement.party)}</strong>
          <div className="quiet small">{wordFor('purpose', statement.purpose)}</div>
        </td>
        {money('charges')}
        {money('refunds')}
        {money('other')}
        {money('net')}
        <td className="num nowrap">
          {formatMoney(statement.held, language)}
          <HeldBack statement={statement} settlement={settlement} />
        </td>
        <td className="num nowrap">
          <strong>{formatMoney(statement.payable, language)}</strong>
          <OpenDispute statement={statement} settlement={settlement} />
        </td>
        <td>
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {say('settle.entryCount', { count: formatCount(statement.entryCount, language) })}
          </Button>
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={8}>
            <Entries id={statement.id} zone={settlement.timeZone} />
          </td>
        </tr>
      )}
    </>
  )
}

function Entries({ id, zone }: { id: string; zone: string }): ReactNode {
  const { language } = useWords()
  const entries = useApi('GET /settlements/statements/{id}/entries', { path: { id } })
  return (
    <Asked of={entries} lines={2}>
      {({ items }) => (
        <ul className="entries">
          {items.map((each) => (
            <li key={each.entry}>
              <Link to="/operator/ledger/entries/$entryId" params={{ entryId: each.entry }}>
                {each.entry}
              </Link>
              <span>{wordFor('transfer', each.kind)}</span>
              <span className="quiet">{memoText(each.memo, language)}</span>
              <span className="quiet tabular">{formatTime(each.at, 'short', language, zone)}</span>
              <span className="num tabular">{formatMoney(each.amount, language)}</span>
            </li>
          ))}
        </ul>
      )}
    </Asked>
  )
}
