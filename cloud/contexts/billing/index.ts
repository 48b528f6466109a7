import type { Migrations } from '../../db/index.ts'

export { listeners, type Needs } from './issue.ts'
export { routes } from './routes.ts'

export const migrations: Migrations = {
  context: 'billing',
  files: [new URL('./migrations/0001_billing.sql', import.meta.url)]
}
