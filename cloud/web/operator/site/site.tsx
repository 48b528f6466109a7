import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi, useNow, useParam } from '../../kit/api/index.ts'
import { formatTime, useWords, zoneNote } from '../../kit/text.ts'
import { Asked, Icon, Note } from '../../kit/ui/index.ts'
import { useEdges } from '../parts/edge-bar.tsx'
import { Head } from '../parts/parts.tsx'
import { Numbers } from './numbers.tsx'
import { Plugs } from './plugs.tsx'
import { PowerPanel } from './power-panel.tsx'
import { Side } from './side.tsx'
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
        <Link
          to="/operator/sites/$siteId/power"
          params={{ siteId: site.id }}
          className="btn"
          data-size="small"
        >
          <Icon name="gauge" size={16} />
          {say('power.open')}
        </Link>
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
        <Side site={site} />
      </div>
      <Plugs site={site} away={away} />
    </>
  )
}
