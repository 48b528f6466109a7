import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useApi, useNow } from '../../kit/api/index.ts'
import { useWords, viewerZone, weekdayOf } from '../../kit/text.ts'
import { Asked, Empty, Icon, Pill } from '../../kit/ui/index.ts'
import { Card, Head } from '../parts/parts.tsx'
import { useZones } from '../parts/use-zones.ts'
import { Day } from './day.tsx'
import { ImportOcpi } from './import-ocpi.tsx'
import { bandsOf } from './picture/bands.ts'
import type { Tariff } from './types.ts'
import { validWords } from './valid.ts'

/** Every tariff in its newest version with today's prices; a change is a new version, never an edit. */
export function Tariffs(): ReactNode {
  const { say } = useWords()
  const [importing, setImporting] = useState(false)
  const tariffs = useApi('GET /tariffs', { query: { limit: 200 } })
  return (
    <>
      <Head title={say('nav.tariffs')}>
        <Link to="/operator/price-series" className="btn">
          <Icon name="history" size={15} />
          {say('series.title')}
        </Link>
        <button type="button" className="btn" onClick={() => setImporting(true)}>
          <Icon name="down" size={15} />
          {say('import.open')}
        </button>
        <Link to="/operator/tariffs/new" className="btn" data-kind="main">
          <Icon name="plus" size={15} />
          {say('tariffs.add')}
        </Link>
      </Head>
      <Asked of={tariffs}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="price" title={say('tariffs.none')}>
              <p>{say('tariffs.noneHow')}</p>
            </Empty>
          ) : (
            <div className="tiles">
              {items.map((tariff) => (
                <TariffCard key={tariff.id} tariff={tariff} />
              ))}
            </div>
          )
        }
      </Asked>
      {importing && <ImportOcpi close={() => setImporting(false)} />}
    </>
  )
}

function TariffCard({ tariff }: { tariff: Tariff }): ReactNode {
  const words = useWords()
  const { say } = words
  const zone = useZones()(tariff.assignments[0]?.siteId ?? '')
  const valid = validWords(tariff, zone, words)
  const weekday = weekdayOf(useNow(60_000), zone ?? viewerZone())
  return (
    <Card
      title={
        <Link to="/operator/tariffs/$tariffId" params={{ tariffId: tariff.id }}>
          {tariff.name}
        </Link>
      }
      more={
        <Link
          to="/operator/tariffs/$tariffId/new"
          params={{ tariffId: tariff.id }}
          className="btn"
          data-size="small"
        >
          {say('tariffs.change')}
        </Link>
      }
    >
      <p className="quiet small">
        {tariff.id} · {say('tariffs.version', { version: tariff.version })}
        {zone !== undefined && ` · ${zone}`}
        {valid !== '' && ` · ${valid}`}
      </p>
      {tariff.kind === 'rules' && (
        <Pill tone="off" icon="list">
          {say('tariffs.rules', { count: tariff.rules?.elements.length ?? 0 })}
        </Pill>
      )}
      <Day bands={bandsOf(tariff, weekday)} currency={tariff.currency} />
    </Card>
  )
}
