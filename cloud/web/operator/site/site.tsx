import type { ReactNode } from 'react'
import { useApi, useParam } from '../../kit/api/index.ts'
import { formatPower, formatTime, useWords, zoneNote } from '../../kit/text.ts'
import { Asked, Empty, Note, PowerFigure } from '../../kit/ui/index.ts'
import { useEdges } from '../parts/edge-bar.tsx'
import { Card, Head } from '../parts/parts.tsx'
import { TodayFigures } from '../parts/today-figures.tsx'
import { useToday } from '../parts/use-today.ts'
import { useAllocation } from '../parts/use-power.ts'
import { Flow } from './flow.tsx'
import { LimitsCard } from './limits.tsx'
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
  const live = useAllocation(site.id)
  const away = edge !== undefined && !edge.inTouch
  const note = zoneNote(site.timeZone, Date.now())
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
          <Card title={say('site.flow')}>
            <Flow allocation={live?.allocation} />
          </Card>
          <LimitsCard site={site} />
        </div>
      </div>
      <Plugs site={site} away={away} />
    </>
  )
}

function Numbers({ site, away }: { site: Site; away: boolean }): ReactNode {
  const { say, language } = useWords()
  const allocation = useAllocation(site.id)?.allocation
  const today = useToday(site)
  const headroom = allocation && allocation.siteW !== null ? allocation.limitW - allocation.siteW : null
  return (
    <section className="card" aria-label={say('site.numbers')}>
      <dl className="figures in">
        <PowerFigure
          name={say('home.power')}
          watts={allocation?.siteW}
          old={away}
          under={meterWord(say, allocation?.meter)}
        />
        <PowerFigure
          name={say('site.limit')}
          watts={allocation?.limitW}
          old={away}
          under={allocation?.limitReason}
        />
        <PowerFigure
          name={say('site.headroom')}
          watts={headroom}
          old={away}
          under={
            allocation && allocation.missingW > 0
              ? say('site.missing', { power: formatPower(allocation.missingW, language) })
              : undefined
          }
        />
        <PowerFigure name={say('site.base')} watts={allocation?.baseLoadW} old={away} />
        <TodayFigures today={today} />
      </dl>
    </section>
  )
}

function meterWord(say: ReturnType<typeof useWords>['say'], meter: string | undefined): string | undefined {
  switch (meter) {
    case 'good':
      return say('site.meterGood')
    case 'silent':
      return say('site.meterSilent')
    case 'untrusted':
      return say('site.meterUntrusted')
    case 'none':
      return say('site.meterNone')
    default:
      return undefined
  }
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
