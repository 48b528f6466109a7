import { wallInstant } from '../../kit/text.ts'

/** What a driver has typed, as it stands in the fields; empty: nothing said. */
export type Wish = { readonly leaves: string; readonly kWh: string }

export const nothingWished: Wish = { leaves: '', kWh: '' }

/** The part of a start that says what the driver wants, as the API takes it. */
export type WishBody = { readonly energyWh?: number; readonly departureAt?: string }

const mostKWh = 1_000

/**
 * @param zone of the site, on whose clock a driver reads the hour
 * @returns the hour as the next instant that the clock shows it; undefined where a field holds no sensible word
 */
export function wishBody({ leaves, kWh }: Wish, now: number, zone: string): WishBody | undefined {
  const departure = leaves === '' ? null : nextInstant(leaves, now, zone)
  const energy = kWh.trim() === '' ? null : Number(kWh.trim().replace(',', '.'))
  if (departure === undefined || (energy !== null && !(energy > 0 && energy <= mostKWh))) return undefined
  return {
    ...(energy === null ? {} : { energyWh: Math.max(1, Math.round(energy * 1000)) }),
    ...(departure === null ? {} : { departureAt: new Date(departure).toISOString() })
  }
}

const dayMs = 86_400_000

function nextInstant(time: string, now: number, zone: string): number | undefined {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return undefined
  const days = [now, now + dayMs].map((at) => wallInstant(`${dateIn(at, zone)}T${time}`, zone))
  return days.find((at) => at !== null && at > now) ?? undefined
}

const dateIn = (at: number, zone: string): string =>
  new Date(at).toLocaleDateString('sv-SE', { timeZone: zone })
