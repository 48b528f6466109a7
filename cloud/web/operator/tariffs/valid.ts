import { formatTime, type Language, type Say } from '../../kit/text.ts'
import type { Tariff } from './types.ts'

/** When a version holds, in words; empty for one that always does. */
export function validWords(
  { validFrom, validUntil }: Pick<Tariff, 'validFrom' | 'validUntil'>,
  zone: string | undefined,
  { say, language }: { say: Say; language: Language }
): string {
  const time = (at: string) => formatTime(at, 'short', language, zone)
  return [
    ...(validFrom === null ? [] : [say('limits.from', { time: time(validFrom) })]),
    ...(validUntil === null ? [] : [say('limits.until', { time: time(validUntil) })])
  ].join(' · ')
}
