import { Charger, Identifier } from '@nova/shared-protocol/model'
import { z } from 'zod'
import { listQuery, page, pageOf, readCursor, type Routes } from '../../http/index.ts'
import {
  ChargerChange,
  changeCharger,
  chargerById,
  createCharger,
  deleteCharger,
  listChargers,
  NewCharger
} from './chargers.ts'
import { requireRoom, touchesPower } from './fallbacks.ts'
import type { Inner } from './inner.ts'
import { listUnclaimed, markClaimed, UnclaimedShown } from './unclaimed.ts'

export const ChargerView = Charger.omit({ security: true }).extend({
  siteId: z.string(),
  security: z.object({ profile: z.int(), passwordSet: z.boolean() }),
  reported: z.object({
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    serial: z.string().nullable(),
    firmware: z.string().nullable(),
    bootedAt: z.string().nullable(),
    online: z.boolean().nullable(),
    onlineAt: z.string().nullable()
  }),
  createdAt: z.string()
})

const params = z.object({ id: Identifier })
const staff = { roles: ['admin', 'operator'] as const }
const lookers = { roles: ['admin', 'operator', 'oem', 'utility'] as const }

/** Chargers as they are wired, and those that knock without being known. */
export const chargerRoutes =
  (needs: Inner): Routes =>
  (app) => {
    for (const add of [getChargers, postChargers, getChargersId, patchChargersId, deleteChargersId])
      add(needs)(app)
    addUnclaimed(app, needs)
  }

const getChargers =
  ({ database }: Inner): Routes =>
  (app) => {
    app.get(
      '/chargers',
      {
        config: lookers,
        schema: {
          summary: 'Chargers',
          querystring: listQuery.extend({ siteId: Identifier.optional() }),
          response: { 200: pageOf(ChargerView) }
        }
      },
      async ({ who, query }) => {
        const after = readCursor(query.cursor, 1)
        const wanted = {
          siteId: query.siteId ?? null,
          after: after === null ? null : String(after[0]),
          limit: query.limit
        }
        const rows = await database.tenant(who.tenantId, async (tx) => listChargers(tx, wanted))
        return page(rows, query.limit, { keyOf: ({ id }) => [id], itemOf: (row) => row })
      }
    )
  }

const postChargers =
  (needs: Inner): Routes =>
  (app) => {
    const { database, box, audit } = needs
    app.post(
      '/chargers',
      {
        config: staff,
        schema: { summary: 'Add a charger', body: NewCharger, response: { 201: ChargerView } }
      },
      async ({ who, body }, reply) => {
        const charger = await database.tenant(who.tenantId, async (tx) => {
          const wiring = await needs.wiring(tx, body.siteId)
          const made = await createCharger(tx, box, body)
          await requireRoom(tx, wiring, made)
          await audit(tx, { actor: who.email ?? who.userId, act: 'charger-created', subject: body.id })
          return made
        })
        return reply.code(201).send(charger)
      }
    )
  }

const getChargersId =
  ({ database }: Inner): Routes =>
  (app) => {
    app.get(
      '/chargers/:id',
      { config: lookers, schema: { summary: 'One charger', params, response: { 200: ChargerView } } },
      async ({ who, params: { id } }) => database.tenant(who.tenantId, async (tx) => chargerById(tx, id))
    )
  }

const patchChargersId =
  ({ database, box, audit, wiring }: Inner): Routes =>
  (app) => {
    app.patch(
      '/chargers/:id',
      {
        config: staff,
        schema: { summary: 'Change a charger', params, body: ChargerChange, response: { 200: ChargerView } }
      },
      async ({ who, body, params: { id } }) =>
        database.tenant(who.tenantId, async (tx) => {
          const charger = await changeCharger(tx, box, id, body)
          if (touchesPower(body)) await requireRoom(tx, await wiring(tx, charger.siteId), charger)
          await audit(tx, {
            actor: who.email ?? who.userId,
            act: 'charger-changed',
            subject: id,
            detail: Object.keys(body).join(', ')
          })
          return charger
        })
    )
  }

const deleteChargersId =
  ({ database, audit }: Inner): Routes =>
  (app) => {
    app.delete(
      '/chargers/:id',
      { config: staff, schema: { summary: 'Remove a charger', params } },
      async ({ who, params: { id } }, reply) => {
        await database.tenant(who.tenantId, async (tx) => {
          await deleteCharger(tx, id)
          await audit(tx, { actor: who.email ?? who.userId, act: 'charger-removed', subject: id })
        })
        return reply.code(204).send()
      }
    )
  }

const identity = Charger.shape.identity
const Claim = NewCharger.omit({ siteId: true, identity: true })

function addUnclaimed(app: Parameters<Routes>[0], { database, box, audit }: Inner): void {
  app.get(
    '/unclaimed',
    {
      config: staff,
      schema: { summary: 'Chargers that knocked and nobody knows', response: { 200: pageOf(UnclaimedShown) } }
    },
    async ({ who }) => ({
      items: await database.tenant(who.tenantId, listUnclaimed),
      nextCursor: null
    })
  )
  app.post(
    '/unclaimed/:siteId/:identity/claim',
    {
      config: staff,
      schema: {
        summary: 'Make a charger of one that knocked',
        params: z.object({ siteId: Identifier, identity }),
        body: Claim,
        response: { 201: ChargerView }
      }
    },
    async ({ who, body, params }, reply) => {
      const charger = await database.tenant(who.tenantId, async (tx) => {
        await markClaimed(tx, params, body.id)
        const made = await createCharger(tx, box, { ...body, ...params })
        await audit(tx, {
          actor: who.email ?? who.userId,
          act: 'charger-claimed',
          subject: body.id,
          detail: params.identity
        })
        return made
      })
      return reply.code(201).send(charger)
    }
  )
}
