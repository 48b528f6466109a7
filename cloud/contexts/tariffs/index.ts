import type { Migrations } from '../../db/index.ts'

export { makeTariff, type NewTariff } from './commands.ts'
export { routes, type Needs } from './routes.ts'
export { pinned, tariffsFor, type SiteTariffs } from './store.ts'

export const migrations: Migrations = {
  context: 'tariffs',
  files: [new URL('./migrations/0001_tariffs.sql', import.meta.url)]
}
