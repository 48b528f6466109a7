import { Token } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Tx } from '../../db/index.ts'
import {
  isStaff,
  listQuery,
  notFound,
  page,
  pageOf,
  problem,
  readCursor,
  type Routes
} from '../../http/index.ts'
import type { Inner } from './inner.ts'
import {
  changeToken,
  createToken,
  listTokens,
  NewToken,
  tokenByUid,
  TokenChange,
  TokenShown
} from './tokens.ts'

const params = z.object({ uid: Token.shape.uid })
const staff = { roles: ['admin', 'operator'] as const }
const withDrivers = { roles: ['admin', 'operator', 'driver'] as const }

/** Cards and other tokens; drivers see their own. */
export const tokenRoutes =
  (needs: Inner): Routes =>
  (app) => {
    for (const add of [getTokens, postTokens, getTokensUid, patchTokensUid]) add(needs)(app)
  }

/** @throws Problem 422 `driver-unknown`: a card of nobody would charge at nobody's expense */
async function insistOnDriver({ isDriver }: Inner, tx: Tx, id: string | null | undefined): Promise<void> {
  if (typeof id === 'string' && !(await isDriver(tx, id)))
    throw problem(422, 'driver-unknown', `There is no driver ${id}.`)
}

const getTokens =
  ({ database }: Inner): Routes =>
  (app) => {
    app.get(
      '/tokens',
      {
        config: withDrivers,
        schema: {
          summary: 'Tokens',
          querystring: listQuery.extend({ driverId: z.string().max(64).optional() }),
          response: { 200: pageOf(TokenShown) }
        }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 1)
        const driverId = isStaff(who) ? (query.driverId ?? null) : (who.driverId ?? '')
        const rows = await database.tenant(who.tenantId, async (tx) =>
          listTokens(tx, { driverId, after: after === null ? null : String(after[0]), limit: query.limit })
        )
        return page(rows, query.limit, { keyOf: ({ uid }) => [uid], itemOf: (row) => row })
      }
    )
  }

const postTokens =
  (needs: Inner): Routes =>
  (app) => {
    const { database, audit } = needs
    app.post(
      '/tokens',
      { config: staff, schema: { summary: 'Add a token', body: NewToken, response: { 201: TokenShown } } },
      async ({ who, body }, reply) => {
        const token = await database.tenant(who.tenantId, async (tx) => {
          await insistOnDriver(needs, tx, body.driverId)
          const made = await createToken(tx, body)
          await audit(tx, { actor: who.email ?? who.userId, act: 'token-created', subject: 'token' })
          return made
        })
        return reply.code(201).send(token)
      }
    )
  }

const getTokensUid =
  ({ database }: Inner): Routes =>
  (app) => {
    app.get(
      '/tokens/:uid',
      { config: withDrivers, schema: { summary: 'One token', params, response: { 200: TokenShown } } },
      async ({ who, params: { uid } }) => {
        const token = await database.tenant(who.tenantId, async (tx) => tokenByUid(tx, uid))
        if (!token || (!isStaff(who) && token.driverId !== who.driverId)) throw notFound('token')
        return token
      }
    )
  }

const patchTokensUid =
  (needs: Inner): Routes =>
  (app) => {
    const { database, audit } = needs
    app.patch(
      '/tokens/:uid',
      {
        config: staff,
        schema: { summary: 'Change a token', params, body: TokenChange, response: { 200: TokenShown } }
      },
      async ({ who, body, params: { uid } }) =>
        database.tenant(who.tenantId, async (tx) => {
          await insistOnDriver(needs, tx, body.driverId)
          const token = await changeToken(tx, uid, body)
          await audit(tx, {
            actor: who.email ?? who.userId,
            act: 'token-changed',
            subject: 'token',
            detail: Object.keys(body).join(', ')
          })
          return token
        })
    )
  }
