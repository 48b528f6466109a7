import { z } from 'zod'
import {
  LiveConnector,
  LiveConnectors,
  LivePicture,
  LivePower,
  LiveState
} from '@nova/shared-protocol/messages'
import { connectorKey, type Allocation } from '@nova/shared-protocol/model'
import type { Database } from '../../db/index.ts'
import { saveSites } from './mirror-store.ts'
import { emptyMirror, type SiteMirror } from './site-mirror.ts'
import { silentMs } from './view.ts'

export type { HeardPicture, SiteMirror } from './site-mirror.ts'

export type Heard =
  | { readonly kind: 'connectors'; readonly site: SiteMirror; readonly changed: readonly LiveConnector[] }
  | { readonly kind: 'power'; readonly site: SiteMirror; readonly allocation: Allocation }
  | { readonly kind: 'picture' | 'state' | 'touch'; readonly site: SiteMirror }

export type Needs = {
  readonly database: Database
  tenantOf(siteId: string): Promise<string | undefined>
  /** Something changed: tell the screens. */
  heard(news: Heard): void
  readonly log: { warn(fields: object, text: string): void }
}

export type Mirror = {
  /** A live message as it came; a bad one is left out. */
  hear(siteId: string, topic: string, bytes: Uint8Array): Promise<void>
  site(siteId: string): SiteMirror | undefined
  sites(): Iterable<SiteMirror>
  /** Notices edges that fell silent. */
  watch(): void
  /** Writes what changed to the database, so that a restart and other processes know it. */
  save(): Promise<void>
}

const stragglerMs = 60_000 // Nothing lingers that long on core NATS: who is further back has had its clock set back.
const noted = 100 // Only the first of a flood of bad messages is worth a line.

/** The latest words of all edges, kept in memory and written through every few seconds. */
export function openMirror(needs: Needs): Mirror {
  const sites = new Map<string, SiteMirror>()
  let bad = 0
  const mirrorOf = async (siteId: string): Promise<SiteMirror | undefined> => {
    const known = sites.get(siteId)
    if (known) return known
    const tenantId = await needs.tenantOf(siteId)
    if (tenantId === undefined) return undefined
    const made = sites.get(siteId) ?? emptyMirror(tenantId, siteId)
    sites.set(siteId, made)
    return made
  }
  return {
    async hear(siteId, topic, bytes) {
      const site = await mirrorOf(siteId)
      if (!site) return
      const news = take(site, topic, bytes)
      if (news === 'old') return
      if (news === undefined) {
        if (bad++ % noted === 0) needs.log.warn({ siteId, topic, bad }, 'a live message was not understood')
        return
      }
      touch(needs, site)
      needs.heard(news)
    },
    site: (siteId) => sites.get(siteId),
    sites: () => sites.values(),
    watch() {
      for (const site of sites.values()) {
        if (!site.inTouch || Date.now() - site.seenAtMs <= silentMs) continue
        site.inTouch = false
        needs.heard({ kind: 'touch', site })
      }
    },
    save: async () => saveSites(needs.database, sites.values())
  }
}

function touch(needs: Needs, site: SiteMirror): void {
  site.seenAtMs = Date.now()
  site.unsaved.seen = true
  if (site.inTouch) return
  site.inTouch = true
  needs.heard({ kind: 'touch', site })
}

/** Whether this was said before what is known; otherwise it is what is known from now on. */
function isStraggler(site: SiteMirror, topic: string, at: string): boolean {
  const [said, last] = [Date.parse(at), site.saidAtMs.get(topic) ?? -Infinity]
  if (said < last && last - said <= stragglerMs) return true
  site.saidAtMs.set(topic, said)
  return false
}

function take(site: SiteMirror, topic: string, bytes: Uint8Array): Heard | 'old' | undefined {
  const body = jsonOf(bytes)
  switch (topic) {
    case 'connectors':
      return takeConnectors(site, body)
    case 'power': {
      const live = LivePower.safeParse(body).data
      if (live?.site !== site.siteId) return undefined
      site.power = live.allocation
      return { kind: 'power', site, allocation: live.allocation }
    }
    case 'picture': {
      const live = LivePicture.safeParse(body).data
      if (live?.site !== site.siteId) return undefined
      site.picture = { picture: live.picture, heardAt: new Date().toISOString() }
      site.unsaved.picture = true
      return { kind: 'picture', site }
    }
    case 'state': {
      const live = LiveState.safeParse(body).data
      if (live?.site !== site.siteId) return undefined
      if (isStraggler(site, topic, live.at)) return 'old'
      site.state = live
      return { kind: 'state', site }
    }
    default:
      return undefined
  }
}

const Envelope = LiveConnectors.extend({ connectors: z.array(z.unknown()) })

/** One connector with an odd value must not take the news of the others with it: they are told once. */
function takeConnectors(site: SiteMirror, body: unknown): Heard | 'old' | undefined {
  const live = Envelope.safeParse(body).data
  if (live?.site !== site.siteId) return undefined
  const understood = live.connectors.flatMap((each) => LiveConnector.safeParse(each).data ?? [])
  if (understood.length === 0 && live.connectors.length > 0) return undefined
  if (isStraggler(site, 'connectors', live.at)) return 'old'
  const changed = understood.filter(
    (next) => JSON.stringify(site.connectors.get(connectorKey(next))) !== JSON.stringify(next)
  )
  for (const next of changed) {
    site.connectors.set(connectorKey(next), next)
    site.unsaved.connectors.add(connectorKey(next))
  }
  return { kind: 'connectors', site, changed }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
