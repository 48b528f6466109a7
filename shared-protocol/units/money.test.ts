import fc from 'fast-check'
import { test } from 'tap'
import { addMoney, minorDigits, money, negated, share, sumMoney } from './money.ts'

const table = [
  { total: 100, weights: [1n, 1n, 1n], parts: [34, 33, 33] },
  { total: 5, weights: [1n, 1n], parts: [3, 2] },
  { total: -5, weights: [1n, 1n], parts: [-3, -2] },
  { total: 0, weights: [7n, 0n], parts: [0, 0] },
  { total: 10, weights: [0n, 1n, 0n], parts: [0, 10, 0] }
]

for (const { total, weights, parts } of table) {
  void test(`${total} shared by ${weights.join(':')} is ${parts.join(' + ')}`, async (t) => {
    t.strictSame(
      share(money('CNY', total), weights).map((part) => part.amountMinor),
      parts
    )
  })
}

void test('parts always add up to the whole and none is a minor unit or more away from its exact share', async (t) => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 })
    .filter((all) => all.some((each) => each > 0n))
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), weights, (total, all) => {
      const parts = share(money('CNY', total), all)
      const sum = all.reduce((left, right) => left + right, 0n)
      const near = parts.every((part, index) => {
        const off = BigInt(part.amountMinor) * sum - BigInt(total) * (all[index] ?? 0n)
        return off < sum && off > -sum
      })
      return near && sumMoney('CNY', parts).amountMinor === total
    })
  )
  t.pass()
})

void test('weights that say nothing are refused', async (t) => {
  t.throws(() => share(money('CNY', 1), []), RangeError)
  t.throws(() => share(money('CNY', 1), [0n]), RangeError)
  t.throws(() => share(money('CNY', 1), [2n, -1n]), RangeError)
})

void test('yuan and yen never add up by accident', async (t) => {
  t.throws(() => addMoney(money('CNY', 1), money('JPY', 1)), /JPY/)
})

void test('a fraction of a cent is no money, and zero has no sign', async (t) => {
  t.throws(() => money('CNY', 0.5), RangeError)
  t.throws(() => money('CNY', Number.MAX_SAFE_INTEGER + 1), RangeError)
  t.equal(Object.is(negated(money('CNY', 0)).amountMinor, 0), true)
})

void test('minor digits follow ISO 4217', async (t) => {
  t.strictSame(['CNY', 'EUR', 'JPY', 'KWD', 'CLF'].map(minorDigits), [2, 2, 0, 3, 4])
})
