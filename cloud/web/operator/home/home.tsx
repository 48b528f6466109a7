import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi } from '../../kit/api/index.ts'
import { useWords } from '../../kit/text.ts'
import { Asked, Empty } from '../../kit/ui/index.ts'
import { AlarmList } from '../alarms/alarm-list.tsx'
import { useEdges } from '../parts/edge-bar.tsx'
import { Head } from '../parts/parts.tsx'
import { PowerPanel } from '../site/power-panel.tsx'
import { SiteTile } from './site-tile.tsx'

/** Is anything wrong, and what is it costing me. */
export function Home(): ReactNode {
  const { say } = useWords()
  return (
    <>
      <Head title={say('home.title')} />
      <div className="two">
        <Sites />
        <Wrong />
      </div>
    </>
  )
}

function Sites(): ReactNode {
  const { say } = useWords()
  const sites = useApi('GET /sites', { query: { limit: 200 } })
  const edges = useEdges()
  return (
    <Asked of={sites}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty icon="site" title={say('home.noSites')}>
            <p>{say('home.noSitesHow')}</p>
            <a className="btn" href="/api/docs">
              {say('app.api')}
            </a>
          </Empty>
        ) : (
          <div className="stack">
            <ul className="tiles">
              {items.map((site) => (
                <li key={site.id}>
                  <SiteTile site={site} edge={edges.data?.items.find(({ siteId }) => siteId === site.id)} />
                </li>
              ))}
            </ul>
            {items.length === 1 && items.map((site) => <PowerPanel key={site.id} site={site} />)}
          </div>
        )
      }
    </Asked>
  )
}

const mostShown = 8

function Wrong(): ReactNode {
  const { say } = useWords()
  const alarms = useApi('GET /alarms', { query: { open: 'true', limit: 100 } })
  return (
    <section className="card" aria-label={say('nav.alarms')}>
      <header>
        <h2>{say('home.wrong')}</h2>
        <Link to="/operator/alarms">{say('home.allAlarms')}</Link>
      </header>
      <Asked of={alarms}>{({ items }) => <AlarmList alarms={items.slice(0, mostShown)} />}</Asked>
    </section>
  )
}
