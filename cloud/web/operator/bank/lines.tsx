import type { ReactNode } from 'react'
import { formatMoney, useWords } from '../../kit/text.ts'
import { StatePill } from '../../kit/ui/index.ts'
import { Card, Scroll } from '../parts/parts.tsx'
import type { Line, Statement } from './types.ts'

type Props = {
  readonly title: string
  readonly how?: string
  readonly lines: readonly Line[]
  /** Within a card of somebody else's. */
  readonly bare?: boolean
  /** Each with how it stands: where that is not the same for all. */
  readonly states?: boolean
}

/** Payments that a file of the bank names; nothing where there are none. */
export function Lines({ title, how, lines, bare, states }: Props): ReactNode {
  if (lines.length === 0) return null
  const table = <LineTable title={title} lines={lines} states={states === true} />
  if (bare === true) return table
  return (
    <Card title={title}>
      <div className="stack">
        {how !== undefined && <p className="quiet small">{how}</p>}
        {table}
      </div>
    </Card>
  )
}

type TableProps = { readonly title: string; readonly lines: readonly Line[]; readonly states: boolean }

function LineTable({ title, lines, states }: TableProps): ReactNode {
  const { say, language } = useWords()
  return (
    <Scroll label={title}>
      <table className="tbl">
        <thead>
          <tr>
            <th scope="col">{say('back.account')}</th>
            <th scope="col">{say('fleet.invoice')}</th>
            <th scope="col" className="num">
              {say('refunds.amount')}
            </th>
            <th scope="col">{say('fleet.bookedOn')}</th>
            <th scope="col">{say('fleet.reference')}</th>
            {states && <th scope="col">{say('refunds.state')}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td>{line.fleetId}</td>
              <td className="nowrap">{line.invoiceNumber ?? say('fleet.noInvoice')}</td>
              <td className="num nowrap">{formatMoney(line.amount, language)}</td>
              <td className="tabular nowrap">{line.bookedOn}</td>
              <td>{line.reference}</td>
              {states && (
                <td>
                  <StatePill family="receipt" state={line.status} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** Money that names nothing of ours, with what the payer wrote. */
export function Unmatched({ lines }: { lines: Statement['unmatched'] }): ReactNode {
  const { say, language } = useWords()
  if (lines.length === 0) return null
  return (
    <Card title={say('bank.unmatched')}>
      <div className="stack">
        <p className="quiet small">{say('bank.unmatchedWhat')}</p>
        <Scroll label={say('bank.unmatched')}>
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col">{say('bank.text')}</th>
                <th scope="col" className="num">
                  {say('refunds.amount')}
                </th>
                <th scope="col">{say('fleet.bookedOn')}</th>
                <th scope="col">{say('fleet.reference')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(({ reference, text, amount, bookedOn }, index) => (
                <tr key={`${reference} ${index}`}>
                  <td>{text}</td>
                  <td className="num nowrap">{formatMoney(amount, language)}</td>
                  <td className="tabular nowrap">{bookedOn}</td>
                  <td>{reference}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </div>
    </Card>
  )
}
