import { product } from '../../../kit/exact.ts'
import { wallInstant } from '../../../kit/text.ts'
import type { Body } from '../../../kit/api/index.ts'

/** A session as a person thinks of it. */
export type Sample = {
  readonly start: string // Wall clock of the site.
  readonly kWh: string
  readonly hours: string
  readonly idleMinutes: string
  readonly groups: string // Separated by commas.
}

type Session = Body<'POST /tariffs/try'>['session']

/** Six in the evening of today on the site's clock, as the browser's field wants it. */
export const startToday = (zone: string, now = Date.now()): string =>
  `${new Date(now).toLocaleDateString('sv-SE', { timeZone: zone })}T18:00`

/** As the rating takes it; null while a field is not whole. */
export function sessionOf({ start, kWh, hours, idleMinutes, groups }: Sample, zone: string): Session | null {
  const from = wallInstant(start, zone)
  const numbers = [kWh, hours, idleMinutes || '0']
  if (from === null || !numbers.every((each) => /^\d{1,6}(\.\d{1,3})?$/.test(each))) return null
  const chargedMs = Math.round(Number(hours) * 3_600_000)
  if (chargedMs <= 0) return null
  const ended = instant(from + chargedMs)
  const idleMs = Math.round(Number(idleMinutes || '0') * 60_000)
  const names = groups
    .split(/[,，]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const register = product(kWh, '1000')
  return {
    startedAt: instant(from),
    endedAt: instant(from + chargedMs + idleMs),
    readings: [
      { at: instant(from), registerWh: '0' },
      { at: ended, registerWh: register },
      ...(idleMs > 0 ? [{ at: instant(from + chargedMs + idleMs), registerWh: register }] : [])
    ],
    ...(idleMs > 0
      ? {
          states: [
            { at: instant(from), state: 'charging' as const },
            { at: ended, state: 'finished' as const }
          ]
        }
      : {}),
    ...(names.length > 0 ? { driver: { groups: names } } : {})
  }
}

const instant = (ms: number): string => new Date(ms).toISOString()
