import type { Migrations } from '../../db/index.ts'

export { makeTariff, type NewTariff } from './commands.ts'
export { groupsOf } from './groups.ts'
export type { PastSession } from './past.ts'
export { routes, type Needs } from './all-routes.ts'
export { pinned, tariffsFor, type SiteTariffs } from './store.ts'

export const migrations: Migrations = {
  context: 'tariffs',
  files: ['0001_tariffs', '0002_series_and_groups'].map(
    (name) => new URL(`./migrations/${name}.sql`, import.meta.url)
  )
}
