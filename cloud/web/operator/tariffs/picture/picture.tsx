import { useCallback, useState, type ReactNode } from 'react'
import { useNow } from '../../../kit/api/index.ts'
import { clockOf } from '../../../kit/prices.ts'
import { formatPrice, minuteOfDay, useWords, viewerZone, weekdayOf, wordFor } from '../../../kit/text.ts'
import { Icon, Note } from '../../../kit/ui/index.ts'
import { Chart, type Ink } from '../../charts/chart.tsx'
import { BandTable } from './band-table.tsx'
import { bandsOf, rangeOf, type DayBand, type Priced } from './bands.ts'
import { dayOption } from './day-option.ts'

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

/** The week as seven strips on one scale, and the chosen day as a curve with its numbers. */
export function Picture({ tariff, zone }: { tariff: Priced; zone: string | undefined }): ReactNode {
  const { say } = useWords()
  const now = useNow(60_000)
  const today = weekdayOf(now, zone ?? viewerZone())
  const [wish, setWeekday] = useState<number | null>(null)
  const weekday = wish ?? today
  const week = weekdays.map((each) => bandsOf(tariff, each))
  const bands = week[weekday - 1] ?? []
  if (week.every((each) => each.length === 0))
    return (
      <Note tone="wait" icon="warn">
        {say('picture.none')}
      </Note>
    )
  return (
    <div className="stack">
      <Week week={week} chosen={weekday} today={today} choose={setWeekday} currency={tariff.currency} />
      <DayCurve
        bands={bands}
        currency={tariff.currency}
        weekday={weekday}
        nowMinute={weekday === today ? minuteOfDay(now, zone ?? viewerZone()) : null}
      />
      {bands.some(({ dynamic }) => dynamic) && <Note icon="history">{say('picture.dynamic')}</Note>}
    </div>
  )
}

type WeekProps = {
  readonly week: readonly (readonly DayBand[])[]
  readonly chosen: number
  readonly today: number
  readonly choose: (weekday: number) => void
  readonly currency: string
}

function Week({ week, chosen, today, choose, currency }: WeekProps): ReactNode {
  const { say, language } = useWords()
  const range = rangeOf(week)
  const price = (text: string) => formatPrice(text, currency, language)
  return (
    <div>
      <div className="week" role="group" aria-label={say('picture.week')}>
        {weekdays.map((weekday) => (
          <button
            key={weekday}
            type="button"
            aria-pressed={weekday === chosen}
            aria-label={`${wordFor('weekday', String(weekday))}: ${spoken(week[weekday - 1] ?? [], price)}`}
            onClick={() => choose(weekday)}
          >
            <span className="day" data-today={weekday === today}>
              {wordFor('weekday', String(weekday))}
            </span>
            <Strip bands={week[weekday - 1] ?? []} low={range?.low ?? '0'} high={range?.high ?? '0'} />
          </button>
        ))}
      </div>
      <div className="dayhours week-hours">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{clockOf(hour * 60)}</span>
        ))}
      </div>
      {range && (
        <p className="quiet small row">
          <span className="scale" aria-hidden="true" />
          {say('picture.scale', { low: price(range.low), high: price(range.high) })}
        </p>
      )}
    </div>
  )
}

const spoken = (bands: readonly DayBand[], price: (text: string) => string): string =>
  bands.map((band) => `${clockOf(band.fromMinute)}–${clockOf(band.toMinute)} ${price(band.price)}`).join(', ')

function Strip({ bands, low, high }: { bands: readonly DayBand[]; low: string; high: string }): ReactNode {
  const span = Number(high) - Number(low)
  return (
    <span className="strip" aria-hidden="true">
      {bands.map((band) => (
        <i
          key={band.fromMinute}
          data-dynamic={band.dynamic}
          style={{
            left: `${(band.fromMinute / 1440) * 100}%`,
            width: `${((band.toMinute - band.fromMinute) / 1440) * 100}%`,
            // A drawing, not an amount: 14 % for the cheapest, 78 % for the dearest.
            ['--depth' as string]: `${14 + (span === 0 ? 0.4 : (Number(band.price) - Number(low)) / span) * 64}%`
          }}
        />
      ))}
    </span>
  )
}

type DayProps = {
  readonly bands: readonly DayBand[]
  readonly currency: string
  readonly weekday: number
  readonly nowMinute: number | null
}

function DayCurve({ bands, currency, weekday, nowMinute }: DayProps): ReactNode {
  const { say, language } = useWords()
  const drawn = JSON.stringify(bands) // The chart is drawn again when a price changes, not whenever React looks.
  const option = useCallback(
    (ink: Ink) => {
      const words = {
        electricity: say('tariffs.electricity'),
        service: say('tariffs.service'),
        now: say('picture.now'),
        unit: `${currency}/kWh`,
        price: (text: string) => formatPrice(text, currency, language)
      }
      return dayOption(JSON.parse(drawn) as DayBand[], words, { ink, language, nowMinute })
    },
    [drawn, currency, language, nowMinute, say]
  )
  const name = say('picture.day', { weekday: wordFor('weekday', String(weekday)) })
  return (
    <div className="stack">
      <h3 className="row">
        <Icon name="clock" size={15} /> {name}
      </h3>
      <Chart
        option={option}
        height={210}
        spoken={`${name}: ${spoken(bands, (text) => formatPrice(text, currency, language))}`}
      />
      <BandTable bands={bands} currency={currency} />
    </div>
  )
}
