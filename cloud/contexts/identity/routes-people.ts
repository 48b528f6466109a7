import { z } from 'zod'
import { listQuery, moment, page, pageOf, problem, readCursor, roles, type Routes } from '../../http/index.ts'
import { createKey, revokeKey } from './api-keys.ts'
import { changeUser, createTenant, createUser, prepareUser } from './people.ts'
import { hashPassword } from './passwords.ts'
import type { Needs, UserRow } from './session.ts'

const shortestPassword = 10
const Role = z.enum(roles)
const Password = z.string().min(shortestPassword).max(200)
const Permission = z.string().regex(/^(\*|[a-z-]+:(read|write))$/, 'expected * or area:read or area:write')

const User = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(Role),
  driverId: z.string().nullable(),
  active: z.boolean(),
  totp: z.boolean(),
  createdAt: z.string()
})
const NewUser = z.strictObject({
  email: z.email().max(200),
  name: z.string().min(1).max(100),
  password: Password,
  roles: z.array(Role).min(1)
})

const shown = (row: UserRow): z.infer<typeof User> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: row.roles,
  driverId: row.driver_id,
  active: row.active,
  totp: row.totp_confirmed,
  createdAt: row.created_at
})

const admin = { roles: ['admin'] as const }

/** Users, API keys and tenants: for administrators. */
export const peopleRoutes =
  (needs: Needs): Routes =>
  (app) => {
    for (const add of [getUsers, postUsers, patchUsersId]) add(needs)(app)
    addKeys(app, needs)
    addTenants(app, needs)
  }

const getUsers =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/users',
      {
        config: admin,
        schema: { summary: 'People of this tenant', querystring: listQuery, response: { 200: pageOf(User) } }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 1)
        const rows = await database.tenant(who.tenantId, async (tx) =>
          tx.query<UserRow>(
            'select * from users where $1::text is null or email > $1 order by email limit $2',
            [after?.[0] ?? null, query.limit + 1]
          )
        )
        return page(rows, query.limit, { keyOf: ({ email }) => [email], itemOf: shown })
      }
    )
  }

const postUsers =
  ({ database }: Needs): Routes =>
  (app) => {
    app.post(
      '/users',
      { config: admin, schema: { summary: 'Add somebody', body: NewUser, response: { 201: User } } },
      async ({ who, body }, reply) => {
        const prepared = await prepareUser(body)
        const row = await database.tenant(who.tenantId, async (tx) => {
          const id = await createUser(tx, who.email ?? who.userId, prepared)
          return tx.one<UserRow>('select * from users where id = $1', [id])
        })
        return reply.code(201).send(shown(row))
      }
    )
  }

const patchUsersId =
  ({ database }: Needs): Routes =>
  (app) => {
    app.patch(
      '/users/:id',
      {
        config: admin,
        schema: {
          summary: 'Change name, roles, password, or lock',
          params: z.object({ id: z.uuid() }),
          body: z.strictObject({
            name: z.string().min(1).max(100).optional(),
            roles: z.array(Role).min(1).optional(),
            active: z.boolean().optional(),
            password: Password.optional()
          }),
          response: { 200: User }
        }
      },
      async ({ who, params, body }) => {
        const hash = body.password === undefined ? undefined : await hashPassword(body.password)
        const { name, roles: wanted, active } = body
        return shown(
          await database.tenant(who.tenantId, async (tx) =>
            changeUser(tx, who.email ?? who.userId, params.id, { name, roles: wanted, active, hash })
          )
        )
      }
    )
  }

const Key = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  roles: z.array(Role),
  permissions: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable()
})
const keyColumns = `id, name, prefix, roles, permissions, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt"`

function addKeys(app: Parameters<Routes>[0], { database }: Needs): void {
  app.get(
    '/api-keys',
    { config: admin, schema: { summary: 'API keys', response: { 200: pageOf(Key) } } },
    async ({ who }) => ({
      items: await database.tenant(who.tenantId, async (tx) =>
        tx.query<z.infer<typeof Key>>(`select ${keyColumns} from api_keys order by created_at desc limit 500`)
      ),
      nextCursor: null
    })
  )
  app.post(
    '/api-keys',
    {
      config: admin,
      schema: {
        summary: 'Make an API key; it is shown once',
        body: z.strictObject({
          name: z.string().min(1).max(100),
          roles: z.array(Role).min(1),
          permissions: z.array(Permission).min(1).max(50),
          expiresAt: moment.optional()
        }),
        response: { 201: z.object({ id: z.string(), key: z.string() }) }
      }
    },
    async ({ who, body }, reply) =>
      reply
        .code(201)
        .send(await database.tenant(who.tenantId, async (tx) => createKey(tx, who.email ?? who.userId, body)))
  )
  app.delete(
    '/api-keys/:id',
    { config: admin, schema: { summary: 'Revoke an API key', params: z.object({ id: z.uuid() }) } },
    async ({ who, params }, reply) => {
      await database.tenant(who.tenantId, async (tx) => revokeKey(tx, who.email ?? who.userId, params.id))
      return reply.code(204).send()
    }
  )
}

const Tenant = z.object({ id: z.string(), name: z.string(), createdAt: z.string() })
const tenantColumns = 'id, name, created_at as "createdAt"'

/** A tenant's administrator sees the own one; who has `platform:admin` sees and makes them all. */
function addTenants(app: Parameters<Routes>[0], { database }: Needs): void {
  app.get(
    '/tenants',
    { config: admin, schema: { summary: 'Tenants', response: { 200: pageOf(Tenant) } } },
    async ({ who }) => {
      const all = who.permissions.includes('platform:admin')
      const items = await database.platform('list tenants', async (tx) =>
        tx.query<z.infer<typeof Tenant>>(
          `select ${tenantColumns} from tenants where $1 or id = $2 order by id limit 500`,
          [all, who.tenantId]
        )
      )
      return { items, nextCursor: null }
    }
  )
  const NewTenant = z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,47}$/),
    name: z.string().min(1).max(100),
    admin: NewUser.omit({ roles: true })
  })
  app.post(
    '/tenants',
    {
      config: admin,
      schema: { summary: 'Make a tenant with its administrator', body: NewTenant, response: { 201: Tenant } }
    },
    async ({ who, body }, reply) => {
      if (!who.permissions.includes('platform:admin'))
        throw problem(403, 'permission-missing', 'Only the administrators of the platform make tenants.')
      const prepared = await prepareUser({ ...body.admin, roles: ['admin'] })
      const tenant = await database.platform('make a tenant', async (tx) => {
        await createTenant(tx, body)
        return tx.one<z.infer<typeof Tenant>>(`select ${tenantColumns} from tenants where id = $1`, [body.id])
      })
      await database.tenant(body.id, async (tx) => createUser(tx, 'platform', prepared))
      return reply.code(201).send(tenant)
    }
  )
}
