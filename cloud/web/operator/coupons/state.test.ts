import { test } from 'tap'
import { couponState } from './state.ts'

const now = Date.parse('2026-06-01T12:00:00Z')
const always = { validFrom: null, validUntil: null, uses: 0, mostUses: 2 }
const table = [
  ['without borders', always, 'valid'],
  ['that begins now', { ...always, validFrom: '2026-06-01T12:00:00Z' }, 'valid'],
  ['that begins later', { ...always, validFrom: '2026-06-01T12:00:01Z' }, 'later'],
  ['that ends now', { ...always, validUntil: '2026-06-01T12:00:00Z' }, 'over'],
  ['that ends in a second', { ...always, validUntil: '2026-06-01T12:00:01Z' }, 'valid'],
  ['with one use left', { ...always, uses: 1 }, 'valid'],
  ['with none left', { ...always, uses: 2 }, 'used-up'],
  ['whose limit was lowered below its use', { ...always, uses: 5, mostUses: 3 }, 'used-up'],
  ['used up and ended', { ...always, uses: 2, validUntil: '2026-05-01T00:00:00Z' }, 'over']
] as const
for (const [what, coupon, state] of table)
  void test(`a coupon ${what} is ${state}`, async (t) => t.equal(couponState(coupon, now), state))
