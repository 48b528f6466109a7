import { z } from 'zod'
import { Money } from '@nova/shared-protocol/units'
import type { Database, Tx } from '../../db/index.ts'
import { notFound, problem, type Routes } from '../../http/index.ts'
import { safeText } from './card-numbers.ts'
import { addFleetDriver, listFleets, saveFleet, usedOf } from './invoice-later.ts'
import { readPolicy, savePolicy } from './policy.ts'

export type Needs = {
  readonly database: Database
  /** Whether the tenant has such a driver. */
  isDriver(tx: Tx, driverId: string): Promise<boolean>
}

const minor = z.int().min(0).max(1_000_000_000_000).nullable()
const PolicyView = z.strictObject({
  providers: z
    .array(z.string().regex(/^[a-z][a-z-]{0,39}$/))
    .max(20)
    .nullable(),
  confirmAboveMinor: minor,
  twoPeopleAboveMinor: minor,
  marginPercent: z.int().min(0).max(90),
  laterCharges: z.enum(['never', 'with-consent']).default('never'),
  walletRefundFeePercent: z.int().min(0).max(20).default(0)
})
const FleetView = z.object({
  id: z.string(),
  name: z.string(),
  limit: Money,
  used: Money,
  active: z.boolean()
})
const fleetId = z.string().regex(/^[A-Za-z0-9_-]{1,24}$/)

/** What staff decides: which ways to pay there are, what is asked twice, which fleets pay by invoice. */
export const deskRoutes =
  (needs: Needs): Routes =>
  (app) => {
    policyRoutes(needs)(app)
    fleetRoutes(needs)(app)
    fleetChanges(needs)(app)
  }

const policyRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/payments/settings',
      { config: { roles: ['admin', 'operator'] }, schema: { response: { 200: PolicyView } } },
      async ({ who }) => {
        const policy = await database.tenant(who.tenantId, readPolicy)
        return { ...policy, providers: policy.providers === null ? null : [...policy.providers] }
      }
    )
    app.put(
      '/payments/settings',
      { config: { roles: ['admin'] }, schema: { body: PolicyView, response: { 200: PolicyView } } },
      async ({ who, body }) => {
        await database.tenant(who.tenantId, async (tx) => savePolicy(tx, body))
        return body
      }
    )
  }

const fleetRoutes =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/fleet-accounts',
      {
        config: { roles: ['admin', 'operator'] },
        schema: { response: { 200: z.object({ items: z.array(FleetView) }) } }
      },
      async ({ who }) => ({
        items: await database.tenant(who.tenantId, async (tx) => {
          const views: z.infer<typeof FleetView>[] = []
          for (const { id, name, currency, limitMinor, active } of await listFleets(tx)) {
            const used = { currency, amountMinor: await usedOf(tx, id, currency) }
            views.push({ id, name, limit: { currency, amountMinor: limitMinor }, used, active })
          }
          return views
        })
      })
    )
  }

const fleetChanges =
  ({ database, isDriver }: Needs): Routes =>
  (app) => {
    app.put(
      '/fleet-accounts/:id',
      {
        config: { roles: ['admin'] },
        schema: {
          params: z.object({ id: fleetId }),
          body: z.strictObject({ name: safeText(100), limit: Money, active: z.boolean() }),
          response: { 200: z.object({ id: z.string() }) }
        }
      },
      async ({ who, params, body }) => {
        const { currency, amountMinor: limitMinor } = body.limit
        if (limitMinor < 0) throw problem(422, 'limit-negative', 'A limit is not below 0.')
        await database.tenant(who.tenantId, async (tx) =>
          saveFleet(tx, { id: params.id, name: body.name, currency, limitMinor, active: body.active })
        )
        return { id: params.id }
      }
    )
    app.put(
      '/fleet-accounts/:id/drivers/:driverId',
      {
        config: { roles: ['admin', 'operator'] },
        schema: {
          params: z.object({ id: fleetId, driverId: safeText(64) }),
          response: { 200: z.object({ driverId: z.string() }) }
        }
      },
      async ({ who, params }) => {
        const { id, driverId } = params
        await database.tenant(who.tenantId, async (tx) => {
          if (!(await isDriver(tx, driverId))) throw notFound('driver')
          if (!(await addFleetDriver(tx, id, driverId))) throw notFound('fleet account')
        })
        return { driverId }
      }
    )
  }
