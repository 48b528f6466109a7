import type { Database, Tx } from '../../db/index.ts'
import type { StatementSource } from './statements.ts'

/** How far a session's energy is proven by signed records. */
export type Proven = { readonly signing: 'none' | 'proven' | 'missing'; readonly provenWh: string | null }

export type Span = { readonly from: string; readonly to: string }

/** What reconciliation needs of others; filled where the program is joined. */
export type Needs = {
  readonly database: Database
  now(): number
  readonly statements: readonly StatementSource[]
  /** What a connector can carry; null: nobody knows. */
  ratingW(tx: Tx, connectorId: string): Promise<number | null>
  /** By signed meter records; sessions that are not in it have a meter that signs nothing. */
  proofs(
    tx: Tx,
    sessions: readonly {
      readonly sessionId: string
      readonly chargerId: string | null
      readonly startedAt: string | null
    }[]
  ): Promise<ReadonlyMap<string, Proven>>
  /** What came in through the meters of each site; sites whose meters have gaps are left out. */
  meteredWh(tx: Tx, span: Span): Promise<ReadonlyMap<string, number>>
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
  onTrouble(error: unknown): void
}
