import fc from 'fast-check'
import { test } from 'tap'
import { lineOf, median, percentile, verdict } from './figure.ts'

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

void test('a line has every field of a figure, those that do not apply as null', async (t) => {
  const { commit, ...line } = JSON.parse(
    lineOf({ name: 'a.b', value: 1.23456, unit: 's', cars: 3 })
  ) as object & {
    commit: unknown
  }
  t.type(commit, 'string')
  t.strictSame(line, {
    name: 'a.b',
    value: 1.235,
    unit: 's',
    limit: null,
    met: null,
    ratio: null,
    peers: null,
    seed: null,
    cars: 3
  })
  t.match(
    JSON.parse(
      lineOf({ name: 'a', value: 2, unit: '1', limit: '< 3', ratio: 0.5, peers: { b: 4 }, seed: 7 })
    ),
    {
      limit: '< 3',
      ratio: 0.5,
      peers: { b: 4 },
      seed: 7
    }
  )
})

void test('what was asked for is said again as it was; a percentage to a ten-thousandth', async (t) => {
  const figure = { name: 'delivered', value: 86.528708, unit: '%', capacityKw: 150.5, peakKw: 29.56123 }
  t.match(JSON.parse(lineOf(figure)), { value: 86.5287, capacityKw: 150.5, peakKw: 29.56 })
})

const fast = { name: 'fast', value: 20, unit: 'ms', limit: 'floor 100', met: true }
const slow = { name: 'slow', value: 123.4, unit: 'ms', limit: 'floor 100', met: false }
const free = { name: 'free', value: 5, unit: 'MiB', limit: 'Node itself, empty' }
const spilt = { name: 'spilt', value: 2, unit: 'Wh', limit: 0 }

void test('what was missed is said in one line, and in the field of its figure', async (t) => {
  t.equal(verdict([fast, free, { ...spilt, value: 0 }]), 'bench: 2 of 2 stated limits met')
  t.equal(
    verdict([fast, slow, free, spilt]),
    'bench: 1 of 3 stated limits met; MISSED: slow 123 ms (limit: floor 100); spilt 2 Wh (limit: 0)'
  )
  const met = [fast, slow, free, spilt, { ...spilt, value: 0 }].map(
    (each) => (JSON.parse(lineOf(each)) as { met: unknown }).met
  )
  t.strictSame(met, [true, false, null, false, true])
})
