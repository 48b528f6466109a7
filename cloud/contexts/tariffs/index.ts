import type { Migrations } from '../../db/index.ts'

export { makeTariff, type NewTariff } from './commands.ts'
export { couponFor, couponsOf, giveBackCoupons, useCoupon } from './coupons.ts'
export { groupsNow, groupsOf } from './groups.ts'
export type { PastSession } from './past.ts'
export { routes, type Needs } from './all-routes.ts'
export { pinned, tariffsFor, type SiteTariffs } from './store.ts'

export const migrations: Migrations = {
  context: 'tariffs',
  files: ['0001_tariffs', '0002_series_and_groups', '0003_coupons_and_signals'].map(
    (name) => new URL(`./migrations/${name}.sql`, import.meta.url)
  )
}
