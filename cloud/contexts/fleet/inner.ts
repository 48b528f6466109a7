import type { Wiring } from '@nova/shared-protocol/model'
import type { Database, Tx } from '../../db/index.ts'
import type { Box } from './chargers.ts'
import type { Dispatch } from './dispatch.ts'
import type { Mirror } from './mirror.ts'

/** What the routes of this context share. */
export type Inner = {
  readonly database: Database
  readonly box: Box
  readonly mirror: Mirror
  readonly dispatch: Dispatch
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
  /** Whether the tenant has such a driver. */
  isDriver(tx: Tx, driverId: string): Promise<boolean>
  /** @throws Problem 404 */
  siteExists(tx: Tx, siteId: string): Promise<void>
  /** Grid and circuits of a site. @throws Problem 404 */
  wiring(tx: Tx, siteId: string): Promise<Wiring>
  siteIds(tx: Tx): Promise<string[]>
  /** Sessions of a driver that run now: on their connectors it sees all there is to see. */
  runningSessions(tx: Tx, driverId: string): Promise<readonly string[]>
}
