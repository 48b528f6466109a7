import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useApi, useNow } from '../../kit/api/index.ts'
import { formatTime, useWords, viewerZone, weekdayOf } from '../../kit/text.ts'
import { Asked, Empty, Icon } from '../../kit/ui/index.ts'
import { Card, Head } from '../parts/parts.tsx'
import { useZones } from '../parts/use-zones.ts'
import { Day } from './day.tsx'
import { NewVersion } from './new-version.tsx'
import type { Tariff } from './types.ts'

/** Every tariff in its newest version with today's prices; a change is a new version, never an edit. */
export function Tariffs(): ReactNode {
  const { say } = useWords()
  const [draft, setDraft] = useState<Tariff | 'new' | null>(null)
  const tariffs = useApi('GET /tariffs', { query: { limit: 200 } })
  return (
    <>
      <Head title={say('nav.tariffs')}>
        <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={() => setDraft('new')}>
          {say('tariffs.add')}
        </Button>
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
                <TariffCard key={tariff.id} tariff={tariff} change={() => setDraft(tariff)} />
              ))}
            </div>
          )
        }
      </Asked>
      {draft !== null && <NewVersion of={draft === 'new' ? null : draft} close={() => setDraft(null)} />}
    </>
  )
}

function TariffCard({ tariff, change }: { tariff: Tariff; change: () => void }): ReactNode {
  const { say, language } = useWords()
  const { validFrom, validUntil } = tariff
  const timeZone = useZones()(tariff.assignments[0]?.siteId ?? '')
  const valid = [
    ...(validFrom === null
      ? []
      : [say('limits.from', { time: formatTime(validFrom, 'short', language, timeZone) })]),
    ...(validUntil === null
      ? []
      : [say('limits.until', { time: formatTime(validUntil, 'short', language, timeZone) })])
  ]
  return (
    <Card
      title={tariff.name}
      more={
        <Button size="small" onClick={change}>
          {say('tariffs.change')}
        </Button>
      }
    >
      <p className="quiet small">
        {tariff.id} · {say('tariffs.version', { version: tariff.version })}{' '}
        {timeZone !== undefined && ` · ${timeZone}`}
        {valid.length > 0 && ` · ${valid.join(' · ')}`}
      </p>
      <Day prices={tariff} weekday={weekdayOf(useNow(60_000), timeZone ?? viewerZone())} />
    </Card>
  )
}
