import { startWorker, type Database, type Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { correctionRoutes } from './routes-corrections.ts'
import { exchangeRoutes } from './routes-fx.ts'
import { partyRoutes } from './routes-parties.ts'
import { runRoutes } from './routes-runs.ts'
import { invoiceRoutes } from './routes.ts'
import type { Needs } from './needs.ts'
import { openMonthsOver, workRuns } from './runs.ts'
import { listeners } from './issue.ts'

export type { Needs, SalesTax } from './needs.ts'
export { sellerOf, setSeller } from './parties.ts'
export { Seller } from './party.ts'
export { listeners }

export const migrations: Migrations = {
  context: 'billing',
  files: ['0001_billing', '0002_documents', '0003_course'].map(
    (name) => new URL(`./migrations/${name}.sql`, import.meta.url)
  )
}

export const routes = (needs: Needs): Routes[] => [
  invoiceRoutes(needs),
  correctionRoutes(needs),
  runRoutes(needs),
  partyRoutes(needs),
  exchangeRoutes(needs)
]

const pollMs = 5_000
const monthsEveryMs = 3_600_000 // A month that is over is seen within the hour.

type Working = { readonly database: Database; now(): number; onTrouble(error: unknown): void }

/** Makes collective invoices: those asked for, and those of a month that is over where a seller wants them. */
export function start({ database, now, onTrouble }: Working): { stop(): Promise<void> } {
  let looked = -Infinity
  const worker = startWorker({
    pollMs,
    onTrouble,
    async round() {
      if (now() - looked >= monthsEveryMs) {
        await openMonthsOver(database, now())
        looked = now()
      }
      return workRuns(database)
    }
  })
  return { stop: worker.stop }
}
