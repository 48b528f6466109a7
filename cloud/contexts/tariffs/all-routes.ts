import type { Routes } from '../../http/index.ts'
import { tariffRoutes, type TariffNeeds } from './routes.ts'
import { couponRoutes } from './routes-coupons.ts'
import { importRoute } from './routes-import.ts'
import { seriesRoutes, type SeriesNeeds } from './routes-series.ts'
import { tryRoutes } from './routes-try.ts'
import { versionRoutes, type VersionNeeds } from './routes-versions.ts'

export type Needs = TariffNeeds & VersionNeeds & SeriesNeeds

/** Every call of this context. */
export const routes =
  (needs: Needs): Routes =>
  (app) => {
    tariffRoutes(needs)(app)
    importRoute(needs)(app)
    versionRoutes(needs)(app)
    seriesRoutes(needs)(app)
    tryRoutes(needs)(app)
    couponRoutes(needs)(app)
  }
