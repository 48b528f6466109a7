import type { Database } from '../../db/index.ts'
import type { Provider } from './provider.ts'
import type { Needs as DeskNeeds } from './routes-desk.ts'
import type { Needs as ReceiptNeeds } from './routes-fleet-receipts.ts'
import type { Books } from './wallet.ts'
import type { WatchNeeds } from './watch.ts'

/** What payments need of others; filled where the program is joined. */
export type Needs = Pick<WatchNeeds, 'runningCost' | 'stopSession'> & {
  readonly database: Database
  /** Those outside; the wallet and invoices for fleets are in the house. */
  readonly providers: readonly Provider[]
  readonly books: Books
  now(): number
  readonly isDriver: DeskNeeds['isDriver']
  readonly audit: ReceiptNeeds['audit']
  onTrouble(error: unknown): void
}
