import type { Point } from './picture.ts'

export const wide = 150
export const high = 34

type Frame = { readonly untilMs: number; readonly mostMilliA: number }

/** Steps: each point holds until the next one, the last one to the end. */
export function pathOf(points: readonly Point[], { untilMs, mostMilliA }: Frame): string {
  const first = points[0]
  if (first === undefined) return `M0 ${high}H${wide}`
  const fromMs = Date.parse(first.at)
  const x = (at: string) => round(((Date.parse(at) - fromMs) / Math.max(1, untilMs - fromMs)) * wide)
  const y = (milliA: number) => round(high - 1 - (milliA / Math.max(1, mostMilliA)) * (high - 3))
  const steps = points.slice(1).map(({ at, limitMilliA }) => `H${x(at)}V${y(limitMilliA)}`)
  return `M0 ${y(first.limitMilliA)}${steps.join('')}H${wide}`
}

const round = (value: number): number => Math.round(value * 10) / 10
