import type { ReactNode } from 'react'
import { formatCurrent, formatTime, useWords } from '../../../kit/text.ts'
import type { Forecast } from './picture.ts'
import { high, pathOf, wide } from './spark-path.ts'

/** The current foretold, as steps over the time looked at; in words for who does not see it. */
export function Spark(props: {
  readonly forecast: Forecast
  readonly untilMs: number
  readonly mostMilliA: number
  readonly zone: string
}): ReactNode {
  const { say, language } = useWords()
  const { points } = props.forecast
  const spoken = points
    .slice(0, 6)
    .map(({ at, limitMilliA }) =>
      say('power.pointFrom', {
        time: formatTime(at, 'minute', language, props.zone),
        amps: formatCurrent(limitMilliA, language)
      })
    )
    .join(', ')
  return (
    <svg
      className="steps-spark"
      viewBox={`0 0 ${wide} ${high}`}
      width={wide}
      height={high}
      role="img"
      aria-label={spoken}
    >
      <path className="area" d={`${pathOf(points, props)}V${high}H0Z`} />
      <path className="edge" d={pathOf(points, props)} />
    </svg>
  )
}
