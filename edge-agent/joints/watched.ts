import { X509Certificate } from 'node:crypto'
import type { SiteLimit } from '@nova/shared-protocol/model'
import type { Watched } from '../metrics/index.ts'
import type { Settings } from '../settings/index.ts'
import { laneOf } from './live.ts'
import type { Rooms } from './rooms.ts'

/** What the metrics look at when they are asked. */
export function watchedOf(rooms: Rooms): Watched {
  const { settings, store, clock, intake } = rooms
  return {
    outbox: () => (['facts', 'history'] as const).map((lane) => waiting(rooms, lane)),
    storage: () => {
      const { fileBytes, freeBytes, historyDropped: dropped } = store.health()
      return { fileBytes, freeBytes, writtenBytes: writtenBytes(), dropped }
    },
    power: () => {
      const allocation = rooms.loop?.allocation() ?? null
      return allocation && { ...allocation, sources: bySource(allocation.limits, settings.grid.voltageV) }
    },
    epoch: () => {
      const state = rooms.uplink?.state()
      return state?.kind === 'online' ? state.epoch : 0
    },
    clockTrusted: () => (rooms.uplink?.state().kind === 'online' ? rooms.uplink.clockOffMs() === 0 : null),
    certificates: certificatesOf(settings, clock.now),
    counters: () => intake.counters()
  }
}

function waiting(rooms: Rooms, lane: 'facts' | 'history'): ReturnType<Watched['outbox']>[number] {
  const { last, durable } = laneOf(rooms, lane)
  if (rooms.settings.cloud === null) return { lane, rows: last - durable, oldestSeconds: null }
  const since = rooms.store.outbox.waitingSince(lane)
  const oldestSeconds = since === null ? 0 : Math.max(0, (rooms.clock.now() - since) / 1000)
  return { lane, rows: last - durable, oldestSeconds }
}

const blockBytes = 512 // Linux counts `ru_oublock` in these, whatever the disk has; other systems count operations.

const writtenBytes = (): number | null =>
  process.platform === 'linux' ? process.resourceUsage().fsWrite * blockBytes : null

/** The lowest of each source, as watts of three phases. */
export function bySource(
  limits: readonly Pick<SiteLimit, 'source' | 'limitW' | 'limitA'>[],
  voltageV: number
): readonly { readonly source: string; readonly limitW: number }[] {
  const lowest = new Map<string, number>()
  for (const { source, limitW = Infinity, limitA } of limits) {
    const inWatts = limitA === undefined ? Infinity : (limitA[0] + limitA[1] + limitA[2]) * voltageV
    lowest.set(source, Math.min(limitW, inWatts, lowest.get(source) ?? Infinity))
  }
  return [...lowest].flatMap(([source, limitW]) => (Number.isFinite(limitW) ? [{ source, limitW }] : []))
}

/** What chargers and the cloud look at when they let us in; read once, since a new file needs a new start. */
export function certificatesOf(
  { ocpp, cloud }: Pick<Settings, 'ocpp' | 'cloud'>,
  now: () => number
): Watched['certificates'] {
  const ends = [
    ...endOfPem('ocpp-server', ocpp.tls?.certificate),
    ...endOfPem('ocpp-client-ca', ocpp.tls?.clientCa),
    ...endOfNats(cloud?.credentials?.nats)
  ]
  return () => ends.map(({ certificate, atMs }) => ({ certificate, expiresInSeconds: (atMs - now()) / 1000 }))
}

type End = { readonly certificate: string; readonly atMs: number }

/** The first to end of all that the file names: a chain is as good as its shortest. */
function endOfPem(certificate: string, pem: string | null | undefined): End[] {
  const each = pem?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (each.length === 0) return []
  const ends = each.map((one) => new X509Certificate(one).validToDate.getTime())
  return [{ certificate, atMs: Math.min(...ends) }]
}

/** The user's JWT ends when it says so; most do not. */
function endOfNats(credentials: string | null | undefined): End[] {
  const claims = credentials?.split('-----')[2]?.trim().split('.')[1]
  if (!claims) return []
  const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { readonly exp?: unknown }
  return typeof exp === 'number' ? [{ certificate: 'nats-user', atMs: exp * 1000 }] : []
}
