import { Allocation, ConnectorKey, Identifier } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Tx } from '../../db/index.ts'
import {
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  readCursor,
  roles,
  type Routes,
  type Who
} from '../../http/index.ts'
import { acknowledge, AlarmShown, listAlarms } from './alarms.ts'
import type { Inner } from './inner.ts'
import { connectorById, EdgeView, lastPower, listConnectors, listEdges } from './queries.ts'
import { listTokens, uidKey } from './tokens.ts'
import { ConnectorView, masked } from './view.ts'

const everybody = { roles }
const lookers = { roles: ['admin', 'operator', 'utility', 'oem'] as const }
const staff = { roles: ['admin', 'operator'] as const }
const mostTokensOfDriver = 100

const connectorQuery = listQuery.extend({
  siteId: Identifier.optional(),
  chargerId: Identifier.optional(),
  status: ConnectorView.shape.status.optional()
})

/** What happens now: connectors, power, edges, alarms. */
export const liveRoutes =
  (needs: Inner): Routes =>
  (app) => {
    for (const add of [getConnectors, getConnectorsId, getEdges, getSitesIdAllocation]) add(needs)(app)
    addAlarms(app, needs)
  }

const getConnectors =
  ({ database, mirror, ...needs }: Inner): Routes =>
  (app) => {
    app.get(
      '/connectors',
      {
        config: everybody,
        schema: {
          summary: 'Connectors as they are now',
          querystring: connectorQuery,
          response: { 200: pageOf(ConnectorView) }
        }
      },
      async ({ who, query: wanted }) => {
        const after = readCursor(wanted.cursor, 3)
        return database.tenant(who.tenantId, async (tx) => {
          const rows = await listConnectors(tx, mirror, { ...wanted, after })
          const show = await shownTo(needs, tx, who)
          return page(rows, wanted.limit, {
            keyOf: ({ chargerId, evseId, connectorId }) => [chargerId, evseId, connectorId],
            itemOf: show
          })
        })
      }
    )
  }

const getConnectorsId =
  ({ database, mirror, ...needs }: Inner): Routes =>
  (app) => {
    app.get(
      '/connectors/:id',
      {
        config: everybody,
        schema: {
          summary: 'One connector',
          params: z.object({ id: ConnectorKey }),
          response: { 200: ConnectorView }
        }
      },
      async ({ who, params: { id } }) =>
        database.tenant(who.tenantId, async (tx) => {
          const found = await connectorById(tx, mirror, id)
          if (!found) throw notFound('connector')
          return (await shownTo(needs, tx, who))(found)
        })
    )
  }

const getEdges =
  (needs: Inner): Routes =>
  (app) => {
    const { database, mirror } = needs
    app.get(
      '/edges',
      {
        config: lookers,
        schema: {
          summary: 'Which edges are in touch, and how far they are durable',
          response: { 200: pageOf(EdgeView) }
        }
      },
      async ({ who }) =>
        database.tenant(who.tenantId, async (tx) => ({
          items: await listEdges(tx, mirror, await needs.siteIds(tx)),
          nextCursor: null
        }))
    )
  }

const getSitesIdAllocation =
  (needs: Inner): Routes =>
  (app) => {
    const { database, mirror } = needs
    app.get(
      '/sites/:id/allocation',
      {
        config: lookers,
        schema: {
          summary: 'The last decision of the control loop, with its reasons',
          params: z.object({ id: Identifier }),
          response: { 200: z.object({ siteId: z.string(), allocation: AllocationShown.nullable() }) }
        }
      },
      async ({ who, params: { id } }) =>
        database.tenant(who.tenantId, async (tx) => {
          await needs.siteExists(tx, id)
          return { siteId: id, allocation: AllocationShown.nullable().parse(await lastPower(tx, mirror, id)) }
        })
    )
  }

// The language's own schema reads the short form of a limit, which cannot be written back; here it is whole.
const AllocationShown = z.object({
  ...Allocation.shape,
  limits: z.array(
    z.object({
      source: z.string(),
      limitW: z.int().optional(),
      limitA: z.array(z.number()).optional(),
      from: z.string().optional(),
      until: z.string().optional(),
      reason: z.string()
    })
  )
})

/** Staff sees all; a driver what is its own, and of the others only whether they are free. */
async function shownTo(
  needs: Pick<Inner, 'runningSessions'>,
  tx: Tx,
  who: Who
): Promise<(view: ConnectorView) => ConnectorView> {
  if (isStaff(who)) return (view) => view
  const tokens = await listTokens(tx, {
    driverId: who.driverId ?? '',
    after: null,
    limit: mostTokensOfDriver
  })
  const own = new Set(tokens.map(({ uid }) => uidKey(uid)))
  const running = new Set(await needs.runningSessions(tx, who.driverId ?? ''))
  const isOwn = ({ tokenUid, sessionId }: ConnectorView) =>
    (tokenUid !== null && own.has(uidKey(tokenUid))) || (sessionId !== null && running.has(sessionId))
  return (view) => (isOwn(view) ? view : masked(view))
}

function addAlarms(app: Parameters<Routes>[0], { database, audit }: Inner): void {
  const query = listQuery.extend({
    open: z.enum(['true', 'false']).optional(),
    siteId: Identifier.optional()
  })
  app.get(
    '/alarms',
    {
      config: lookers,
      schema: { summary: 'Alarms, newest first', querystring: query, response: { 200: pageOf(AlarmShown) } }
    },
    async ({ who, query: { open, siteId, limit, cursor } }) => {
      const wanted = {
        open: open === undefined ? null : open === 'true',
        siteId: siteId ?? null,
        after: readCursor(cursor, 2),
        limit
      }
      const rows = await database.tenant(who.tenantId, async (tx) => listAlarms(tx, wanted))
      return page(rows, limit, { keyOf: ({ raisedAt, id }) => [raisedAt, id], itemOf: (row) => row })
    }
  )
  app.post(
    '/alarms/:id/acknowledge',
    {
      config: staff,
      schema: { summary: 'I have seen it', params: z.object({ id: z.uuid() }), response: { 200: AlarmShown } }
    },
    async ({ who, params: { id } }) =>
      database.tenant(who.tenantId, async (tx) => {
        const by = who.email ?? who.userId
        await audit(tx, { actor: by, act: 'alarm-acknowledged', subject: id })
        return acknowledge(tx, id, by)
      })
  )
}
