import type { Database } from '../../db/index.ts'
import { deskProvider } from './desk.ts'
import { invoiceDesk } from './invoice-later.ts'
import type { Provider } from './provider.ts'
import { walletDesk, type Books } from './wallet.ts'

/** The providers in our own house: the wallet, and invoices for fleets. */
export const openDesks = (needs: {
  readonly database: Database
  readonly books: Books
  now(): number
}): readonly Provider[] =>
  [walletDesk(needs.books, needs.now), invoiceDesk].map((desk) => deskProvider(needs.database, desk))
