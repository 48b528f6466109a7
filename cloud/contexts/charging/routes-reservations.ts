import { randomInt, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ConnectorKey, Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
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
import { billIdOf, holdFor } from './no-show.ts'
import { methodFor } from './orders.ts'
import { cancelHolding, holdDeadline, sendReserve, wantHold } from './reservation-holds.ts'
import { readReservation, reservationColumns, type ReservationRow } from './reservation.ts'

const longestMs = 24 * 3_600_000
const shortestMs = 60_000
const sendMs = 45_000
const mostOpen = 3 // Of one driver: nobody keeps a whole site free for himself.

const View = z.object({
  id: z.uuid(),
  siteId: z.string(),
  connectorId: z.string(),
  driverId: z.string().nullable(),
  status: z.enum(['holding', 'asked', 'active', 'used', 'cancelled', 'expired', 'refused']),
  madeAt: Instant.nullable(),
  expiresAt: Instant,
  endedAt: Instant.nullable(),
  sessionId: z.uuid().nullable(),
  createdAt: Instant,
  hold: Money.nullable(), // What is held for the case that nobody comes; null: that costs nothing here.
  failure: z.string().nullable() // Why it was refused.
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
  createdAt: row.created_at,
  hold:
    row.hold_minor === null || row.hold_currency === null
      ? null
      : { currency: row.hold_currency, amountMinor: row.hold_minor },
  failure: row.failure
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
          summary:
            'Keeps a connector free for the driver until then; where nobody coming costs, that is held first',
          body: z.strictObject({
            connectorId: ConnectorKey,
            expiresAt: Instant,
            paymentMethodId: z.string().max(64).optional()
          }),
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
        const { tenantId } = who
        if (row.status === 'asked' && row.hold_session === null)
          await sendReserve(needs, { tenantId, issuer: issuerOf(who) }, row)
        return reply.code(202).send(viewOf(row))
      }
    )
  }

type Wanted = {
  readonly id: string
  readonly driverId: string
  readonly connectorId: string
  readonly expiresAt: string
  readonly paymentMethodId?: string | undefined
}

/**
 * Where nobody coming costs, the site hears of it only when that much is held.
 * @throws Problem 404, 409 connector-…, `too-many-reservations`, 422 `reservation-time`, 402, 422 as `methodFor`
 */
async function reserve(needs: Inside, tx: Tx, wanted: Wanted): Promise<ReservationRow> {
  const before = await readReservation(tx, wanted.id)
  if (before) return before
  const connector = await grantable(needs, tx, wanted)
  const { id, driverId, connectorId } = wanted
  const expiresAt = new Date(wanted.expiresAt).toISOString()
  const hold = await holdFor(needs, tx, { siteId: connector.siteId, connectorId, expiresAt })
  const methodId = hold && (await methodFor(needs, tx, wanted))
  const holding = [billIdOf(id), hold?.currency, hold?.amountMinor, holdDeadline(needs.now())]
  await tx.query(
    `insert into reservations (tenant_id, id, site_id, charger_id, connector_id, number, driver_id, token_uid,
       command_id, expires_at, status, hold_session, hold_currency, hold_minor, next_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      id, connector.siteId, connector.chargerId, connectorId, randomInt(1, 2 ** 31 - 1), driverId, tokenOf(id),
      randomUUID(), expiresAt, ...(hold ? ['holding', ...holding] : ['asked', null, null, null, null])
    ] // prettier-ignore
  )
  const row = (await readReservation(tx, id)) ?? gone()
  if (hold && methodId !== undefined) await wantHold(tx, { row, methodId, hold })
  return row
}

async function grantable(needs: Inside, tx: Tx, { driverId, connectorId, expiresAt }: Wanted) {
  const lastsMs = Date.parse(expiresAt) - needs.now()
  if (lastsMs < shortestMs || lastsMs > longestMs)
    throw problem(422, 'reservation-time', 'A reservation lasts from a minute to a day.')
  const connector = await needs.connector(tx, connectorId)
  if (!connector) throw notFound('connector')
  const refusal = refusalOf(connector.status)
  if (refusal) throw problem(409, refusal.code, refusal.detail)
  const { open } = await tx.one<{ open: number }>(
    `select count(*) as open from reservations where driver_id = $1 and status in ('holding', 'asked', 'active')
       and expires_at > now()`,
    [driverId]
  )
  if (open >= mostOpen) throw problem(409, 'too-many-reservations', `${mostOpen} reservations stand already.`)
  return connector
}

function gone(): never {
  throw notFound('reservation')
}

const issuerOf = ({ driverId, userId }: Who): string =>
  driverId === undefined ? `user:${userId}` : `driver:${driverId}`

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
        const after = await cancel(needs, who, row)
        return reply.code(202).send(viewOf(after))
      }
    )
  }

/** @throws Problem 409 `reservation-over` */
async function cancel(needs: Inside, who: Who, row: ReservationRow): Promise<ReservationRow> {
  const { tenantId } = who
  const now = await needs.database.tenant(tenantId, async (tx) => {
    await cancelHolding(tx, row.id)
    return (await readReservation(tx, row.id)) ?? gone()
  })
  if (row.status === 'holding' && now.status === 'cancelled') return now
  if (now.status !== 'asked' && now.status !== 'active')
    throw problem(409, 'reservation-over', `This reservation is ${now.status}.`)
  await needs.sendCommand({
    tenantId,
    siteId: row.site_id,
    chargerId: row.charger_id,
    action: 'cancelReservation',
    issuer: issuerOf(who),
    expiresAt: new Date(needs.now() + sendMs).toISOString(),
    payload: { reservationId: row.number }
  })
  return now
}
