import type { ReactNode } from 'react'
import { useApi, useNow, useParam } from '../../kit/api/index.ts'
import { useWords, zoneNote } from '../../kit/text.ts'
import { Asked, Empty } from '../../kit/ui/index.ts'
import { DayPrices } from '../parts/day-prices.tsx'
import { PlugRow } from '../parts/plug-row.tsx'
import { useOffer } from '../parts/prices-of.ts'

/** One site: what it costs now and later, and its connectors as they are this second. */
export function SitePage(): ReactNode {
  const { say } = useWords()
  const siteId = useParam('siteId')
  const site = useApi('GET /sites/{id}', { path: { id: siteId } })
  const connectors = useApi('GET /connectors', { query: { siteId, limit: 500 } })
  const offer = useOffer(siteId, null)
  return (
    <Asked of={site}>
      {({ name, timeZone }) => (
        <>
          <h1>{name}</h1>
          {offer && (
            <section className="card">
              <div className="in">
                <DayPrices prices={offer.prices} zone={offer.zone} />
                <Zone zone={timeZone} />
              </div>
            </section>
          )}
          <h2>{say('driver.connectors')}</h2>
          <Asked of={connectors}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty icon="plug" title={say('driver.noConnectors')} />
              ) : (
                <div className="card">
                  {items.map((connector) => (
                    <PlugRow key={connector.id} connector={connector} />
                  ))}
                </div>
              )
            }
          </Asked>
        </>
      )}
    </Asked>
  )
}

function Zone({ zone }: { zone: string }): ReactNode {
  const { say } = useWords()
  const note = zoneNote(zone, useNow(60_000))
  return note === '' ? null : <p className="quiet small">{say('driver.zone', { zone: note })}</p>
}
