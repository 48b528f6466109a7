import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Answer } from '../../kit/api/client.ts'
import { useApi } from '../../kit/api/use-api.ts'
import { formatMoney, formatPower } from '../../kit/format.ts'
import { formatTime, zoneNote } from '../../kit/time.ts'
import { EnergyFigure, Figure, PowerFigure } from '../../kit/ui/figure.tsx'
import { Asked, Empty, Note } from '../../kit/ui/states.tsx'
import { useWords } from '../../kit/words/index.ts'
import { useEdges } from '../parts/edge-bar.tsx'
import { Card, Head } from '../parts/parts.tsx'
import { useAllocation } from '../parts/use-power.ts'
import { Flow } from './flow.tsx'
import { LimitsCard } from './limits.tsx'
import { PlugCard } from './plug-card.tsx'
import { PowerPanel } from './power-panel.tsx'

export type Site = Answer<'GET /sites/{id}'>

/** Why is this car getting 10 A: power against the limit, everyone's share and its reason. */
export function SitePage(): ReactNode {
  const { siteId = '' } = useParams({ strict: false })
  const site = useApi('GET /sites/{id}', { path: { id: siteId } })
  return <Asked of={site}>{(found) => <Whole site={found} />}</Asked>
}

function Whole({ site }: { site: Site }): ReactNode {
  const { say, language } = useWords()
  const edges = useEdges()
  const edge = edges.data?.items.find(({ siteId }) => siteId === site.id)
  const live = useAllocation(site.id)
  const away = edge !== undefined && !edge.online
  const note = zoneNote(site.timeZone, Date.now())
  return (
    <>
      <Head title={site.name} up={{ to: '/operator', name: say('nav.home') }}>
        {note !== '' && <span className="quiet small">{say('site.zone', { zone: note })}</span>}
      </Head>
      {away && (
        <Note tone="wait" icon="off">
          {say('site.away', { time: formatTime(edge.lastSeenAt, 'full', language, site.timeZone) })}
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
  const summary = useApi('GET /sites/{id}/summary', { path: { id: site.id } }, { everyMs: 15_000 })
  const headroom = allocation && allocation.siteW !== null ? allocation.limitW - allocation.siteW : null
  return (
    <section className="card" aria-label={say('site.numbers')}>
      <dl className="figures in">
        <PowerFigure name={say('home.power')} watts={allocation?.siteW} old={away} under={meterWord(say, allocation?.meter)} />
        <PowerFigure name={say('site.limit')} watts={allocation?.limitW} old={away} under={allocation?.limitReason} />
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
        <EnergyFigure name={say('home.energyToday')} wattHours={summary.data?.energyTodayWh} />
        <Figure
          name={say('home.revenueToday')}
          shown={{ value: formatMoney(summary.data?.revenueToday, language), unit: '' }}
        />
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
