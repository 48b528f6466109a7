export type Place = { readonly latitude: number; readonly longitude: number }

const earthRadiusM = 6_371_008.8 // Mean radius, IUGG.

/** Great-circle distance in metres (haversine): near enough for "which charger is nearer". */
export function distanceM(from: Place, to: Place): number {
  const rad = Math.PI / 180
  const half = (a: number, b: number) => Math.sin(((b - a) * rad) / 2) ** 2
  const chord =
    half(from.latitude, to.latitude) +
    Math.cos(from.latitude * rad) * Math.cos(to.latitude * rad) * half(from.longitude, to.longitude)
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/** A closed ring of points at `radiusM` around a place: distance rings on a map without tiles. */
export function ringAround(centre: Place, radiusM: number, points = 64): [number, number][] {
  const rad = Math.PI / 180
  const angle = radiusM / earthRadiusM
  const latitude = centre.latitude * rad
  return Array.from({ length: points + 1 }, (_, index) => {
    const bearing = (2 * Math.PI * (index % points)) / points
    const lat = Math.asin(
      Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(bearing)
    )
    const east = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(latitude),
      Math.cos(angle) - Math.sin(latitude) * Math.sin(lat)
    )
    return [centre.longitude + east / rad, lat / rad]
  })
}
