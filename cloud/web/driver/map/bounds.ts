import type { Place } from '../../kit/distance.ts'

/** West, south, east, north around all places with some air, or null when there is none. */
export function boundsOf(places: readonly Place[]): [number, number, number, number] | null {
  if (places.length === 0) return null
  const air = 0.02
  const latitudes = places.map(({ latitude }) => latitude)
  const longitudes = places.map(({ longitude }) => longitude)
  return [
    Math.min(...longitudes) - air,
    Math.min(...latitudes) - air,
    Math.max(...longitudes) + air,
    Math.max(...latitudes) + air
  ]
}
