import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import {
  paymentCaptured,
  PaymentCaptured,
  paymentMismatched,
  PaymentMismatched,
  walletToppedUp
} from './events.ts'
import { invoiceListener } from './fleet-receipts.ts'
import { readPayment } from './store.ts'
import { toSuspense } from './suspense.ts'
import { topUp, type Books } from './wallet.ts'

/** What goes from events into the books, or is kept for them: top-ups, what was taken above what was asked, invoices. */
export const bookListeners = (books: Books): Listener[] => [walletListener(books), invoiceListener]

const walletListener = (books: Books): Listener => ({
  name: 'payments-wallet',
  kinds: [paymentCaptured, paymentMismatched],
  async handle(tx, events) {
    for (const event of events) {
      if (event.kind === paymentCaptured) await onCaptured(books, tx, event)
      else await toSuspense(tx, books, PaymentMismatched.parse(event.body), event.at)
    }
  }
})

/** Captured for a wallet: it goes into the wallet. */
async function onCaptured(books: Books, tx: Tx, { body, at }: LoggedEvent): Promise<void> {
  const { paymentId, sessionId, driverId, provider, amount } = PaymentCaptured.parse(body)
  const payment = await readPayment(tx, paymentId)
  if (payment?.purpose !== 'top-up') return
  const availableMinor = await topUp(tx, books, { paymentId, driverId, amount }, at)
  if (availableMinor === undefined) return
  const available = { currency: amount.currency, amountMinor: availableMinor }
  await tx.emit({
    kind: walletToppedUp,
    key: sessionId,
    body: { paymentId, sessionId, driverId, provider, amount, available }
  })
}
