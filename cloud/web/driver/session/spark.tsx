import type { ReactNode } from 'react'
import { areaOf, type Sample } from './curve.ts'

export type { Sample } from './curve.ts'

/** A small curve of power; missing samples stay missing. */
export function Spark({ samples, label }: { samples: readonly Sample[]; label: string }): ReactNode {
  if (samples.length < 2) return <div className="spark" />
  const { line, area } = areaOf(samples, { width: 400, height: 60 })
  return (
    <svg className="spark" viewBox="0 0 400 62" preserveAspectRatio="none" role="img" aria-label={label}>
      <path d={area} fill="var(--busy-soft)" />
      <path d={line} fill="none" stroke="var(--busy)" strokeWidth={2} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
