import { readSession } from './contexts/charging/index.ts'
import * as reconciliation from './contexts/reconciliation/index.ts'
import * as transparency from './contexts/transparency/index.ts'
import type { Listener, Migrations, Tx } from './db/index.ts'
import { isStaff, type Routes, type Who } from './http/index.ts'

export const proofMigrations: readonly Migrations[] = [reconciliation.migrations, transparency.migrations]

export type ProofNeeds = Pick<
  reconciliation.Needs,
  'database' | 'now' | 'statements' | 'ratingW' | 'meteredWh' | 'audit' | 'onTrouble'
>

export type Proofs = {
  readonly routes: readonly Routes[]
  readonly listeners: readonly Listener[]
  start(): { stop(): Promise<void> }
}

/** Joins what compares the books with what proves the meters' part of them. */
export function joinProofs(needs: ProofNeeds): Proofs {
  const comparing = reconciliation.openReconciliation({ ...needs, proofs: transparency.proofsOf })
  return {
    routes: [comparing.routes, transparency.routes({ ...needs, maySeeSession })],
    listeners: [...comparing.listeners, ...transparency.listeners()],
    start: comparing.start
  }
}

async function maySeeSession(tx: Tx, who: Who, sessionId: string): Promise<boolean> {
  const session = await readSession(tx, sessionId)
  if (!session) return false
  return isStaff(who) || (who.driverId !== undefined && session.driver_id === who.driverId)
}
