import { DesiredVersions, type LiveConnector, LiveState } from '@nova/shared-protocol/messages'
import { ConnectorKey, readConnectorKey } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Tx } from '../../db/index.ts'
import type { HeardPicture, Mirror, SiteMirror } from './mirror.ts'
import { silentMs, viewOf, type ConnectorView, type Socket } from './view.ts'

type Row = Socket & {
  readonly body: LiveConnector | null
  readonly seenAt: string | null
  readonly goneAt: string | null // By the edge's clock; null: it is there, or nobody knows.
}

export type Wanted = {
  readonly siteId?: string | undefined
  readonly chargerId?: string | undefined
  readonly status?: ConnectorView['status'] | undefined
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

const mostAtOnce = 500

/**
 * Connectors of the wiring plan with what was last heard; one row more than `limit`, in the order of their ids. What state
 * they are in the database cannot be asked (the mirror knows): where one is wanted, it is read on until the page is full.
 */
export async function listConnectors(tx: Tx, mirror: Mirror, wanted: Wanted): Promise<ConnectorView[]> {
  if (wanted.status === undefined) return connectorsAfter(tx, mirror, wanted)
  const found: ConnectorView[] = []
  for (let { after } = wanted; ;) {
    const rows = await connectorsAfter(tx, mirror, { ...wanted, after, limit: mostAtOnce })
    found.push(...rows.filter(({ status }) => status === wanted.status))
    const last = rows.at(-1)
    if (!last || rows.length <= mostAtOnce || found.length > wanted.limit)
      return found.slice(0, wanted.limit + 1)
    after = [last.chargerId, last.evseId, last.connectorId]
  }
}

async function connectorsAfter(tx: Tx, mirror: Mirror, wanted: Wanted): Promise<ConnectorView[]> {
  const rows = await tx.query<Row>(
    `select c.site_id as "siteId", c.id as "chargerId", (e.value ->> 'id')::int as "evseId", (k.value ->> 'id')::int as "connectorId",
       k.value ->> 'type' as type, (k.value ->> 'maxPowerW')::int as "maxPowerW", m.body, d.seen_at as "seenAt",
       case when not c.online then c.online_at end as "goneAt"
     from chargers c
     cross join lateral jsonb_array_elements(c.evses) as e
     cross join lateral jsonb_array_elements(e.value -> 'connectors') as k
     left join connectors m on m.tenant_id = c.tenant_id and m.charger_id = c.id and m.evse_id = (e.value ->> 'id')::int
       and m.connector_id = (k.value ->> 'id')::int
     left join edges d on d.tenant_id = c.tenant_id and d.site_id = c.site_id
     where ($1::text is null or c.site_id = $1) and ($2::text is null or c.id = $2)
       and ($3::text is null or (c.id, (e.value ->> 'id')::int, (k.value ->> 'id')::int) > ($3, $4::int, $5::int))
     order by c.id, 3, 4 limit $6`,
    [wanted.siteId ?? null, wanted.chargerId ?? null, ...(wanted.after ?? [null, 0, 0]), wanted.limit + 1]
  )
  return rows.map(({ body, seenAt, goneAt, ...socket }) => {
    const site = mirror.site(socket.siteId)
    const live =
      site?.connectors.get(`${socket.chargerId}:${socket.evseId}:${socket.connectorId}`) ?? body ?? undefined
    return viewOf(socket, {
      live,
      inTouch: site?.inTouch ?? isRecent(seenAt),
      isGone: isSinceGone(site, goneAt),
      fullAt: fullAtOf(site, socket)
    })
  })
}

/**
 * Live words may be lost, and what was said before a restart may be out of date: that a charger has left is a fact, which
 * counts until its site has spoken of its connectors again.
 */
function isSinceGone(site: SiteMirror | undefined, goneAt: string | null): boolean {
  return goneAt !== null && (site?.saidAtMs.get('connectors') ?? -Infinity) < Date.parse(goneAt)
}

/** When the edge expects its car to be full; only while its picture is as fresh as the edge itself. */
function fullAtOf(site: SiteMirror | undefined, socket: Socket): string | null {
  if (site?.inTouch !== true) return null
  const foretold = site.picture?.picture.forecast.find(
    ({ chargerId, evseId, connectorId }) =>
      chargerId === socket.chargerId && evseId === socket.evseId && connectorId === socket.connectorId
  )
  return foretold?.fullAt ?? null
}

/** One connector by its key; undefined for what is no key of a connector here. */
export async function connectorById(tx: Tx, mirror: Mirror, id: string): Promise<ConnectorView | undefined> {
  if (!ConnectorKey.safeParse(id).success) return undefined
  const { chargerId } = readConnectorKey(id)
  const rows = await listConnectors(tx, mirror, { chargerId, after: null, limit: mostOfCharger })
  return rows.find((row) => row.id === id)
}

const mostOfCharger = 128 // 16 EVSEs of 8 connectors, as the language allows.

const isRecent = (seenAt: string | null): boolean =>
  seenAt !== null && Date.now() - Date.parse(seenAt) <= silentMs

const Marks = LiveState.shape.outbox.shape.facts
export const EdgeView = z.object({
  siteId: z.string(),
  inTouch: z.boolean(),
  seenAt: z.string().nullable(),
  epoch: z.int(),
  version: z.string().nullable(),
  startedAt: z.string().nullable(),
  outbox: z.object({ facts: Marks, history: Marks }).nullable(),
  desired: DesiredVersions.nullable(),
  alarms: z.int().nullable(),
  storage: LiveState.shape.storage.unwrap().nullable()
})
export type EdgeView = z.infer<typeof EdgeView>

type EdgeRow = { siteId: string; epoch: number | null; seenAt: string | null; state: LiveState | null }

/** Every site of the tenant with its edge, those that never said a word included. */
export async function listEdges(tx: Tx, mirror: Mirror, siteIds: readonly string[]): Promise<EdgeView[]> {
  const rows = await tx.query<EdgeRow>(
    `select s.id as "siteId", e.epoch, e.seen_at as "seenAt", e.state from unnest($1::text[]) as s(id)
     left join edges e on e.site_id = s.id order by s.id`,
    [siteIds]
  )
  return rows.map((row) => {
    const site = mirror.site(row.siteId)
    return edgeView({
      ...row,
      state: site?.state ?? row.state,
      inTouch: site?.inTouch ?? isRecent(row.seenAt),
      heardAtMs: site?.seenAtMs ?? 0
    })
  })
}

type Known = EdgeRow & { readonly inTouch: boolean; readonly heardAtMs: number }

export function edgeView({ siteId, epoch, seenAt, state, inTouch, heardAtMs }: Known): EdgeView {
  const said = state ?? {
    epoch: epoch ?? 0,
    version: null,
    startedAt: null,
    outbox: null,
    desired: null,
    alarms: null,
    storage: undefined
  }
  return {
    siteId,
    inTouch,
    seenAt: heardAtMs > 0 ? new Date(heardAtMs).toISOString() : seenAt,
    epoch: said.epoch,
    version: said.version,
    startedAt: said.startedAt,
    outbox: said.outbox,
    desired: said.desired,
    alarms: said.alarms,
    storage: said.storage ?? null
  }
}

export type PowerRow = { power: unknown }

/** The last allocation of a site: limit, reasons, everyone's share; null when its edge never said one. */
export async function lastPower(tx: Tx, mirror: Mirror, siteId: string): Promise<unknown> {
  const live = mirror.site(siteId)?.power
  if (live) return live
  const row = await tx.maybe<PowerRow>('select power from edges where site_id = $1', [siteId])
  return row?.power ?? null
}

type PictureRow = { picture: HeardPicture['picture'] | null; heardAt: string | null; seenAt: string | null }
export type LastPicture = { readonly heard: HeardPicture | null; readonly inTouch: boolean }

/** The newest picture of a site's power that was ever heard, and whether its edge still speaks. */
export async function lastPicture(tx: Tx, mirror: Mirror, siteId: string): Promise<LastPicture> {
  const site = mirror.site(siteId)
  if (site?.picture) return { heard: site.picture, inTouch: site.inTouch }
  const row = await tx.maybe<PictureRow>(
    'select picture, picture_heard_at as "heardAt", seen_at as "seenAt" from edges where site_id = $1',
    [siteId]
  )
  const heard = row?.picture && row.heardAt !== null ? { picture: row.picture, heardAt: row.heardAt } : null
  return { heard, inTouch: site?.inTouch ?? isRecent(row?.seenAt ?? null) }
}
