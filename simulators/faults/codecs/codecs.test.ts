import { test } from 'tap'
import { Broken, mustHold, type Codec } from './codec.ts'
import { codecs, fuzz, inputOf, isHeld } from './index.ts'

const seed = 20_261_121
const count = 5_000

for (const open of codecs) {
  const codec = open()
  void test(`${codec.name}: what is good is read, what is spoilt breaks nothing`, async (t) => {
    for (const good of codec.good) await codec.read(good)
    const { undeclared, broken, first, inputs } = await fuzz(codec, { seed, count })
    t.strictSame({ undeclared, broken, first }, { undeclared: 0, broken: 0, first: null })
    t.equal(inputs, count * codec.share)
  })
}

const reader = (read: Codec['read'], declared: Codec['declared'] = () => false): Codec => ({
  name: 'odd',
  share: 1,
  good: ['[2,"1","Heartbeat",{}]', Uint8Array.from([1, 2, 3])],
  read,
  declared
})

void test('what a reader throws unasked, or promises in vain, is counted and can be made again', async (t) => {
  const odd = (input: string | Uint8Array): boolean => input.length % 7 === 0
  const throwing = await fuzz(
    reader((input) => {
      if (odd(input)) throw new TypeError('odd')
    }),
    { seed: 1, count: 500 }
  )
  t.ok(throwing.undeclared > 0)
  t.notOk(isHeld(throwing))
  const again = inputOf(
    reader(() => undefined),
    1,
    throwing.first?.input ?? 0
  )
  t.ok(odd(again), 'the number makes the same input')
  const vain = await fuzz(
    reader((input) => mustHold(!odd(input), 'even')),
    { seed: 1, count: 500 }
  )
  t.equal(vain.broken, throwing.undeclared)
  const later = await fuzz(
    reader(async (input) => mustHold(!odd(input), 'even')),
    { seed: 1, count: 500 }
  )
  t.equal(later.broken, vain.broken, 'promises are waited for')
  const asAgreed = await fuzz(
    reader(
      (input) => {
        if (odd(input)) throw new RangeError('as agreed')
      },
      (cause) => cause instanceof RangeError && !(cause instanceof Broken)
    ),
    { seed: 1, count: 500 }
  )
  t.equal(asAgreed.undeclared + asAgreed.broken, 0)
})
