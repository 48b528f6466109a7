import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import type { Routes } from '../../http/index.ts'
import { idleOf } from './idle.ts'
import type { Inside } from './needs.ts'
import { visible } from './routes.ts'

const IdleView = z.object({
  from: Instant.describe('since when the vehicle takes no more'),
  costsFrom: Instant,
  price: z.string().describe('major units an hour'),
  currency: z.string(),
  toldAt: Instant.nullable()
})

/** Since when a vehicle stands there finished, and what that costs. */
export const idleRoutes =
  ({ database }: Inside): Routes =>
  (app) => {
    app.get(
      '/sessions/:id/idle',
      {
        config: { roles: ['admin', 'operator', 'driver'] },
        schema: {
          summary:
            'Whether the vehicle has finished and stands where that costs: since when, from when, how much',
          params: z.object({ id: z.uuid() }),
          response: { 200: z.object({ idle: IdleView.nullable() }) }
        }
      },
      async ({ who, params }) =>
        database.tenant(who.tenantId, async (tx) => {
          const session = await visible(tx, who, params.id)
          return { idle: (await idleOf(tx, session.id)) ?? null }
        })
    )
  }
