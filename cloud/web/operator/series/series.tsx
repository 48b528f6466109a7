import { Button, Input } from 'antd'
import { useCallback, useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { formatCount, formatPrice, formatTime, useWords, viewerZone } from '../../kit/text.ts'
import { Asked, Empty, Note, Refusal } from '../../kit/ui/index.ts'
import { Chart, type Ink } from '../charts/chart.tsx'
import { Card, Head, Scroll } from '../parts/parts.tsx'
import { useHomeZone } from '../parts/use-zones.ts'
import { minutesFor, readPrices } from './read-prices.ts'
import { seriesOption } from './series-option.ts'

type Day = Answer<'GET /price-series/{name}/days/{day}'>

/** Day-ahead prices: which series there are, how far they reach, and a day to look at or to bring. */
export function SeriesPage(): ReactNode {
  const zone = useHomeZone()
  const { say, language } = useWords()
  const series = useApi('GET /price-series', { query: { limit: 200 } })
  const [looked, setLooked] = useState<Day | null>(null)
  return (
    <>
      <Head title={say('series.title')} up={{ to: '/operator/tariffs', name: say('nav.tariffs') }} />
      <div className="two">
        <Card
          title={looked ? say('series.day', { day: looked.day, zone: looked.timeZone }) : say('series.known')}
        >
          {looked && <Curve day={looked} />}
          <Asked of={series}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty icon="history" title={say('series.none')}>
                  <p>{say('series.noneHow')}</p>
                </Empty>
              ) : (
                <Scroll label={say('series.known')}>
                  <table className="tbl">
                    <thead>
                      <tr>
                        <th scope="col">{say('tariffs.name')}</th>
                        <th scope="col" className="num">
                          {say('series.days')}
                        </th>
                        <th scope="col">{say('series.until')}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {items.map(({ name, days, until, currency }) => (
                        <tr key={name}>
                          <td>
                            <strong>{name}</strong> <span className="quiet">{currency}/kWh</span>
                          </td>
                          <td className="num">{formatCount(days, language)}</td>
                          <td className="tabular">{formatTime(until, 'short', language, zone)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </Scroll>
              )
            }
          </Asked>
        </Card>
        <Bring show={setLooked} />
      </div>
    </>
  )
}

function Curve({ day }: { day: Day }): ReactNode {
  const { say, language } = useWords()
  const option = useCallback(
    (ink: Ink) => seriesOption(day, { ink, language, zone: day.timeZone }),
    [day, language]
  )
  const sorted = day.prices.toSorted((a, b) => Number(a) - Number(b))
  const price = (text: string | undefined) => formatPrice(text, day.currency, language)
  const spoken = say('series.spoken', {
    count: day.prices.length,
    low: price(sorted[0]),
    high: price(sorted.at(-1))
  })
  return (
    <div className="stack">
      <Chart option={option} spoken={spoken} height={240} />
      <p className="quiet small">
        {spoken} · {say('series.revision', { revision: day.revision })}
      </p>
    </div>
  )
}

const tomorrow = (zone: string): string =>
  new Date(Date.now() + 86_400_000).toLocaleDateString('sv-SE', { timeZone: zone })

function Bring({ show }: { show: (day: Day) => void }): ReactNode {
  const { say } = useWords()
  const sites = useApi('GET /sites', { query: { limit: 1 } })
  const site = sites.data?.items[0]
  const zone = site?.timeZone ?? viewerZone()
  const [name, setName] = useState('day-ahead')
  const [day, setDay] = useState(tomorrow(zone))
  const [text, setText] = useState('')
  const read = readPrices(text)
  const prices = 'odd' in read ? [] : read
  const minutes = minutesFor(prices.length)
  const deed = useDeed('POST /price-series', ['GET /price-series'])
  const send = () => {
    if (minutes === undefined) return
    const body = { day, timeZone: zone, currency: site?.currency ?? 'EUR', minutes, prices: [...prices] }
    deed.mutate({ body: { name, ...body } }, { onSuccess: show })
  }
  return (
    <Card title={say('series.bring')}>
      <div className="stack">
        <label className="field">
          <span>{say('series.name')}</span>
          <Input value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        <label className="field">
          <span>{say('series.date', { zone })}</span>
          <Input type="date" value={day} onChange={({ target }) => setDay(target.value)} />
        </label>
        <label className="field">
          <span>{say('series.prices', { unit: `${site?.currency ?? ''}/kWh` })}</span>
          <Input.TextArea
            rows={8}
            className="mono"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <p className="quiet small" aria-live="polite">
          {'odd' in read
            ? say('series.odd', { text: read.odd })
            : minutes === undefined
              ? say('series.count', { count: prices.length })
              : say('series.fits', { count: prices.length, minutes })}
        </p>
        <Button type="primary" disabled={minutes === undefined} loading={deed.isPending} onClick={send}>
          {say('series.send')}
        </Button>
        <Refusal problem={deed.error} />
        {deed.data && (
          <Note tone="free" icon="check">
            {say('series.kept', { day: deed.data.day })}
          </Note>
        )}
      </div>
    </Card>
  )
}
