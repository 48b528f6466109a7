import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Answer, useApi } from '../../kit/api/index.ts'
import { formatCount, formatPower, formatTime, useWords } from '../../kit/text.ts'
import { Asked, Empty, Figure, Pill, PowerFigure } from '../../kit/ui/index.ts'
import { AlarmList } from '../alarms/alarm-list.tsx'
import { useEdges, type Edge } from '../parts/edge-bar.tsx'
import { Head } from '../parts/parts.tsx'
import { TodayFigures } from '../parts/today-figures.tsx'
import { useToday } from '../parts/use-today.ts'
import { useAllocation } from '../parts/use-power.ts'

type Site = Answer<'GET /sites'>['items'][number]

/** Is anything wrong, and what is it costing me. */
export function Home(): ReactNode {
  const { say } = useWords()
  const sites = useApi('GET /sites', { query: { limit: 200 } })
  const alarms = useApi('GET /alarms', { query: { open: 'true', limit: 100 } })
  const edges = useEdges()
  return (
    <>
      <Head title={say('home.title')} />
      <div className="two">
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
              <ul className="tiles">
                {items.map((site) => (
                  <li key={site.id}>
                    <SiteTile site={site} edge={edges.data?.items.find(({ siteId }) => siteId === site.id)} />
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
        <section className="card" aria-label={say('nav.alarms')}>
          <header>
            <h2>{say('home.wrong')}</h2>
            <Link to="/operator/alarms">{say('home.allAlarms')}</Link>
          </header>
          <Asked of={alarms}>{({ items }) => <AlarmList alarms={items.slice(0, 8)} />}</Asked>
        </section>
      </div>
    </>
  )
}

function SiteTile({ site, edge }: { site: Site; edge: Edge | undefined }): ReactNode {
  const { say, language } = useWords()
  const today = useToday(site)
  const connectors = useApi('GET /connectors', { query: { siteId: site.id, limit: 500 } })
  const live = useAllocation(site.id)
  const allocation = live?.allocation
  const power = allocation?.siteW
  const limit = allocation?.limitW
  const old = edge !== undefined && !edge.inTouch
  return (
    <Link to="/operator/sites/$siteId" params={{ siteId: site.id }} className="card site-tile">
      <div className="spread">
        <h2 className="clip">{site.name}</h2>
        {edge && (
          <Pill tone={edge.inTouch ? 'free' : 'wait'} icon={edge.inTouch ? 'link' : 'off'}>
            {edge.inTouch ? say('edge.inTouch') : say('edge.away')}
          </Pill>
        )}
      </div>
      {old && edge.seenAt !== null && (
        <span className="old small">
          {say('state.stale', { time: formatTime(edge.seenAt, 'short', language, site.timeZone) })}
        </span>
      )}
      <Against power={power} limit={limit} />
      <dl className="figures">
        <PowerFigure
          name={say('home.power')}
          watts={power}
          old={old}
          under={
            limit === null || limit === undefined
              ? undefined
              : say('home.of', { limit: formatPower(limit, language) })
          }
        />
        <Figure
          name={say('home.sessionsNow')}
          shown={{ value: formatCount(today?.running, language), unit: '' }}
          under={say('home.freeNow', {
            free: formatCount(
              connectors.data?.items.filter(({ status }) => status === 'available').length,
              language
            ),
            all: formatCount(connectors.data?.items.length, language)
          })}
        />
        <TodayFigures today={today} />
      </dl>
    </Link>
  )
}

/** Power as a part of the limit; close to it the bar says so with colour and with words for who cannot see it. */
function Against({
  power,
  limit
}: {
  power: number | null | undefined
  limit: number | null | undefined
}): ReactNode {
  const { say } = useWords()
  const known = typeof power === 'number' && typeof limit === 'number' && limit > 0
  const share = known ? Math.min(1, power / limit) : 0
  return (
    <div
      className="bar"
      role="img"
      aria-label={known ? say('home.share', { percent: Math.round(share * 100) }) : say('home.shareUnknown')}
    >
      <i data-hot={share > 0.95} style={{ width: `${share * 100}%` }} />
    </div>
  )
}
