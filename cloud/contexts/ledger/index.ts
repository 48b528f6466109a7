import type { Database, Listener, Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import type { Seal } from './checkpoint.ts'
import { listeners } from './listeners.ts'
import type { Outside } from './outside.ts'
import { openPoster, type Post } from './poster.ts'
import { routes, type Needs as RouteNeeds } from './routes.ts'
import { openSealing } from './seal.ts'
import { verifyTenant, type Verdict } from './verify.ts'

export { addContract, type Contract } from './contracts.ts'
export { imbalance } from './imbalance.ts'
export { outsideFolder, type Outside } from './outside.ts'
export { postAll, type Linked, type Posted } from './post.ts'
export { balanceOf, partyEntries } from './queries.ts'
export type { Post } from './poster.ts'
export type { Transfer } from './model.ts'

export const migrations: Migrations = {
  context: 'ledger',
  files: [
    new URL('./migrations/0001_ledger.sql', import.meta.url),
    new URL('./migrations/0002_tenant_last_in_keys.sql', import.meta.url),
    new URL('./migrations/0003_batches.sql', import.meta.url),
    new URL('./migrations/0004_plain_batches.sql', import.meta.url),
    new URL('./migrations/0005_groups.sql', import.meta.url),
    new URL('./migrations/0006_adjustments.sql', import.meta.url),
    new URL('./migrations/0007_tree.sql', import.meta.url),
    new URL('./migrations/0008_fewer_looks.sql', import.meta.url)
  ]
}

const sealMs = 60_000 // A forger has at most a minute before what he changes is witnessed outside.

export type Needs = {
  readonly database: Database
  readonly outside: Outside
  readonly seal: Seal
  now(): number
  readonly audit: RouteNeeds['audit']
  readonly siteTimeZone: RouteNeeds['siteTimeZone']
}

export type Ledger = {
  readonly routes: Routes
  readonly listeners: readonly Listener[]
  readonly jobs: readonly { readonly name: string; readonly everyMs: number; run(): Promise<void> }[]
  /** Posts linked transfers; concurrent calls of a tenant share a commit. Resolves after the commit. */
  readonly post: Post
  /** Goes through a tenant's whole ledger and holds it against what lies outside. */
  verify(tenantId: string): Promise<Verdict>
}

/** Joins the context; `jobs` run where workers run. */
export function openLedger(needs: Needs): Ledger {
  const { database, outside, seal } = needs
  const post = openPoster(database)
  const sealing = openSealing(needs)
  const verify = async (tenantId: string): Promise<Verdict> =>
    verifyTenant(database, tenantId, { notes: await outside.read(tenantId), seal })
  return {
    routes: routes({ ...needs, post, verify, prove: sealing.prove }),
    listeners: listeners(),
    jobs: [{ name: 'seal the ledgers', everyMs: sealMs, run: sealing.sealAll }],
    post,
    verify
  }
}
