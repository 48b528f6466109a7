import { Token } from '@nova/shared-protocol/model'
import { z } from 'zod'
import { isStaff, listQuery, notFound, page, pageOf, readCursor, type Routes } from '../../http/index.ts'
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
  ({ database, audit }: Inner): Routes =>
  (app) => {
    app.post(
      '/tokens',
      { config: staff, schema: { summary: 'Add a token', body: NewToken, response: { 201: TokenShown } } },
      async ({ who, body }, reply) => {
        const token = await database.tenant(who.tenantId, async (tx) => {
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
  ({ database, audit }: Inner): Routes =>
  (app) => {
    app.patch(
      '/tokens/:uid',
      {
        config: staff,
        schema: { summary: 'Change a token', params, body: TokenChange, response: { 200: TokenShown } }
      },
      async ({ who, body, params: { uid } }) =>
        database.tenant(who.tenantId, async (tx) => {
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
