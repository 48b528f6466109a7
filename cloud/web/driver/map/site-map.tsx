import {
  AttributionControl,
  Map as GlMap,
  Marker,
  NavigationControl,
  ScaleControl,
  setWorkerUrl
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { type Place, useWords } from '../../kit/text.ts'
import { Note, useTheme } from '../../kit/ui/index.ts'
import type { ListedSite } from '../parts/sites.ts'
import { boundsOf } from './bounds.ts'
import { outlineStyle } from './style.ts'
import { useMapStyle } from './use-map-style.ts'

// The worker lies beside the page: no blob, no other origin.
setWorkerUrl(workerUrl)

/** Sites as pins with their free connectors. The world's outline is ours; no tile server is asked. */
export function SiteMap({ sites, me }: { sites: readonly ListedSite[]; me: Place | null }): ReactNode {
  const { say } = useWords()
  const theme = useTheme()
  const styleUrl = useMapStyle()
  const box = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<GlMap | null>(null)
  const [blind, setBlind] = useState(false)

  useEffect(() => {
    if (!box.current) return
    const made = draw(box.current)
    if (made === null) {
      setBlind(true)
      return
    }
    setMap(made)
    return () => {
      setMap(null)
      made.remove()
    }
  }, [])

  useEffect(() => {
    map?.setStyle(styleUrl ?? outlineStyle(colours(), me), { diff: false })
  }, [map, theme, me, styleUrl])

  const placed = sites
    .map(({ id, place }) => (place ? `${id}@${place.latitude},${place.longitude}` : ''))
    .join(' ')
  useEffect(() => {
    const bounds = boundsOf([...sites.flatMap(({ place }) => (place ? [place] : [])), ...(me ? [me] : [])])
    if (bounds) map?.fitBounds(bounds, { padding: 60, maxZoom: 12, animate: false })
    // Only where pins lie matters here: a connector becoming free must not move the map under the finger.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [map, placed, me])

  useEffect(() => (map ? pin(map, sites, me) : undefined), [map, sites, me])

  if (blind) return <Note icon="map">{say('driver.mapNone')}</Note>
  return <div ref={box} className="map" role="region" aria-label={say('driver.mapLabel')} />
}

function draw(container: HTMLElement): GlMap | null {
  try {
    const map = new GlMap({
      container,
      center: [105, 30],
      zoom: 3,
      maxZoom: 15,
      attributionControl: false,
      dragRotate: false
    })
    map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
    map.addControl(new ScaleControl(), 'bottom-left')
    map.addControl(
      new AttributionControl({ compact: false, customAttribution: 'Natural Earth' }),
      'bottom-right'
    )
    return map
  } catch {
    return null // No WebGL: the page says so and the list below has everything.
  }
}

function colours() {
  const read = getComputedStyle(document.documentElement)
  const token = (name: string) => read.getPropertyValue(name).trim()
  return { water: token('--sunk'), land: token('--card'), coast: token('--line-2'), ring: token('--accent') }
}

function pin(map: GlMap, sites: readonly ListedSite[], me: Place | null): () => void {
  const markers = sites.flatMap((site) => {
    if (!site.place) return []
    const link = document.createElement('a')
    link.className = 'pin'
    link.href = `/driver/sites/${site.id}`
    link.dataset['tone'] = site.all === null ? 'off' : site.free > 0 ? 'free' : 'busy'
    link.textContent = site.all === null ? '…' : String(site.free)
    link.setAttribute('aria-label', `${site.name}: ${site.free} / ${site.all ?? '–'}`)
    link.title = site.name
    return [new Marker({ element: link }).setLngLat([site.place.longitude, site.place.latitude]).addTo(map)]
  })
  if (me) {
    const dot = document.createElement('div')
    dot.className = 'me'
    markers.push(new Marker({ element: dot }).setLngLat([me.longitude, me.latitude]).addTo(map))
  }
  return () => {
    for (const marker of markers) marker.remove()
  }
}
