import type { ReactNode } from 'react'
import { minorHalfUp, sumOfTexts } from '../../kit/exact.ts'
import { ruleText } from '../../kit/rule-words.ts'
import { formatMoney, formatPrice, lineText, type Money, useWords, wordFor } from '../../kit/text.ts'
import { Note, Pill } from '../../kit/ui/index.ts'
import { Scroll } from '../parts/parts.tsx'
import { type ExplainedLine, unrounded } from './line.ts'
import { minorDigitsOf } from './minor.ts'

export type Explained = {
  readonly lines: readonly ExplainedLine[]
  readonly total: Money
  readonly exact: string | null // The unrounded total; null: it is a sum of bills, each rounded by itself.
}

/** Green when the lines are the total, red with the difference when they are not. */
export function AddsUp({ bill: { lines, total } }: { bill: Omit<Explained, 'exact'> }): ReactNode {
  const { say } = useWords()
  const off = lines.reduce((all, { amountMinor }) => all + amountMinor, -total.amountMinor)
  return off === 0 ? (
    <Pill tone="free" icon="check">
      {say('bill.addsUp')}
    </Pill>
  ) : (
    <Pill tone="fault" icon="warn">
      {say('bill.offBy', { amount: off })}
    </Pill>
  )
}

/** Each line with the sum that made it: quantity × unit price, unrounded, and the rule; then how the total was rounded. */
export function BillLines({ bill }: { bill: Explained }): ReactNode {
  const { say, language } = useWords()
  const heads = [say('bill.quantity'), say('bill.price'), say('bill.unrounded'), say('bill.amount')]
  return (
    <div className="stack">
      <Scroll label={say('bill.title')}>
        <table className="tbl bill">
          <thead>
            <tr>
              <th scope="col">{say('bill.line')}</th>
              {heads.map((head) => (
                <th key={head} scope="col" className="num">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bill.lines.map((line, index) => (
              <Row key={index} line={line} currency={bill.total.currency} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={3}>{say('word.total')}</td>
              <td className="num quiet">{bill.exact !== null && shortened(bill.exact)}</td>
              <td className="num">{formatMoney(bill.total, language)}</td>
            </tr>
          </tfoot>
        </table>
      </Scroll>
      {bill.exact !== null && <Rounding bill={{ ...bill, exact: bill.exact }} />}
    </div>
  )
}

function Row({ line, currency }: { line: ExplainedLine; currency: string }): ReactNode {
  const { say, language } = useWords()
  const part = line.part ?? line.kind
  return (
    <tr>
      <td>
        <strong>{part === line.name ? wordFor('part', part) : lineText(line.name)}</strong>{' '}
        {part !== undefined && part !== line.name && <span className="quiet">{wordFor('part', part)}</span>}
        <div className="quiet small">{ruleText(line.rule, language)}</div>
      </td>
      <td className="num nowrap">
        {line.quantity} {wordFor('billUnit', line.unit)}
      </td>
      <td className="num nowrap">
        × {formatPrice(shortened(line.unitPrice), currency, language)}
        {line.taxPercent !== null && line.taxPercent !== undefined && (
          <div className="quiet small">
            {say(line.taxMinor === undefined ? 'bill.tax' : 'bill.taxIn', { percent: line.taxPercent })}
          </div>
        )}
      </td>
      <td className="num quiet">{shortened(unrounded(line))}</td>
      <td className="num">{formatMoney({ currency, amountMinor: line.amountMinor }, language)}</td>
    </tr>
  )
}

const shownDigits = 8
/** A share without an end is cut where nobody reads on. */
function shortened(text: string): string {
  const [whole = '', fraction = ''] = text.split('.')
  return fraction.length > shownDigits ? `${whole}.${fraction.slice(0, shownDigits)}` : text
}

/** The one rounding, to be done again by hand. */
function Rounding({
  bill: { total, exact, lines }
}: {
  bill: Explained & { readonly exact: string }
}): ReactNode {
  const { say, language } = useWords()
  const isSame = minorHalfUp(exact, minorDigitsOf(total.currency)) === BigInt(total.amountMinor)
  const byHand = sumOfTexts(lines.map(unrounded))
  return (
    <Note tone={isSame ? 'free' : 'wait'} icon={isSame ? 'check' : 'warn'}>
      {say(isSame ? 'bill.rounded' : 'bill.roundedOdd', {
        exact: shortened(exact),
        total: formatMoney(total, language)
      })}{' '}
      {shortened(byHand) !== shortened(exact) && (
        <span className="quiet">{say('bill.shownSum', { sum: shortened(byHand) })}</span>
      )}
    </Note>
  )
}
