import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi, type Answer } from '../../kit/api/index.ts'
import { formatCount, formatPower, formatTime, useWords } from '../../kit/text.ts'
import { Figure, Pill, PowerFigure } from '../../kit/ui/index.ts'
import type { Edge } from '../parts/edge-bar.tsx'
import { TodayFigures } from '../parts/today-figures.tsx'
import { useAllocation } from '../parts/use-power.ts'
import { useToday, type SiteToday } from '../parts/use-today.ts'

type Site = Answer<'GET /sites'>['items'][number]

/** A site in one look: is its edge there, how near is it to its limit, what goes on, what did today bring. */
export function SiteTile({ site, edge }: { site: Site; edge: Edge | undefined }): ReactNode {
  const { say, language } = useWords()
  const today = useToday(site)
  const allocation = useAllocation(site.id)?.allocation
  const { siteW: power, limitW: limit } = allocation ?? { siteW: null, limitW: null }
  const old = edge?.inTouch === false
  return (
    <Link to="/operator/sites/$siteId" params={{ siteId: site.id }} className="card site-tile">
      <div className="spread">
        <h2 className="clip">{site.name}</h2>
        {edge && <Touch edge={edge} />}
      </div>
      {old && <Stale seenAt={edge.seenAt} zone={site.timeZone} />}
      <Against power={power} limit={limit} />
      <dl className="figures">
        <PowerFigure
          name={say('home.power')}
          watts={power}
          old={old}
          under={limit === null ? undefined : say('home.of', { limit: formatPower(limit, language) })}
        />
        <Busy siteId={site.id} today={today} />
        <TodayFigures today={today} />
      </dl>
    </Link>
  )
}

function Touch({ edge }: { edge: Edge }): ReactNode {
  const { say } = useWords()
  return edge.inTouch ? (
    <Pill tone="free" icon="link">
      {say('edge.inTouch')}
    </Pill>
  ) : (
    <Pill tone="wait" icon="off">
      {say(edge.seenAt === null ? 'edge.never' : 'edge.away')}
    </Pill>
  )
}

function Stale({ seenAt, zone }: { seenAt: string | null; zone: string }): ReactNode {
  const { say, language } = useWords()
  return seenAt === null ? null : (
    <span className="old small">
      {say('state.stale', { time: formatTime(seenAt, 'short', language, zone) })}
    </span>
  )
}

function Busy({ siteId, today }: { siteId: string; today: SiteToday | undefined }): ReactNode {
  const { say, language } = useWords()
  const connectors = useApi('GET /connectors', { query: { siteId, limit: 500 } })
  const items = connectors.data?.items
  const free = items?.filter(({ status }) => status === 'available').length
  return (
    <Figure
      name={say('home.sessionsNow')}
      shown={{ value: formatCount(today?.running, language), unit: '' }}
      under={say('home.freeNow', {
        free: formatCount(free, language),
        all: formatCount(items?.length, language)
      })}
    />
  )
}

const nearly = 0.95 // From here the bar warns: the allocator is about to take from somebody.

/** Power as a part of the limit, as a bar and in words for who cannot see it. */
function Against({ power, limit }: { power: number | null; limit: number | null }): ReactNode {
  const { say } = useWords()
  const known = power !== null && limit !== null && limit > 0
  const share = known ? Math.min(1, Math.max(0, power / limit)) : 0
  const spoken = known ? say('home.share', { percent: Math.round(share * 100) }) : say('home.shareUnknown')
  return (
    <div className="bar" role="img" aria-label={spoken}>
      <i data-hot={share > nearly} style={{ width: `${share * 100}%` }} />
    </div>
  )
}
