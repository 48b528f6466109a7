import type { ReactNode } from 'react'
import { clockOf } from '../../../kit/prices.ts'
import { formatPrice, useWords } from '../../../kit/text.ts'
import type { DayBand } from './bands.ts'

/** A day's prices as numbers. */
export function BandTable({ bands, currency }: { bands: readonly DayBand[]; currency: string }): ReactNode {
  const { say, language } = useWords()
  const price = (text: string) => formatPrice(text, currency, language)
  const heads = [say('tariffs.electricity'), say('tariffs.service'), say('tariffs.both')]
  return (
    <div className="scroll-x">
      <table className="tbl day-table">
        <thead>
          <tr>
            <th scope="col">{say('tariffs.when')}</th>
            <th scope="col">{say('tariffs.name')}</th>
            {heads.map((head) => (
              <th key={head} scope="col" className="num">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bands.map((band) => (
            <tr key={band.fromMinute}>
              <td>
                {clockOf(band.fromMinute)}–{clockOf(band.toMinute)}
              </td>
              <td>
                {band.name === '' ? <span className="quiet">{say('tariffs.fallback')}</span> : band.name}
              </td>
              <td className="num">{price(band.electricityPrice)}</td>
              <td className="num">{price(band.servicePrice)}</td>
              <td className="num">
                <strong>
                  {band.dynamic && '+ '}
                  {price(band.price)}
                </strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
