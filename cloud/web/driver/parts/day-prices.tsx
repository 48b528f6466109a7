import type { ReactNode } from 'react'
import { useNow } from '../../kit/api/index.ts'
import { formatPrice, minuteOfDay, useWords, weekdayOf } from '../../kit/text.ts'
import { bandsOfDay, clockOf, heightOf, nowAndNext, type Band, type Prices } from '../../kit/prices.ts'

/** What a kilowatt-hour costs now, when that changes next, and the day as a picture. */
export function DayPrices({ prices, zone }: { prices: Prices; zone: string }): ReactNode {
  const { say, language } = useWords()
  const now = useNow(30_000)
  const minute = minuteOfDay(now, zone)
  const weekday = weekdayOf(now, zone)
  const { now: held, next } = nowAndNext(prices, weekday, minute)
  const price = (text?: string) => formatPrice(text, prices.currency, language)
  return (
    <div className="day">
      <div className="price-now">
        <div>
          <div className="quiet small">{say('driver.priceNow')}</div>
          <strong>
            {price(held?.price)} <small>{say('driver.perKWh')}</small>
          </strong>
        </div>
        {next && (
          <div className="small quiet">
            {say('driver.priceFrom', { time: clockOf(next.fromMinute), price: price(next.price) })}
          </div>
        )}
      </div>
      {held && Number(held.servicePrice) > 0 && (
        <div className="small quiet">
          {say('driver.priceParts', {
            electricity: price(held.electricityPrice),
            service: price(held.servicePrice)
          })}
        </div>
      )}
      <Bars
        bands={bandsOfDay(prices, weekday)}
        minute={minute}
        label={say('driver.dayPicture')}
        price={price}
      />
    </div>
  )
}

function Bars(props: {
  readonly bands: readonly Band[]
  readonly minute: number
  readonly label: string
  readonly price: (text: string) => string
}): ReactNode {
  const { bands, minute } = props
  const spoken = bands.map(
    (band) => `${clockOf(band.fromMinute)}–${clockOf(band.toMinute)} ${props.price(band.price)}`
  )
  return (
    <figure role="img" aria-label={`${props.label}: ${spoken.join(', ')}`}>
      <div className="bars">
        {bands.map((band) => (
          <i
            key={band.fromMinute}
            title={`${clockOf(band.fromMinute)}–${clockOf(band.toMinute)} ${props.price(band.price)}`}
            data-now={minute >= band.fromMinute && minute < band.toMinute}
            style={{
              width: `${((band.toMinute - band.fromMinute) / 1440) * 100}%`,
              height: `${35 + heightOf(band.price, bands) * 65}%`
            }}
          />
        ))}
        <span className="needle" style={{ left: `${(minute / 1440) * 100}%` }} />
      </div>
      <div className="hours">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{clockOf(hour * 60)}</span>
        ))}
      </div>
    </figure>
  )
}
