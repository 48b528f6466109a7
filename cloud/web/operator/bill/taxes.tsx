import type { ReactNode } from 'react'
import type { Bill } from '../../kit/api/index.ts'
import { formatMoney, useWords } from '../../kit/text.ts'
import { Scroll } from '../parts/parts.tsx'

type Taxed = Pick<Bill, 'taxes' | 'net' | 'tax' | 'rounding' | 'total' | 'paid' | 'payable'>

/** Net, tax by rate, the rounding difference, and what is left to pay: each a line, adding up downwards. */
export function Taxes({ bill }: { bill: Taxed }): ReactNode {
  const { say, language } = useWords()
  const rows: readonly (readonly [string, Bill['total'], string])[] = [
    [say('bill.net'), bill.net, ''],
    ...bill.taxes.map(({ name, percent, base, tax, exemption }): [string, Bill['total'], string] => [
      percent === null ? name : `${name} ${percent} %`,
      tax,
      exemption ?? say('bill.onBase', { base: formatMoney(base, language) })
    ]),
    ...(bill.rounding.amountMinor === 0 ? [] : [[say('bill.difference'), bill.rounding, ''] as const])
  ]
  if (bill.taxes.length === 0) return null
  return (
    <Scroll label={say('bill.taxes')}>
      <table className="tbl taxes">
        <tbody>
          {rows.map(([name, money, note]) => (
            <tr key={name}>
              <th scope="row">
                {name} <span className="quiet small">{note}</span>
              </th>
              <td className="num">{formatMoney(money, language)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{say('word.total')}</td>
            <td className="num">{formatMoney(bill.total, language)}</td>
          </tr>
          {bill.payable.amountMinor !== bill.total.amountMinor && (
            <tr>
              <td>{say('bill.payable', { paid: formatMoney(bill.paid, language) })}</td>
              <td className="num">{formatMoney(bill.payable, language)}</td>
            </tr>
          )}
        </tfoot>
      </table>
    </Scroll>
  )
}
