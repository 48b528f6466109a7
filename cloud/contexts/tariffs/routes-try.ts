import type { Database } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { insistOnPrices } from './commands.ts'
import { rulesOf } from './prices.ts'
import { withSeries } from './series.ts'
import { pricesOf } from './shapes.ts'
import { spanOf, tried, TryAnswer, TryWanted } from './try.ts'

/** Prices before they are kept: by a session that is thought of. */
export const tryRoutes =
  ({ database }: { readonly database: Database }): Routes =>
  (app) => {
    app.post(
      '/tariffs/try',
      {
        config: { roles: ['admin', 'operator'] },
        schema: {
          summary: 'A session that is thought of, by prices that are thought of: every line with its rule',
          body: TryWanted,
          response: { 200: TryAnswer }
        }
      },
      async ({ who, body }) => {
        const prices = pricesOf({ ...body.plan, rules: body.rules })
        const warnings = insistOnPrices(prices, false)
        const rules = await database.tenant(who.tenantId, async (tx) =>
          withSeries(tx, rulesOf(prices), spanOf(body.session))
        )
        return { ...tried(rules, body), warnings }
      }
    )
  }
