import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { type Answer, useApi, useDeed } from '../../kit/api/index.ts'
import { formatEnergy, formatMoney, formatTime, useWords, wordFor, type Money } from '../../kit/text.ts'
import { Asked, Empty, Figure, Refusal } from '../../kit/ui/index.ts'
import { differenceOf } from '../parts/money.ts'
import { Card, Scroll } from '../parts/parts.tsx'
import { useZones } from '../parts/use-zones.ts'
import type { Tariff } from './types.ts'

type Past = Answer<'POST /tariffs/{id}/versions/{version}/preview-past'>
const howMany = 50

/** What the last sessions of a site would have cost by this version, beside what was billed. */
export function LookBack({ tariff }: { tariff: Tariff }): ReactNode {
  const { say } = useWords()
  const zoneOf = useZones()
  const sites = useApi('GET /sites', { query: { limit: 200 } })
  const [wish, setSite] = useState<string | null>(null)
  const past = useDeed('POST /tariffs/{id}/versions/{version}/preview-past')
  return (
    <Card title={say('past.title')}>
      <p className="quiet small">{say('past.why', { count: howMany })}</p>
      <Asked of={sites} lines={1}>
        {({ items }) => {
          const siteId = wish ?? tariff.assignments[0]?.siteId ?? items[0]?.id
          if (siteId === undefined) return <p className="quiet">{say('home.noSites')}</p>
          const ask = () =>
            past.mutate({
              path: { id: tariff.id, version: tariff.version },
              body: { siteId, sessions: howMany }
            })
          return (
            <div className="filters">
              <Select
                aria-label={say('past.site')}
                style={{ minWidth: 220 }}
                value={siteId}
                onChange={setSite}
                options={items.map(({ id, name }) => ({ value: id, label: name }))}
              />
              <Button loading={past.isPending} onClick={ask}>
                {say('past.go')}
              </Button>
            </div>
          )
        }}
      </Asked>
      <Refusal problem={past.error} />
      {past.data && <Compared past={past.data} zone={zoneOf(past.variables.body?.siteId ?? '')} />}
    </Card>
  )
}

function Compared({ past, zone }: { past: Past; zone: string | undefined }): ReactNode {
  const { say, language } = useWords()
  if (past.sessions.length === 0)
    return (
      <Empty icon="receipt" title={say('past.none')}>
        <p>{say('past.noneHow')}</p>
      </Empty>
    )
  const money = (each: Money) => ({ value: formatMoney(each, language), unit: '' })
  return (
    <div className="stack">
      <dl className="figures">
        <Figure name={say('past.billed')} shown={money(past.billed)} />
        <Figure name={say('past.would')} shown={money(past.would)} />
        <Figure name={say('past.difference')} shown={money(differenceOf(past.would, past.billed))} />
      </dl>
      <Scroll label={say('past.title')}>
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{say('sessions.started')}</th>
              {(['word.energy', 'past.billed', 'past.would', 'past.difference'] as const).map((each) => (
                <th key={each} scope="col" className="num">
                  {say(each)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {past.sessions.map((each) => (
              <tr key={each.sessionId}>
                <td>
                  <Link to="/operator/sessions/$sessionId" params={{ sessionId: each.sessionId }}>
                    {formatTime(each.startedAt, 'short', language, zone)}
                  </Link>
                </td>
                <td className="num">{formatEnergy(Number(each.energyWh), language)}</td>
                <td className="num">{formatMoney(each.billed, language)}</td>
                <td className="num">{formatMoney(each.would, language)}</td>
                <td className="num">{formatMoney(differenceOf(each.would, each.billed), language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {past.leftOut.length > 0 && (
        <p className="quiet small">
          {say('past.leftOut', { count: past.leftOut.length })}{' '}
          {[...new Set(past.leftOut.map(({ because }) => wordFor('ratingReview', because)))].join(', ')}
        </p>
      )}
    </div>
  )
}
