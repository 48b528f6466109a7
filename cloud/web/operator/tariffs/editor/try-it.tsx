import { Input } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useApi } from '../../../kit/api/index.ts'
import { formatMoney, useWords, wordFor } from '../../../kit/text.ts'
import { Loading, Note, Refusal } from '../../../kit/ui/index.ts'
import { BillLines } from '../../bill/lines.tsx'
import type { Tried } from '../types.ts'
import type { Prices } from './draft.ts'
import { sessionOf, startToday, type Sample } from './sample.ts'

const calmMs = 400 // A price is asked for when the fingers rest.

/** A session that is thought of, priced by the cloud's own rating while the tariff is typed. */
export function TryIt({ prices, zone }: { prices: Prices | null; zone: string }): ReactNode {
  const { say } = useWords()
  const [sample, setSample] = useState<Sample>({
    start: startToday(zone),
    hours: '1.5',
    kWh: '30',
    idleMinutes: '0',
    groups: ''
  })
  const session = sessionOf(sample, zone)
  const body = useCalm(prices && session ? { ...prices, timeZone: zone, session } : null)
  const tried = useApi('POST /tariffs/try', body ? { body } : {}, { enabled: body !== null, keepOld: true })
  const field = (name: keyof Sample, suffix?: string) => (
    <label className={name === 'start' ? 'field wide-field' : 'field'}>
      <span>{say(`try.${name}`)}</span>
      <Input
        type={name === 'start' ? 'datetime-local' : 'text'}
        value={sample[name]}
        onChange={({ target }) => setSample({ ...sample, [name]: target.value })}
        {...(suffix === undefined ? {} : { suffix })}
      />
    </label>
  )
  return (
    <div className="stack">
      <div className="try-fields">
        {field('start')}
        {field('kWh', 'kWh')}
        {field('hours', 'h')}
        {field('idleMinutes', 'min')}
        {field('groups')}
      </div>
      {tried.error ? (
        <Refusal problem={tried.error} />
      ) : body === null ? (
        <p className="quiet">{say('try.unfinished')}</p>
      ) : tried.data ? (
        <Outcome tried={tried.data} old={tried.isFetching} />
      ) : (
        <Loading lines={4} />
      )}
    </div>
  )
}

function Outcome({ tried, old }: { tried: Tried; old: boolean }): ReactNode {
  const { say, language } = useWords()
  if (tried.review.length > 0)
    return (
      <Note tone="wait" icon="eye">
        {say('try.review')} {tried.review.map((each) => wordFor('ratingReview', each)).join(', ')}
      </Note>
    )
  return (
    <div className={old ? 'old' : undefined}>
      <p className="try-total" aria-live="polite">
        <strong>{formatMoney(tried.total, language)}</strong>
        {tried.tax.amountMinor !== 0 && (
          <span className="quiet small">
            {say('try.taxIn', {
              net: formatMoney(tried.net, language),
              tax: formatMoney(tried.tax, language)
            })}
          </span>
        )}
      </p>
      <BillLines bill={{ lines: tried.lines, total: tried.total, exact: tried.exact.incl }} />
    </div>
  )
}

/** The value once it has stood still for a moment. */
function useCalm<Value>(value: Value): Value {
  const text = JSON.stringify(value)
  const [calm, setCalm] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setCalm(text), calmMs)
    return () => clearTimeout(timer)
  }, [text])
  return JSON.parse(calm) as Value
}
