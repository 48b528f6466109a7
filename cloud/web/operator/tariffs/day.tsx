import type { ReactNode } from 'react'
import { formatPrice, useWords } from '../../kit/text.ts'
import { clockOf, heightOf } from '../../kit/prices.ts'
import { BandTable } from './picture/band-table.tsx'
import type { DayBand } from './picture/bands.ts'

/** A day's prices as bars in proportion to their height and length; the numbers below. */
export function Day({ bands, currency }: { bands: readonly DayBand[]; currency: string }): ReactNode {
  const { language } = useWords()
  const price = (text: string) => formatPrice(text, currency, language)
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
      <BandTable bands={bands} currency={currency} />
    </div>
  )
}
