import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Asked, Empty } from '../../kit/ui/index.ts'
import { PlugCard } from './plug-card.tsx'
import type { Site } from './types.ts'

/** Each connector of the site as a card. */
export function Plugs({ site, away }: { site: Site; away: boolean }): ReactNode {
  const { say } = useWords()
  const connectors = useApi('GET /connectors', { query: { siteId: site.id, limit: 500 } })
  return (
    <>
      <h2>{say('site.connectors')}</h2>
      <Asked of={connectors}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="plug" title={say('site.noConnectors')}>
              <p>{say('site.noConnectorsHow')}</p>
            </Empty>
          ) : (
            <ul className="plugs">
              {items.map((connector) => (
                <li key={connector.id}>
                  <PlugCard connector={connector} site={site} away={away} />
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </>
  )
}
