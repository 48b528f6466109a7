import type { z } from 'zod'
import type { Tx } from '../../db/index.ts'
import type { PaymentMismatched } from './events.ts'
import type { Books, WalletTransfer } from './wallet.ts'

type Mismatched = z.infer<typeof PaymentMismatched>

/** One excess, one posting, whoever comes first: this, or a break that two people decided (`ledger/excess.ts`). */
const excessKey = (paymentId: string, step: 'account' | 'clearing'): string =>
  `payment:${paymentId}:suspense:${step}`

/**
 * What a provider took above what was asked belongs to nobody yet: it leaves the driver's account, and the clearing
 * account where it is above the hold itself, and stands in suspense until a person has cleared it. An excess that a
 * decided break brought there with another amount stays as decided: what then still differs is another break.
 */
export async function toSuspense(tx: Tx, books: Books, mismatch: Mismatched, at: string): Promise<void> {
  const { what, heldMinor, expected, told, paymentId } = mismatch
  if (what !== 'captured' || told.currency !== expected.currency) return
  const booked = Math.min(told.amountMinor, heldMinor)
  const moves = [
    {
      step: 'account',
      party: `driver:${mismatch.driverId}`,
      purpose: 'account',
      minor: booked - expected.amountMinor
    },
    { step: 'clearing', party: mismatch.provider, purpose: 'clearing', minor: told.amountMinor - booked }
  ] as const
  // Each by itself: one of them may stand there already.
  for (const { step, party, purpose, minor } of moves) {
    if (minor <= 0) continue
    const transfer: WalletTransfer = {
      key: excessKey(paymentId, step),
      kind: 'adjustment',
      phase: 'posted',
      resolves: null,
      currency: expected.currency,
      sessionId: null,
      memo: `taken above what was asked at ${mismatch.provider}`,
      entries: [
        { party, purpose, amountMinor: 0 - minor },
        { party: 'platform', purpose: 'suspense', amountMinor: minor }
      ]
    }
    const fault = await books.post(tx, [transfer], at)
    if (fault !== undefined && fault !== 'same-key-other-content')
      throw new Error(`the ledger refuses the suspense of ${paymentId}: ${fault}`)
  }
}
