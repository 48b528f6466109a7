import { randomInt, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ConnectorKey, Instant } from '@nova/shared-protocol/model'
import {
  idOfCall,
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  type Routes,
  type Who
} from '../../http/index.ts'
import type { Tx } from '../../db/index.ts'
import { refusalOf, tokenOf } from './model.ts'
import type { Inside } from './needs.ts'
import { readReservation, reservationColumns, type ReservationRow } from './reservations.ts'

const longestMs = 24 * 3_600_000
const shortestMs = 60_000
const sendMs = 45_000
const mostOpen = 3 // Of one driver: nobody keeps a whole site free for himself.

const View = z.object({
  id: z.uuid(),
  siteId: z.string(),
  connectorId: z.string(),
  driverId: z.string().nullable(),
  status: z.enum(['asked', 'active', 'used', 'cancelled', 'expired', 'refused']),
  madeAt: Instant.nullable(),
  expiresAt: Instant,
  endedAt: Instant.nullable(),
  sessionId: z.uuid().nullable(),
  createdAt: Instant
})

const viewOf = (row: ReservationRow): z.infer<typeof View> => ({
  id: row.id,
  siteId: row.site_id,
  connectorId: row.connector_id,
  driverId: row.driver_id,
  status: row.status,
  madeAt: row.made_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
  sessionId: row.session_id,
  createdAt: row.created_at
})

const everybody = ['admin', 'operator', 'driver'] as const

export const reservationRoutes =
  (needs: Inside): Routes =>
  (app) => {
    listRoute(needs)(app)
    makeRoute(needs)(app)
    cancelRoute(needs)(app)
  }

const listRoute =
  ({ database }: Inside): Routes =>
  (app) => {
    app.get(
      '/reservations',
      { config: { roles: everybody }, schema: { querystring: listQuery, response: { 200: pageOf(View) } } },
      async ({ who, query }) => {
        const [createdAt = null, id = null] = readCursor(query.cursor, 2) ?? []
        const rows = await database.tenant(who.tenantId, async (tx) =>
          tx.query<ReservationRow>(
            `select ${reservationColumns} from reservations where ($1::text is null or driver_id = $1)
               and ($2::timestamptz is null or (created_at, id) < ($2::timestamptz, $3::uuid))
             order by created_at desc, id desc limit $4`,
            [isStaff(who) ? null : (who.driverId ?? ''), createdAt, id, query.limit + 1]
          )
        )
        return page(rows, query.limit, { keyOf: (row) => [row.created_at, row.id], itemOf: viewOf })
      }
    )
  }

const makeRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.post(
      '/reservations',
      {
        config: { roles: ['driver'], idempotent: true },
        schema: {
          summary: 'Keeps a connector free for the driver until then',
          body: z.strictObject({ connectorId: ConnectorKey, expiresAt: Instant }),
          response: { 202: View }
        }
      },
      async (request, reply) => {
        const { who, body } = request
        const { driverId } = who
        if (driverId === undefined) throw problem(403, 'no-driver', 'This account belongs to no driver.')
        const id = idOfCall(request) ?? randomUUID()
        const row = await needs.database.tenant(who.tenantId, async (tx) =>
          reserve(needs, tx, { id, driverId, ...body })
        )
        await send(needs, who, row, { action: 'reserve', expiresAt: row.expires_at })
        return reply.code(202).send(viewOf(row))
      }
    )
  }

type Wanted = {
  readonly id: string
  readonly driverId: string
  readonly connectorId: string
  readonly expiresAt: string
}

/** @throws Problem 404, 409 connector-…, `too-many-reservations`, 422 `reservation-time` */
async function reserve(needs: Inside, tx: Tx, wanted: Wanted): Promise<ReservationRow> {
  const before = await readReservation(tx, wanted.id)
  if (before) return before
  const { id, driverId, connectorId, expiresAt } = wanted
  const lastsMs = Date.parse(expiresAt) - needs.now()
  if (lastsMs < shortestMs || lastsMs > longestMs)
    throw problem(422, 'reservation-time', 'A reservation lasts from a minute to a day.')
  const connector = await needs.connector(tx, connectorId)
  if (!connector) throw notFound('connector')
  const refusal = refusalOf(connector.status)
  if (refusal) throw problem(409, refusal.code, refusal.detail)
  const { open } = await tx.one<{ open: number }>(
    `select count(*) as open from reservations where driver_id = $1 and status in ('asked', 'active') and expires_at > now()`,
    [driverId]
  )
  if (open >= mostOpen) throw problem(409, 'too-many-reservations', `${mostOpen} reservations stand already.`)
  await tx.query(
    `insert into reservations (tenant_id, id, site_id, charger_id, connector_id, number, driver_id, token_uid,
       command_id, status, expires_at) values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, 'asked', $9)`,
    [
      id, connector.siteId, connector.chargerId, connectorId, randomInt(1, 2 ** 31 - 1), driverId, tokenOf(id),
      randomUUID(), new Date(expiresAt).toISOString()
    ] // prettier-ignore
  )
  return (await readReservation(tx, id)) ?? gone()
}

function gone(): never {
  throw notFound('reservation')
}

type Order = { readonly action: 'reserve' | 'cancelReservation'; readonly expiresAt: string }

async function send(
  needs: Inside,
  who: Who,
  row: ReservationRow,
  { action, expiresAt }: Order
): Promise<void> {
  const commandId =
    action === 'reserve'
      ? await needs.database.tenant(who.tenantId, async (tx) => commandOf(tx, row.id))
      : null
  const place = { reservationId: row.number, connector: row.connector_id }
  await needs.sendCommand({
    ...(commandId === null ? {} : { id: commandId }),
    tenantId: who.tenantId,
    siteId: row.site_id,
    chargerId: row.charger_id,
    action,
    issuer: who.driverId === undefined ? `user:${who.userId}` : `driver:${who.driverId}`,
    expiresAt: new Date(needs.now() + sendMs).toISOString(),
    payload:
      action === 'reserve' ? { ...place, tokenUid: row.token_uid, expiresAt } : { reservationId: row.number }
  })
}

const commandOf = async (tx: Tx, id: string): Promise<string | null> =>
  (await tx.one<{ command_id: string | null }>('select command_id from reservations where id = $1', [id]))
    .command_id

const cancelRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.delete(
      '/reservations/:id',
      {
        config: { roles: everybody, idempotent: true },
        schema: { params: z.object({ id: z.uuid() }), response: { 202: View } }
      },
      async ({ who, params }, reply) => {
        const row = await needs.database.tenant(who.tenantId, async (tx) => readReservation(tx, params.id))
        if (!row || (!isStaff(who) && row.driver_id !== (who.driverId ?? ''))) throw notFound('reservation')
        if (row.status !== 'asked' && row.status !== 'active')
          throw problem(409, 'reservation-over', `This reservation is ${row.status}.`)
        await send(needs, who, row, { action: 'cancelReservation', expiresAt: row.expires_at })
        return reply.code(202).send(viewOf(row))
      }
    )
  }
