import fc from 'fast-check'
import { test } from 'tap'
import { median, percentile } from './figure.ts'

void test('the nearest rank is always one of the values, and grows with the share', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const found = percentile(values, share)
        return values.includes(found) && found <= percentile(values, 1)
      }
    )
  )
  t.equal(percentile([10, 20, 30, 40], 0.99), 40)
  t.equal(percentile([10, 20, 30, 40], 0.25), 10)
  t.equal(median([3, 1, 2]), 2)
  t.ok(Number.isNaN(percentile([], 0.5)))
})
