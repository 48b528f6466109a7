import fc from 'fast-check'
import { test } from 'tap'
import { apportion } from './apportion.ts'

const table: readonly [string, bigint, readonly bigint[], bigint, readonly bigint[]][] = [
  ['three thirds of ten: the earliest gets what is left', 10n, [10n, 10n, 10n], 3n, [4n, 3n, 3n]],
  ['the largest remainder comes first', 10n, [11n, 29n, 60n], 10n, [1n, 3n, 6n]],
  ['whole shares stay', 6n, [20n, 40n], 10n, [2n, 4n]],
  ['nothing among three', 0n, [0n, 0n, 0n], 7n, [0n, 0n, 0n]],
  ['a sum rounded down takes from nobody', 1n, [4n, 4n, 4n], 10n, [1n, 0n, 0n]],
  ['nobody', 0n, [], 5n, []]
]
for (const [title, total, numerators, denominator, parts] of table) {
  void test(title, async (t) => t.strictSame(apportion(total, numerators, denominator), parts))
}

void test('parts add up to the rounded sum, each next to its share, and a greater share gets no less', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 }),
      fc.bigInt({ min: 1n, max: 10n ** 6n }),
      (numerators, denominator) => {
        const sum = numerators.reduce((all, each) => all + each, 0n)
        const total = (2n * sum + denominator) / (2n * denominator) // Half up.
        const parts = apportion(total, numerators, denominator)
        return (
          parts.reduce((all, each) => all + each, 0n) === total &&
          parts.every((part, index) => {
            const floor = (numerators[index] ?? 0n) / denominator
            return part === floor || part === floor + 1n
          }) &&
          numerators.every((mine, one) =>
            numerators.every((theirs, other) => mine <= theirs || (parts[one] ?? 0n) >= (parts[other] ?? 0n))
          )
        )
      }
    )
  )
  t.pass()
})
