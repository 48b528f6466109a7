import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import type { Tx } from '../../db/index.ts'
import { toSuspense } from './suspense.ts'
import type { Books, WalletTransfer } from './wallet.ts'

const tx = {} as Tx // The books of this test need none.
const at = '2026-03-04T05:06:07.000Z'
const cny = (amountMinor: number, currency = 'CNY') => ({ currency, amountMinor })

/** Books that note what is posted, and refuse as they are told. */
function openBooks(faultOf: (key: string) => string | undefined = () => undefined) {
  const posted: WalletTransfer[] = []
  const books: Books = {
    async post(_, transfers) {
      const faults = transfers.flatMap(({ key }) => faultOf(key) ?? [])
      if (faults.length === 0) posted.push(...transfers)
      return faults[0]
    },
    balance: async () => 0
  }
  return { books, posted }
}

const mismatch = (expected: number, told: number, heldMinor: number) => ({
  paymentId: randomUUID(),
  sessionId: randomUUID(),
  driverId: 'd',
  provider: 'bank',
  what: 'captured' as const,
  expected: cny(expected),
  told: cny(told),
  source: 'query' as const,
  heldMinor
})

/** Asked, taken, held; what leaves the driver's account, and the provider's clearing account. */
const table: readonly (readonly [string, readonly [number, number, number], number, number])[] = [
  ['above the bill, within the hold', [3000, 4000, 5000], 1000, 0],
  ['above the hold', [5000, 6000, 5000], 0, 1000],
  ['above the bill and the hold', [3000, 6000, 5000], 2000, 1000],
  ['below the bill: that is owed, and nobody’s money', [3000, 2000, 5000], 0, 0],
  ['as it was asked', [3000, 3000, 5000], 0, 0]
]
for (const [title, [asked, taken, held], account, clearing] of table)
  void test(`what a provider took ${title}: ${account} of the driver, ${clearing} of the provider`, async (t) => {
    const { books, posted } = openBooks()
    const about = mismatch(asked, taken, held)
    await toSuspense(tx, books, about, at)
    const leaves = (purpose: string) =>
      posted
        .flatMap(({ entries }) => entries)
        .filter((entry) => entry.purpose === purpose)
        .reduce((all, { amountMinor }) => all - amountMinor, 0)
    t.strictSame([leaves('account'), leaves('clearing')], [account, clearing])
    t.equal(0 - leaves('suspense'), account + clearing, 'and stands in suspense')
    t.ok(posted.every(({ key }) => key.startsWith(`payment:${about.paymentId}:suspense:`)))
  })

void test('an excess that two people have decided about stands as they decided; the other one is still posted', async (t) => {
  const { books, posted } = openBooks((key) =>
    key.endsWith(':account') ? 'same-key-other-content' : undefined
  )
  const about = mismatch(3000, 6000, 5000)
  await toSuspense(tx, books, about, at)
  t.match(posted, [{ key: `payment:${about.paymentId}:suspense:clearing` }])
})

void test('any other refusal of the ledger is an error: it is tried again and told', async (t) => {
  const { books } = openBooks(() => 'unbalanced')
  await t.rejects(toSuspense(tx, books, mismatch(3000, 4000, 5000), at), /unbalanced/)
})

void test('what is held otherwise, or told in another currency, moves nothing', async (t) => {
  const { books, posted } = openBooks()
  await toSuspense(tx, books, { ...mismatch(3000, 4000, 5000), what: 'held' }, at)
  await toSuspense(tx, books, { ...mismatch(3000, 4000, 5000), told: cny(4000, 'EUR') }, at)
  t.strictSame(posted, [])
})
