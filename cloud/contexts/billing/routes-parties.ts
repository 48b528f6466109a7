import { z } from 'zod'
import { Identifier } from '@nova/shared-protocol/model'
import { notFound, type Routes } from '../../http/index.ts'
import type { Needs } from './needs.ts'
import { customerOf, placeOf, sellerOf, setCustomer, setPlace, setSeller } from './parties.ts'
import { Party, Seller } from './party.ts'

const staff = ['admin', 'operator'] as const
const PlaceBody = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166 code of two letters'),
  region: z.string().max(10).nullable().default(null)
})
const CustomerParams = z.object({ kind: z.enum(['driver', 'fleet']), id: z.string().min(1).max(64) })
const SiteParams = z.object({ id: Identifier })

export const partyRoutes =
  (needs: Needs): Routes =>
  (app) => {
    for (const add of [sellerRoutes, placeRoutes, customerRoutes]) add(needs)(app)
  }

const sellerRoutes =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.get(
      '/billing/seller',
      { config: { roles: staff }, schema: { response: { 200: Seller } } },
      async ({ who }) => {
        const seller = await database.tenant(who.tenantId, sellerOf)
        if (!seller) throw notFound('seller')
        return seller
      }
    )
    app.put(
      '/billing/seller',
      {
        config: { roles: staff },
        schema: {
          summary: 'Who sells: on every invoice from now on, and where its sites lie for tax',
          body: Seller,
          response: { 200: Seller }
        }
      },
      async ({ who, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          await setSeller(tx, body)
          await audit(tx, {
            actor: who.email ?? who.userId,
            act: 'billing.seller-set',
            subject: body.name,
            detail: `${body.country} ${body.taxId ?? ''}`
          })
          return body
        })
    )
  }

const placeRoutes =
  ({ database, audit, siteTimeZone }: Needs): Routes =>
  (app) => {
    app.put(
      '/billing/places/:id',
      {
        config: { roles: staff },
        schema: {
          summary: 'Country and region of a site, for its taxes',
          params: SiteParams,
          body: PlaceBody,
          response: { 200: PlaceBody }
        }
      },
      async ({ who, params, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          if ((await siteTimeZone(tx, params.id)) === undefined) throw notFound('site')
          await setPlace(tx, params.id, body)
          await audit(tx, {
            actor: who.email ?? who.userId,
            act: 'billing.place-set',
            subject: params.id,
            detail: `${body.country} ${body.region ?? ''}`
          })
          return body
        })
    )
    app.get(
      '/billing/places/:id',
      { config: { roles: staff }, schema: { params: SiteParams, response: { 200: PlaceBody } } },
      async ({ who, params }) => {
        const place = await database.tenant(who.tenantId, async (tx) =>
          placeOf(tx, params.id, await sellerOf(tx))
        )
        if (!place) throw notFound('place')
        return place
      }
    )
  }

const customerRoutes =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.get(
      '/billing/customers/:kind/:id',
      { config: { roles: staff }, schema: { params: CustomerParams, response: { 200: Party } } },
      async ({ who, params }) => {
        const party = await database.tenant(who.tenantId, async (tx) =>
          customerOf(tx, params.kind, params.id)
        )
        if (!party) throw notFound('customer')
        return party
      }
    )
    app.put(
      '/billing/customers/:kind/:id',
      {
        config: { roles: staff },
        schema: {
          summary: 'Name, address and tax number of a driver or fleet, for its invoices from now on',
          params: CustomerParams,
          body: Party,
          response: { 200: Party }
        }
      },
      async ({ who, params, body }) =>
        database.tenant(who.tenantId, async (tx) => {
          await setCustomer(tx, params.kind, { id: params.id, party: body })
          await audit(tx, {
            actor: who.email ?? who.userId,
            act: 'billing.customer-set',
            subject: `${params.kind} ${params.id}`,
            detail: body.taxId ?? ''
          })
          return body
        })
    )
  }
