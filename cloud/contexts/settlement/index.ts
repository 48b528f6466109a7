import type { Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { disputeRoutes } from './routes-disputes.ts'
import { payoutRoutes } from './routes-payouts.ts'
import { settlementRoutes, type Needs } from './routes.ts'

export { listeners } from './days.ts'
export type { Books } from './commands.ts'
export type { Needs } from './routes.ts'

export const migrations: Migrations = {
  context: 'settlement',
  files: [new URL('./migrations/0001_settlement.sql', import.meta.url)]
}

export const routes =
  (needs: Needs): Routes =>
  (app) => {
    settlementRoutes(needs)(app)
    payoutRoutes(needs)(app)
    disputeRoutes(needs)(app)
  }
