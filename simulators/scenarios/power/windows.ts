import type { Chance } from '../../world/chance.ts'

/** From (in it) to (out of it). */
export type Window = { readonly fromMs: number; readonly toMs: number }

export const within = (nowMs: number, { fromMs, toMs }: Window): boolean => nowMs >= fromMs && nowMs < toMs

/** One to `most` windows of 30 s to `longestS` anywhere after the first ten minutes; none when `most` is 0. */
export function someWindows(
  chance: Chance,
  { most, dayMs, longestS }: { readonly most: number; readonly dayMs: number; readonly longestS: number }
): Window[] {
  return Array.from({ length: most === 0 ? 0 : chance.between(1, most) }, () => {
    const fromMs = chance.between(600, Math.floor(dayMs / 1000)) * 1000
    return { fromMs, toMs: fromMs + chance.between(30, longestS) * 1000 }
  })
}
