import type { ReactNode } from 'react'
import { formatPower, reasonText, useWords, type Word } from '../../kit/text.ts'
import { PowerFigure } from '../../kit/ui/index.ts'
import { buildingOf } from '../charts/live-power.ts'
import { TodayFigures } from '../parts/today-figures.tsx'
import { useAllocation } from '../parts/use-power.ts'
import { useToday } from '../parts/use-today.ts'
import type { Site } from './types.ts'

const meterWords = {
  good: 'site.meterGood',
  silent: 'site.meterSilent',
  untrusted: 'site.meterUntrusted',
  none: 'site.meterNone'
} as const satisfies Record<string, Word>

/** Power, limit with its reason, what is left, and what today has brought. */
export function Numbers({ site, away }: { site: Site; away: boolean }): ReactNode {
  const { say } = useWords()
  const today = useToday(site)
  return (
    <section className="card" aria-label={say('site.numbers')}>
      <dl className="figures in">
        <PowerNumbers siteId={site.id} away={away} />
        <TodayFigures today={today} />
      </dl>
    </section>
  )
}

function PowerNumbers({ siteId, away }: { siteId: string; away: boolean }): ReactNode {
  const { say, language } = useWords()
  const allocation = useAllocation(siteId)?.allocation
  if (!allocation)
    return (['home.power', 'site.limit', 'site.headroom', 'site.base'] as const).map((word) => (
      <PowerFigure key={word} name={say(word)} watts={null} />
    ))
  const { siteW, limitW, missingW } = allocation
  const building = buildingOf(allocation)
  const missing = missingW > 0 ? say('site.missing', { power: formatPower(missingW, language) }) : undefined
  return (
    <>
      <PowerFigure
        name={say('home.power')}
        watts={siteW}
        old={away}
        under={say(meterWords[allocation.meter])}
      />
      <PowerFigure
        name={say('site.limit')}
        watts={limitW}
        old={away}
        under={reasonText(allocation.limitReason, language)}
      />
      <PowerFigure
        name={say('site.headroom')}
        watts={siteW === null ? null : limitW - siteW}
        old={away}
        under={missing}
      />
      <PowerFigure
        name={say('site.base')}
        watts={building.watts}
        old={away}
        under={say(building.measured ? 'site.reserved' : 'site.assumed', {
          power: formatPower(allocation.baseLoadW, language)
        })}
      />
    </>
  )
}
