import { Button } from 'antd'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { useNow } from '../../../kit/api/index.ts'
import { useWords, wordFor, type Language, type Say } from '../../../kit/text.ts'
import { Icon } from '../../../kit/ui/index.ts'
import { Chart, type Ink } from '../../charts/chart.tsx'
import { Card } from '../../parts/parts.tsx'
import { NewLimit } from '../new-limit.tsx'
import type { Site } from '../types.ts'
import { Lines } from './lines.tsx'
import { limitText, sourceName, type LimitState, type Picture } from './picture.ts'
import { timelineOption } from './timeline-option.ts'

const rowPx = 44
const mostRows = 12

/** Who limits the site, when, and what becomes of it: as a picture, and line by line. */
export function TimelineCard({ site, picture }: { site: Site; picture: Picture }): ReactNode {
  const [open, setOpen] = useState(false)
  const { say, language } = useWords()
  const nowMs = useNow(60_000)
  const limits = useMemo(() => picture.limits.filter(isWorthDrawing), [picture])
  const option = useCallback(
    (ink: Ink) =>
      timelineOption(limits, wordsOf(say, language), { ink, language, zone: site.timeZone, nowMs }),
    [limits, say, language, site.timeZone, nowMs]
  )
  const count = (state: LimitState['state']) => picture.limits.filter((each) => each.state === state).length
  const rows = Math.min(mostRows, new Set(limits.map(({ source }) => sourceName(source))).size)
  return (
    <Card
      title={say('power.timeline')}
      more={
        <Button size="small" icon={<Icon name="plus" size={14} />} onClick={() => setOpen(true)}>
          {say('limits.add')}
        </Button>
      }
    >
      {limits.length === 0 ? (
        <p className="quiet">{say('power.noLimits')}</p>
      ) : (
        <Chart
          option={option}
          height={56 + rows * rowPx}
          spoken={say('power.timelineSpoken', {
            count: picture.limits.length,
            active: count('active'),
            planned: count('planned')
          })}
        />
      )}
      {picture.limits.length > 0 && <Lines site={site} limits={picture.limits} />}
      <NewLimit site={site} open={open} close={() => setOpen(false)} />
    </Card>
  )
}

/** Refused ones are in the table; in the picture they would hide what holds. */
const isWorthDrawing = ({ state }: LimitState): boolean => state !== 'refused'

const wordsOf = (say: Say, language: Language) => ({
  now: say('power.now'),
  source: ({ source }: LimitState) => sourceName(source),
  value: (limit: LimitState) => limitText(limit, say, language),
  state: ({ state }: LimitState) => wordFor('limitState', state)
})
