import type { ReactNode } from 'react'
import { useApi, useNow, useParam } from '../../kit/api/index.ts'
import { formatTime, useWords, zoneNote } from '../../kit/text.ts'
import { Asked, Empty, Note } from '../../kit/ui/index.ts'
import { useEdges } from '../parts/edge-bar.tsx'
import { Head } from '../parts/parts.tsx'
import { FlowCard } from './flow.tsx'
import { LimitsCard } from './limits.tsx'
import { Numbers } from './numbers.tsx'
import { PlugCard } from './plug-card.tsx'
import { PowerPanel } from './power-panel.tsx'
import type { Site } from './types.ts'

/** Why is this car getting 10 A: power against the limit, everyone's share and its reason. */
export function SitePage(): ReactNode {
  const siteId = useParam('siteId')
  const site = useApi('GET /sites/{id}', { path: { id: siteId } })
  return <Asked of={site}>{(found) => <Whole site={found} />}</Asked>
}

function Whole({ site }: { site: Site }): ReactNode {
  const { say, language } = useWords()
  const edges = useEdges()
  const edge = edges.data?.items.find(({ siteId }) => siteId === site.id)
  const away = edge?.inTouch === false
  const note = zoneNote(site.timeZone, useNow(60_000))
  return (
    <>
      <Head title={site.name} up={{ to: '/operator', name: say('nav.home') }}>
        {note !== '' && <span className="quiet small">{say('site.zone', { zone: note })}</span>}
      </Head>
      {away && (
        <Note tone="wait" icon="off">
          {say('site.away', { time: formatTime(edge.seenAt, 'full', language, site.timeZone) })}
        </Note>
      )}
      <Numbers site={site} away={away} />
      <div className="two">
        <PowerPanel site={site} />
        <div className="stack">
          <FlowCard siteId={site.id} />
          <LimitsCard site={site} />
        </div>
      </div>
      <Plugs site={site} away={away} />
    </>
  )
}

function Plugs({ site, away }: { site: Site; away: boolean }): ReactNode {
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
