import type { Migrations } from '../../db/index.ts'

export { addContract, type Contract } from './contracts.ts'
export { listeners } from './listeners.ts'
export { routes } from './routes.ts'

export const migrations: Migrations = {
  context: 'ledger',
  files: [
    new URL('./migrations/0001_ledger.sql', import.meta.url),
    new URL('./migrations/0002_tenant_last_in_keys.sql', import.meta.url),
    new URL('./migrations/0003_batches.sql', import.meta.url)
  ]
}
