import type { StyleSpecification } from 'maplibre-gl'
import { type Place, ringAround } from '../../kit/text.ts'
import landUrl from './land.json?url'

export type Colours = {
  readonly water: string
  readonly land: string
  readonly coast: string
  readonly ring: string
}

const ringsM = [1_000, 2_000, 5_000, 10_000, 20_000] // Around the driver: the map has no streets, so it shows how far.

/** The map without tiles: water, land, coast, and rings of distance around the driver. */
export function outlineStyle(colours: Colours, me: Place | null): StyleSpecification {
  const rings = me ? ringsM.map((radius) => ringAround(me, radius)) : []
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: new URL(landUrl, location.href).href },
      rings: { type: 'geojson', data: { type: 'MultiLineString', coordinates: rings } }
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colours.water } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colours.land } },
      {
        id: 'coast',
        type: 'line',
        source: 'land',
        paint: { 'line-color': colours.coast, 'line-width': 1.2 }
      },
      {
        id: 'rings',
        type: 'line',
        source: 'rings',
        paint: {
          'line-color': colours.ring,
          'line-opacity': 0.45,
          'line-width': 1.2,
          'line-dasharray': [3, 3]
        }
      }
    ]
  }
}
