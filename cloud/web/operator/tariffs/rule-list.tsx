import type { ReactNode } from 'react'
import { formatPrice, useWords, wordFor, type Say } from '../../kit/text.ts'
import { Scroll } from '../parts/parts.tsx'
import type { Rules } from './types.ts'

type Restrictions = NonNullable<Rules['elements'][number]['restrictions']>

/** Rules in the order in which they are asked, each with when and for whom it holds. */
export function RuleList({ rules }: { rules: Rules }): ReactNode {
  const { say, language } = useWords()
  const price = (text: string) => formatPrice(text, rules.currency, language)
  return (
    <div className="stack">
      <Scroll label={say('tariff.rules')}>
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{say('rules.what')}</th>
              <th scope="col" className="num">
                {say('rules.price')}
              </th>
              <th scope="col">{say('rules.when')}</th>
            </tr>
          </thead>
          <tbody>
            {rules.elements.flatMap(({ name, components, restrictions = {} }, index) =>
              components.map((component, place) => (
                <tr key={`${index} ${place}`}>
                  <td>
                    {wordFor('part', component.dimension)}
                    {component.part && ` · ${wordFor('part', component.part)}`}
                    <div className="quiet small">{component.name ?? name}</div>
                  </td>
                  <td className="num nowrap">
                    {typeof component.price === 'string'
                      ? price(component.price)
                      : `${component.price.series} + ${price(component.price.plus ?? '0')}`}{' '}
                    <span className="quiet small">{wordFor('per', component.dimension)}</span>
                    {component.taxPercent !== undefined && (
                      <div className="quiet small">{say('bill.tax', { percent: component.taxPercent })}</div>
                    )}
                  </td>
                  <td className="small">{whenOf(restrictions, say)}</td>
                </tr>
              ))
            )}
          </tbody>
        </table>
      </Scroll>
      {(rules.discounts ?? []).map(({ name, percent, perKwh, once, restrictions = {} }, index) => (
        <p key={index} className="small">
          <strong>{say('rules.discount')}</strong> {name}:{' '}
          {percent === undefined ? price(perKwh ?? once ?? '0') : `−${percent} %`} ·{' '}
          {whenOf(restrictions, say)}
        </p>
      ))}
    </div>
  )
}

const some = (text: string): string[] => (text === '' ? [] : [text])

/** When a price holds, in words; bounds are told as they stand. */
export function whenOf(restrictions: Restrictions, say: Say): string {
  const { startTime, endTime, weekdays = [], groups = [], coupons = [], minIdleS, ...rest } = restrictions
  const isClocked = startTime !== undefined || endTime !== undefined
  const all = [
    ...(isClocked ? [`${startTime ?? '00:00'}–${endTime ?? '24:00'}`] : []),
    ...some(weekdays.map((each) => wordFor('weekday', String(each))).join(', ')),
    ...(minIdleS === undefined ? [] : [say('rules.afterIdle', { minutes: minIdleS / 60 })]),
    ...some([...groups, ...coupons].join(', ')),
    ...Object.entries(rest).flatMap(([name, value]) => boundText(name, value))
  ]
  return all.length === 0 ? say('rules.always') : all.join(' · ')
}

const boundText = (name: string, value: unknown): string[] =>
  value === undefined
    ? []
    : [`${wordFor('bound', name)} ${typeof value === 'string' ? value : JSON.stringify(value)}`]
