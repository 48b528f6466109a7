import type { Answer } from '../../kit/api/index.ts'
import { distanceM, type Place } from '../../kit/text.ts'

export type Site = Answer<'GET /sites'>['items'][number]
export type Connector = Answer<'GET /connectors'>['items'][number]
export type ListedSite = {
  readonly id: string
  readonly name: string
  readonly place: Place | null
  readonly distanceM: number | null
  readonly free: number
  readonly all: number | null // null: the connectors are not known yet.
}

/** Nearest first where both places are known, the others by name behind them. */
export function sitesInOrder(
  sites: readonly Pick<Site, 'id' | 'name' | 'latitude' | 'longitude'>[],
  connectors: readonly Pick<Connector, 'siteId' | 'status'>[] | null,
  me: Place | null
): readonly ListedSite[] {
  return sites
    .map((site) => {
      const place = placeOf(site)
      const here = connectors?.filter(({ siteId }) => siteId === site.id)
      return {
        id: site.id,
        name: site.name,
        place,
        distanceM: me && place ? distanceM(me, place) : null,
        free: here?.filter(({ status }) => status === 'available').length ?? 0,
        all: here?.length ?? null
      }
    })
    .toSorted((a, b) => {
      const near = (a.distanceM ?? Number.POSITIVE_INFINITY) - (b.distanceM ?? Number.POSITIVE_INFINITY)
      return Number.isNaN(near) || near === 0 ? a.name.localeCompare(b.name) : near
    })
}

function placeOf({ latitude, longitude }: Pick<Site, 'latitude' | 'longitude'>): Place | null {
  return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : null
}

/**
 * The connector's key in a scanned code or a typed line: our deep link, or the bare key.
 * @returns undefined when it is neither
 */
export function readCode(text: string): string | undefined {
  const trimmed = text.trim()
  const inLink = /\/driver\/c\/([^/?#]+)/.exec(trimmed)?.[1]
  const key = inLink === undefined ? trimmed : decoded(inLink)
  return /^[A-Za-z0-9_-]{1,48}:\d{1,4}:\d{1,4}$/.test(key) ? key : undefined
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return '' // A broken escape is no code of ours.
  }
}

/** CP-01:1:2 as a person reads it off the charger. */
export function connectorName(key: string): string {
  const [charger = key, evse, connector] = key.split(':')
  return evse === undefined
    ? charger
    : connector === '1'
      ? `${charger} · ${evse}`
      : `${charger} · ${evse}.${connector ?? ''}`
}
