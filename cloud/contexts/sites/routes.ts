import { Circuit, Grid, Identifier } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { listQuery, page, pageOf, problem, readCursor, roles, type Routes } from '../../http/index.ts'
import { NewSite, SiteChange } from './model.ts'
import { changeSite, createSite, listSites, siteById, type Near } from './store.ts'
import { limitRoutes } from './routes-limits.ts'
import { previewRoutes } from './routes-preview.ts'

export type Needs = {
  readonly database: Database
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
  /** Asks the site's edge what changes nothing. @throws Error when there is no answer in time */
  ask(siteId: string, text: string, timeoutMs: number): Promise<Uint8Array>
  /** Credentials text for a site's edge, and the key by which they can be revoked. */
  mint(siteId: string): Promise<{ text: string; userKey: string }>
}

const SiteShown = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string(),
  timeZone: z.string(),
  currency: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  grid: Grid,
  circuits: z.array(Circuit),
  createdAt: z.string(),
  changedAt: z.string()
})

const longestRadiusM = 20_040_000 // Half around the Earth.
const Query = listQuery.extend({
  near: z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?$/, 'expected latitude,longitude')
    .optional(),
  radiusM: z.coerce.number().positive().max(longestRadiusM).default(longestRadiusM)
})
const params = z.object({ id: Identifier })
const staff = { roles: ['admin', 'operator'] as const }

export const routes =
  (needs: Needs): Routes =>
  (app) => {
    for (const add of [getSites, postSites, getSitesId, patchSitesId]) add(needs)(app)
    addCredentials(app, needs)
    limitRoutes(needs)(app)
    previewRoutes(needs)(app)
  }

const getSites =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/sites',
      {
        config: { roles },
        schema: {
          summary: 'Sites, by distance when near= is given',
          querystring: Query,
          response: { 200: pageOf(SiteShown.extend({ distanceM: z.number().nullable() })) }
        }
      },
      async ({ who, query }) => {
        const near = readNear(query)
        const after = readCursor(query.cursor, near ? 2 : 1)
        const rows = await database.tenant(who.tenantId, async (tx) =>
          listSites(tx, near, { limit: query.limit, after })
        )
        return page(rows, query.limit, {
          keyOf: ({ id, distanceM }) => (distanceM === null ? [id] : [distanceM, id]),
          itemOf: (row) => row
        })
      }
    )
  }

const postSites =
  (needs: Needs): Routes =>
  (app) => {
    const { database } = needs
    app.post(
      '/sites',
      { config: staff, schema: { summary: 'Add a site', body: NewSite, response: { 201: SiteShown } } },
      async ({ who, body }, reply) => {
        isTimeZone(body.timeZone)
        const site = await database.tenant(who.tenantId, async (tx) => {
          const made = await createSite(tx, body)
          await needs.audit(tx, { actor: who.email ?? who.userId, act: 'site-created', subject: made.id })
          return made
        })
        return reply.code(201).send(site)
      }
    )
  }

const getSitesId =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/sites/:id',
      { config: { roles }, schema: { summary: 'One site', params, response: { 200: SiteShown } } },
      async (request) => database.tenant(request.who.tenantId, async (tx) => siteById(tx, request.params.id))
    )
  }

const patchSitesId =
  (needs: Needs): Routes =>
  (app) => {
    const { database } = needs
    app.patch(
      '/sites/:id',
      {
        config: staff,
        schema: { summary: 'Change a site', params, body: SiteChange, response: { 200: SiteShown } }
      },
      async ({ who, body, params: { id } }) =>
        database.tenant(who.tenantId, async (tx) => {
          NewSite.shape.circuits.parse(body.circuits ?? [])
          const site = await changeSite(tx, id, body)
          await needs.audit(tx, {
            actor: who.email ?? who.userId,
            act: 'site-changed',
            subject: id,
            detail: Object.keys(body).join(', ')
          })
          return site
        })
    )
  }

function readNear({ near, radiusM }: { near?: string | undefined; radiusM: number }): Near | null {
  if (near === undefined) return null
  const [latitude = 0, longitude = 0] = near.split(',').map(Number)
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
    throw problem(400, 'request-invalid', 'near: not a place on Earth')
  return { latitude, longitude, radiusM }
}

/** Whether the platform knows the zone is checked where it is first used: here. */
function isTimeZone(zone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    throw problem(400, 'time-zone-unknown', `timeZone: ${zone} is not known here`)
  }
}

function addCredentials(app: Parameters<Routes>[0], { database, mint, audit }: Needs): void {
  app.post(
    '/sites/:id/credentials',
    {
      config: staff,
      schema: {
        summary: 'Credentials for the edge of this site (site.creds); shown once',
        params,
        response: { 201: z.object({ credentials: z.string(), userKey: z.string() }) }
      }
    },
    async ({ who, params: { id } }, reply) => {
      await database.tenant(who.tenantId, async (tx) => siteById(tx, id))
      const { text, userKey } = await mint(id)
      await database.tenant(who.tenantId, async (tx) => {
        await tx.query(
          'insert into site_credentials (tenant_id, site_id, user_key, issued_by) values ($1, $2, $3, $4)',
          [tx.tenantId, id, userKey, who.email ?? who.userId]
        )
        await audit(tx, {
          actor: who.email ?? who.userId,
          act: 'site-credentials-issued',
          subject: id,
          detail: userKey
        })
      })
      return reply.code(201).send({ credentials: text, userKey })
    }
  )
}
