import { CommandStatus } from '@nova/shared-protocol/messages'
import { Identifier } from '@nova/shared-protocol/model'
import { z } from 'zod'
import {
  idOfCall,
  listQuery,
  notFound,
  page,
  pageOf,
  readCursor,
  traceOf,
  type Routes
} from '../../http/index.ts'
import { chargerById } from './chargers.ts'
import { findCommand, listCommands, type CommandShown } from './commands.ts'
import type { Inner } from './inner.ts'
import { shownPayload } from './secrets.ts'

const CommandView = z.object({
  id: z.string(),
  siteId: z.string(),
  chargerId: z.string(),
  action: z.string(),
  payload: z.unknown(),
  issuer: z.string(),
  status: CommandStatus,
  result: z.unknown().optional(),
  error: z.string().nullable(),
  history: z.array(z.object({ status: CommandStatus, at: z.string() })),
  issuedAt: z.string(),
  expiresAt: z.string()
})
const staff = { roles: ['admin', 'operator'] as const }
const params = z.object({ id: Identifier })

const shown = (command: CommandShown) => ({
  ...command,
  payload: shownPayload(command.payload),
  history: [...command.history]
})

/** Orders to chargers, and what became of them. */
export const commandRoutes =
  (needs: Inner): Routes =>
  (app) => {
    for (const add of [postChargersIdCommands, getChargersIdCommands, getCommands, getCommandsId])
      add(needs)(app)
  }

const postChargersIdCommands =
  ({ dispatch, audit }: Inner): Routes =>
  (app) => {
    app.post(
      '/chargers/:id/commands',
      {
        config: { ...staff, idempotent: 'for-two-days' },
        schema: {
          summary: 'Send an order to a charger',
          params,
          body: z.strictObject({
            action: z.string().max(60),
            payload: z.unknown().default({}),
            expiresAt: z.iso.datetime().optional()
          }),
          response: { 202: z.object({ id: z.string(), status: CommandStatus }) }
        }
      },
      async (request, reply) => {
        const { who, body, params: at } = request
        const { action, payload, expiresAt } = body
        const chargerId = at.id
        const issuer = who.email ?? who.userId
        const id = idOfCall(request)
        const order = { tenantId: who.tenantId, chargerId, action, payload, issuer, expiresAt, id }
        const trace = traceOf(request)
        const note = { actor: issuer, act: `command ${action}`, subject: chargerId }
        return reply.code(202).send(await dispatch.send({ ...order, trace }, async (tx) => audit(tx, note)))
      }
    )
  }

const getChargersIdCommands =
  ({ database }: Inner): Routes =>
  (app) => {
    app.get(
      '/chargers/:id/commands',
      {
        config: staff,
        schema: {
          summary: 'Orders of a charger, newest first',
          params,
          querystring: listQuery,
          response: { 200: pageOf(CommandView) }
        }
      },
      async ({ who, query, params: { id } }) => {
        const after = readCursor(query.cursor, 2)
        const rows = await database.tenant(who.tenantId, async (tx) => {
          await chargerById(tx, id)
          return listCommands(tx, { chargerId: id, limit: query.limit, after })
        })
        return page(rows, query.limit, {
          keyOf: ({ issuedAt, id: last }) => [issuedAt, last],
          itemOf: shown
        })
      }
    )
  }

const getCommands =
  ({ database }: Inner): Routes =>
  (app) => {
    app.get(
      '/commands',
      {
        config: staff,
        schema: {
          summary: 'Orders to all chargers, newest first',
          querystring: listQuery,
          response: { 200: pageOf(CommandView) }
        }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 2)
        const rows = await database.tenant(who.tenantId, async (tx) =>
          listCommands(tx, { chargerId: null, limit: query.limit, after })
        )
        return page(rows, query.limit, {
          keyOf: ({ issuedAt, id: last }) => [issuedAt, last],
          itemOf: shown
        })
      }
    )
  }

const getCommandsId =
  ({ database }: Inner): Routes =>
  (app) => {
    app.get(
      '/commands/:id',
      {
        config: staff,
        schema: { summary: 'One order', params: z.object({ id: z.uuid() }), response: { 200: CommandView } }
      },
      async ({ who, params: { id } }) => {
        const command = await database.tenant(who.tenantId, async (tx) => findCommand(tx, id))
        if (!command) throw notFound('command')
        return shown(command)
      }
    )
  }
