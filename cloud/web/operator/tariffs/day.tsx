import type { ReactNode } from 'react'
import { formatPrice, useWords } from '../../kit/text.ts'
import { bandsOfDay, clockOf, heightOf, type Prices } from '../../kit/prices.ts'

/** A day's prices as bars in proportion to their height and length; the numbers below. */
export function Day({ prices, weekday }: { prices: Prices; weekday: number }): ReactNode {
  const { say, language } = useWords()
  const bands = bandsOfDay(prices, weekday)
  const price = (text: string) => formatPrice(text, prices.currency, language)
  const spoken = bands
    .map((band) => `${clockOf(band.fromMinute)}–${clockOf(band.toMinute)} ${price(band.price)}`)
    .join(', ')
  return (
    <div className="stack">
      <figure role="img" aria-label={spoken}>
        <div className="daybar">
          {bands.map((band) => (
            <i
              key={band.fromMinute}
              title={`${clockOf(band.fromMinute)}–${clockOf(band.toMinute)} ${price(band.price)}`}
              style={{
                width: `${((band.toMinute - band.fromMinute) / 1440) * 100}%`,
                height: `${30 + heightOf(band.price, bands) * 70}%`
              }}
            />
          ))}
        </div>
        <div className="dayhours">
          {[0, 6, 12, 18, 24].map((hour) => (
            <span key={hour}>{clockOf(hour * 60)}</span>
          ))}
        </div>
      </figure>
      <table className="tbl day-table">
        <thead>
          <tr>
            <th scope="col">{say('tariffs.when')}</th>
            <th scope="col">{say('tariffs.name')}</th>
            <th scope="col" className="num">
              {say('tariffs.electricity')}
            </th>
            <th scope="col" className="num">
              {say('tariffs.service')}
            </th>
            <th scope="col" className="num">
              {say('tariffs.both')}
            </th>
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
                <strong>{price(band.price)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
