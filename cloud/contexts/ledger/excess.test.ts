import fc from 'fast-check'
import { test } from 'tap'
import { excessKey, remedied } from './excess.ts'

const about = {
  breakId: 'b',
  class: 'amount',
  provider: 'bank',
  currency: 'CNY',
  sessionId: null,
  note: 'n',
  by: ['anna', 'bert']
} as const
const payment = { id: 'p', provider: 'bank' }

/** Sums by account of what a decision posts. */
function sums(
  transfers: readonly {
    readonly entries: readonly { party: string; purpose: string; amountMinor: number }[]
  }[]
) {
  const all = new Map<string, number>()
  for (const { party, purpose, amountMinor } of transfers.flatMap(({ entries }) => entries))
    all.set(`${party} ${purpose}`, (all.get(`${party} ${purpose}`) ?? 0) + amountMinor)
  return Object.fromEntries([...all].filter(([, minor]) => minor !== 0))
}

const table = [
  {
    remedy: 'suspense',
    suspended: 0,
    provider: 'bank',
    posts: { 'bank clearing': -1000, 'platform suspense': 1000 }
  },
  { remedy: 'suspense', suspended: 1000, provider: 'bank', posts: {} },
  {
    remedy: 'refund',
    suspended: 400,
    provider: 'bank',
    posts: { 'bank clearing': -600, 'platform suspense': 600 }
  },
  {
    remedy: 'write-off',
    suspended: 0,
    provider: 'bank',
    posts: { 'bank clearing': -1000, 'platform write-off': 1000 }
  },
  {
    remedy: 'write-off',
    suspended: 1000,
    provider: 'bank',
    posts: { 'platform suspense': -1000, 'platform write-off': 1000 }
  },
  {
    remedy: 'write-off',
    suspended: 0,
    provider: null,
    posts: { 'driver:d account': -1000, 'platform write-off': 1000 }
  },
  {
    remedy: 'write-off',
    suspended: 1000,
    provider: null,
    posts: { 'platform suspense': -1000, 'platform write-off': 1000 }
  },
  { remedy: 'refund', suspended: 1000, provider: null, posts: {} }
] as const

for (const { remedy, suspended, provider, posts } of table) {
  void test(`${remedy} of 10.00 ${provider === null ? 'of the driver' : 'at the bank'}, ${suspended} of it in suspense before`, async (t) => {
    const known = { driver: 'driver:d', payment, suspendedMinor: suspended }
    t.strictSame(sums(remedied({ ...about, provider, remedy, differenceMinor: 1000 }, known)), posts)
  })
}

void test('whatever is in suspense before, excess and decision together take it off its account once', async (t) => {
  const minor = fc.integer({ min: 1, max: 1_000_000 })
  fc.assert(
    fc.property(
      minor,
      fc.nat(2_000_000),
      fc.constantFrom('suspense', 'refund', 'write-off'),
      (difference, before, remedy) => {
        const posted = sums(
          remedied(
            { ...about, remedy, differenceMinor: difference },
            { driver: undefined, payment, suspendedMinor: before }
          )
        )
        const taken = before - (posted['bank clearing'] ?? 0)
        return taken === Math.max(before, difference)
      }
    )
  )
  t.equal(excessKey('p', 'bank'), 'payment:p:suspense:clearing')
  t.equal(excessKey('p', null), 'payment:p:suspense:account')
})

void test('an order booked twice, or one that nobody knows, is no excess of its payment', async (t) => {
  const known = { driver: undefined, payment, suspendedMinor: 300 }
  const twice = { ...about, class: 'duplicate', remedy: 'refund', differenceMinor: 1000 }
  t.strictSame(sums(remedied(twice, known)), { 'bank clearing': -1000, 'platform suspense': 1000 })
})
