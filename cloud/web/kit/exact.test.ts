import fc from 'fast-check'
import { test } from 'tap'
import { minorHalfUp, product, sumOfTexts } from './exact.ts'

const products = [
  ['3.412', '1.0240', '3.493888'],
  ['0', '9.99', '0'],
  ['66.6666', '0.66666', '44.443955556'],
  ['1', '-0.05', '-0.05'],
  ['100', '1', '100']
] as const
for (const [left, right, wanted] of products)
  void test(`${left} × ${right} = ${wanted}`, async (t) => t.equal(product(left, right), wanted))

const sums: readonly (readonly [readonly string[], string])[] = [
  [['0.1', '0.2'], '0.3'],
  [['1.005', '-0.005'], '1'],
  [[], '0']
]
for (const [texts, wanted] of sums)
  void test(`${texts.join(' + ')} = ${wanted}`, async (t) => t.equal(sumOfTexts(texts), wanted))

const roundings = [
  ['1.005', 2, 101n],
  ['1.0049', 2, 100n],
  ['-1.005', 2, -100n], // Half up is towards plus infinity.
  ['-1.006', 2, -101n],
  ['12', 0, 12n],
  ['1.5', 0, 2n],
  ['0.0015', 3, 2n]
] as const
for (const [text, digits, wanted] of roundings)
  void test(`${text} with ${digits} digits is ${wanted}`, async (t) =>
    t.equal(minorHalfUp(text, digits), wanted))

void test('what is no decimal is refused', async (t) => {
  for (const text of ['', '1,5', '1e3', 'x']) t.throws(() => product(text, '1'), RangeError)
})

void test('whole numbers of cents multiply and add as bigints do', async (t) => {
  const cents = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
  const write = (value: bigint) => {
    const text = String(value < 0n ? -value : value).padStart(3, '0')
    return `${value < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`
  }
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      const sum = minorHalfUp(sumOfTexts([write(a), write(b)]), 2)
      const times = minorHalfUp(product(write(a), write(b)), 4)
      return sum === a + b && times === a * b
    })
  )
  t.pass('held')
})
