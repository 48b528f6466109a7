import { Identifier, PowerPicture } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Routes } from '../../http/index.ts'
import type { Inner } from './inner.ts'
import { lastPicture } from './queries.ts'

const oldMs = 90_000 // The edge tells it every 30 s at least; three missed ones are no chance.

export const PictureShown = z.object({
  siteId: z.string(),
  picture: PowerPicture.nullable(),
  heardAt: z.string().nullable(),
  ageSeconds: z.int().nullable(),
  stale: z.boolean() // The edge is out of touch, or has not told it for a while.
})

/** What a site's power is, who limits it, what each will get: as its edge told it last, with its age. */
export const powerRoutes =
  ({ database, mirror, siteExists }: Inner): Routes =>
  (app) => {
    app.get(
      '/sites/:id/power/picture',
      {
        config: { roles: ['admin', 'operator', 'utility', 'oem'] },
        schema: {
          summary: 'Limit tree, limits by source and forecast, as the edge told them last',
          params: z.object({ id: Identifier }),
          response: { 200: PictureShown }
        }
      },
      async ({ who, params: { id } }) =>
        database.tenant(who.tenantId, async (tx) => {
          await siteExists(tx, id)
          const { heard, inTouch } = await lastPicture(tx, mirror, id)
          const ageMs = heard === null ? null : Math.max(0, Date.now() - Date.parse(heard.heardAt))
          return {
            siteId: id,
            picture: heard?.picture ?? null,
            heardAt: heard?.heardAt ?? null,
            ageSeconds: ageMs === null ? null : Math.round(ageMs / 1000),
            stale: !inTouch || (ageMs ?? 0) > oldMs
          }
        })
    )
  }
