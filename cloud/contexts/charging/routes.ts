import { z } from 'zod'
import {
  ConnectorKey,
  Identifier,
  Instant,
  RegisterReading,
  SessionStatus
} from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import {
  idOfCall,
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  traceOf,
  type Routes,
  type Who
} from '../../http/index.ts'
import type { Inside } from './needs.ts'
import { requestStart } from './orders.ts'
import { listSessions, viewsOf } from './queries.ts'
import { readingsOf, readSession, type SessionRow } from './store.ts'

export const SessionView = z.object({
  id: z.uuid(),
  siteId: z.string(),
  chargerId: z.string(),
  connectorId: z.string(),
  driverId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  status: SessionStatus,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  meterStartWh: z.int().nullable(),
  meterStopWh: z.int().nullable(),
  energyWh: z.int().nullable(),
  cost: Money.nullable(),
  tariffId: z.string().nullable(),
  tariffVersion: z.int().nullable(),
  stopReason: z.string().nullable(),
  provisional: z.boolean(),
  standing: z.boolean(),
  leftAt: Instant.nullable(),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  createdAt: Instant
})

const everybody = ['admin', 'operator', 'driver'] as const
const byId = z.object({ id: z.uuid() })
const stopMs = 120_000

export const routes =
  (needs: Inside): Routes =>
  (app) => {
    startRoute(needs)(app)
    stopRoute(needs)(app)
    listRoute(needs)(app)
    readRoutes(needs)(app)
  }

/** A session that this caller may see; a driver's own, for staff every one of the tenant. */
export async function visible(tx: Tx, who: Who, id: string): Promise<SessionRow> {
  const session = await readSession(tx, id)
  if (!session || (!isStaff(who) && session.driver_id !== (who.driverId ?? ''))) throw notFound('session')
  return session
}

const startRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.post(
      '/sessions',
      {
        config: { roles: ['driver'], idempotent: true },
        schema: {
          body: z.strictObject({
            connectorId: ConnectorKey,
            paymentMethodId: z.string().min(1).max(64).optional(),
            tariffId: Identifier.optional(),
            reservationId: z.union([z.int(), z.string().max(64)]).optional(),
            coupon: z.string().min(1).max(60).optional(),
            maxEnergyWh: z.int().min(1_000).max(1_000_000).optional(),
            energyWh: z.int().min(1).max(1_000_000).optional(),
            departureAt: Instant.optional()
          }),
          response: { 202: z.object({ id: z.uuid(), status: SessionStatus }) }
        }
      },
      async (request, reply) => {
        const { who, body } = request
        const sessionId = idOfCall(request)
        if (who.driverId === undefined) throw problem(403, 'no-driver', 'This account belongs to no driver.')
        const wanted = body
        if (wanted.departureAt !== undefined && Date.parse(wanted.departureAt) <= needs.now())
          throw problem(422, 'departure-in-the-past', 'The departure is over already.')
        const trace = traceOf(request)
        const mine = { driverId: who.driverId, sessionId, trace }
        const id = await requestStart(needs, who.tenantId, { ...mine, ...wanted })
        return reply.code(202).send({ id, status: 'pending' as const })
      }
    )
  }

const stopRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.post(
      '/sessions/:id/stop',
      {
        config: { roles: everybody, idempotent: 'for-two-days' },
        schema: { params: byId, response: { 202: z.object({ commandId: z.string(), status: z.string() }) } }
      },
      async (request, reply) => {
        const { who, params } = request
        const session = await needs.database.tenant(who.tenantId, async (tx) => visible(tx, who, params.id))
        if (session.status !== 'started' && session.status !== 'suspended')
          throw problem(409, 'session-not-running', `This session is ${session.status}.`)
        const { id: commandId, status } = await needs.sendCommand({
          tenantId: who.tenantId,
          siteId: session.site_id,
          chargerId: session.charger_id,
          action: 'stop',
          payload: { sessionId: session.id },
          issuer: who.driverId === undefined ? `user:${who.userId}` : `driver:${who.driverId}`,
          expiresAt: new Date(needs.now() + stopMs).toISOString(),
          trace: traceOf(request)
        })
        return reply.code(202).send({ commandId, status })
      }
    )
  }

const listRoute =
  (needs: Inside): Routes =>
  (app) => {
    app.get(
      '/sessions',
      {
        config: { roles: everybody },
        schema: {
          querystring: listQuery.extend({
            siteId: Identifier.optional(),
            chargerId: Identifier.optional(),
            status: SessionStatus.optional()
          }),
          response: { 200: pageOf(SessionView) }
        }
      },
      async ({ who, query }) => {
        const driverId = isStaff(who) ? undefined : (who.driverId ?? '')
        const after = readCursor(query.cursor, 2)
        const filter = { ...query, driverId, after, limit: query.limit + 1 }
        const rows = await needs.database.tenant(who.tenantId, async (tx) => listSessions(needs, tx, filter))
        return page(rows, query.limit, {
          keyOf: ({ createdAt, id }) => [createdAt, id],
          itemOf: (row) => row
        })
      }
    )
  }

const readRoutes =
  (needs: Inside): Routes =>
  (app) => {
    const { database } = needs
    app.get(
      '/sessions/:id',
      { config: { roles: everybody }, schema: { params: byId, response: { 200: SessionView } } },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          const [view] = await viewsOf(needs, tx, [await visible(tx, who, params.id)])
          return view ?? notThere()
        })
    )
    app.get(
      '/sessions/:id/registers',
      {
        config: { roles: everybody },
        schema: { params: byId, response: { 200: z.object({ items: z.array(RegisterReading) }) } }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          const session = await visible(tx, who, params.id)
          return { items: (await readingsOf(tx, [session.id])).get(session.id) ?? [] }
        })
    )
  }

function notThere(): never {
  throw notFound('session')
}
