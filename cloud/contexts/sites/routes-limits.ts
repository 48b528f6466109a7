import { Identifier, LimitSource } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { Database, Tx } from '../../db/index.ts'
import { pageOf, problem, type Routes } from '../../http/index.ts'
import { judgedLimit, LimitBody, LimitShown, refused } from './limit-body.ts'
import { contractSource } from './model.ts'
import { deleteLimit, limitsAt, putLimit, siteById } from './store.ts'

type Needs = {
  readonly database: Database
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
}

const params = z.object({ id: Identifier, source: LimitSource })
const mayLimit = { roles: ['admin', 'operator', 'utility'] as const }

/** Limits on a site's sum from one source each; the edge takes the least of all that are valid. */
export const limitRoutes =
  (needs: Needs): Routes =>
  (app) => {
    for (const add of [
      getSitesIdLimits,
      getSitesIdLimitsSource,
      putSitesIdLimitsSource,
      deleteSitesIdLimitsSource
    ])
      add(needs)(app)
  }

const getSitesIdLimits =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/sites/:id/limits',
      {
        config: mayLimit,
        schema: {
          summary: 'Limits of a site',
          params: params.pick({ id: true }),
          response: { 200: pageOf(LimitShown) }
        }
      },
      async ({ who, params: { id } }) =>
        database.tenant(who.tenantId, async (tx) => {
          const site = await siteById(tx, id)
          const contract = {
            source: contractSource,
            limitA: site.grid.limitA,
            reason: 'Grid connection contract',
            setBy: 'site',
            changedAt: site.changedAt
          }
          return { items: [contract, ...(await limitsAt(tx, id))], nextCursor: null }
        })
    )
  }

const getSitesIdLimitsSource =
  ({ database }: Needs): Routes =>
  (app) => {
    app.get(
      '/sites/:id/limits/:source',
      { config: mayLimit, schema: { summary: 'One limit', params, response: { 200: LimitShown } } },
      async ({ who, params: { id, source } }) =>
        database.tenant(who.tenantId, async (tx) => {
          await siteById(tx, id)
          const found = (await limitsAt(tx, id)).find((limit) => limit.source === source)
          if (!found) throw problem(404, 'not-found', 'There is no limit from this source.')
          return found
        })
    )
  }

const putSitesIdLimitsSource =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.put(
      '/sites/:id/limits/:source',
      {
        config: mayLimit,
        schema: { summary: 'Set a limit', params, body: LimitBody, response: { 200: LimitShown } }
      },
      async ({ who, body, params: { id, source } }) => {
        const actor = who.email ?? who.userId
        const { limit, refusal } = await database.tenant(who.tenantId, async (tx) => {
          const judged = judgedLimit({ ...body, source }, await siteById(tx, id))
          const refusal = judged.refusal ?? (await putLimit(tx, id, judged.limit, actor))
          const act = refusal === null ? 'limit-set' : 'limit-refused'
          const detail = JSON.stringify(refusal === null ? judged.limit : { ...refusal, limit: judged.limit })
          await audit(tx, { actor, act, subject: id, detail })
          return { limit: judged.limit, refusal }
        })
        if (refusal !== null) throw refused(refusal) // Recorded first: a refusal undoes nothing.
        return { ...limit, setBy: actor, changedAt: new Date().toISOString() }
      }
    )
  }

const deleteSitesIdLimitsSource =
  ({ database, audit }: Needs): Routes =>
  (app) => {
    app.delete(
      '/sites/:id/limits/:source',
      { config: mayLimit, schema: { summary: 'Lift a limit', params } },
      async ({ who, params: { id, source } }, reply) => {
        await database.tenant(who.tenantId, async (tx) => {
          await deleteLimit(tx, id, source)
          await audit(tx, {
            actor: who.email ?? who.userId,
            act: 'limit-lifted',
            subject: id,
            detail: source
          })
        })
        return reply.code(204).send()
      }
    )
  }
