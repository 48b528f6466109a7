import type { Database, Listener, Migrations } from '../../db/index.ts'
import type { Authenticate, Routes } from '../../http/index.ts'
import { openAuthenticate, type SigningKeys } from './access.ts'
import { openHeads, type Seal } from './heads.ts'
import { auditListener } from './listeners.ts'
import { verifyTrails } from './marks.ts'
import { peopleRoutes } from './routes-people.ts'
import { auditRoutes } from './routes-audit.ts'
import { signInRoutes } from './routes-sign-in.ts'
import type { Box } from './session.ts'
import { openSlowing } from './slowing.ts'
import { openTurns } from './turns.ts'

export { noteAudit, type Note } from './audit.ts'
export { createTenant, createUser, isDriver, prepareUser } from './people.ts'
export type { SigningKeys } from './access.ts'
export type { Box } from './session.ts'
export type { Seal } from './heads.ts'
export { auditFigures, type AuditFigures } from './marks.ts'

export const migrations: Migrations = {
  context: 'identity',
  files: [
    new URL('./migrations/0001_identity.sql', import.meta.url),
    new URL('./migrations/0002_audit_marks.sql', import.meta.url)
  ]
}

export type Needs = {
  readonly database: Database
  readonly keys: SigningKeys
  readonly box: Box
  readonly seal: Seal
  /** Where the heads of the audit trails are written, outside the database. */
  readonly headsFile: string
  readonly log: { error(fields: object, text: string): void }
}

export type Identity = {
  readonly authenticate: Authenticate
  readonly routes: readonly Routes[]
  readonly listeners: readonly Listener[]
  readonly jobs: readonly { readonly name: string; readonly everyMs: number; run(): Promise<void> }[]
}

const headsMs = 30_000 // Reliability A1 asks for a minute at the most.
const verifyMs = 60_000
const tidyMs = 3_600_000

/** People, their sign-ins and keys, and the trail of what was done. */
export function openIdentity(needs: Needs): Identity {
  const { database } = needs
  const heads = openHeads(needs.headsFile, needs.seal)
  const inner = { ...needs, slowing: openSlowing(database), turns: openTurns() }
  return {
    authenticate: openAuthenticate(database, needs.keys),
    routes: [signInRoutes(inner), peopleRoutes(inner), auditRoutes({ database, heads })],
    listeners: [auditListener],
    jobs: [
      { name: 'audit heads', everyMs: headsMs, run: async () => heads.write(database) },
      { name: 'verify audit trails', everyMs: verifyMs, run: async () => verifyTrails({ ...needs, heads }) },
      {
        name: 'forget old sign-ins',
        everyMs: tidyMs,
        run: async () =>
          database.platform('forget old sign-ins', async (tx) => {
            await tx.query(`delete from login_failures where last_at < now() - interval '1 day'`)
            await tx.query(`delete from refresh_tokens where expires_at < now() - interval '7 days'`)
          })
      }
    ]
  }
}
