import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'tap'
import { carriesCardNumber } from './card-numbers.ts'

// Test numbers that the card networks publish.
const cards = [
  '4242424242424242',
  '5555 5555 5555 4444',
  '3782-822463-10005',
  '30569309025904',
  '6011111111111117',
  '4222222222222'
]
for (const card of cards) {
  void test(`${card} is found, alone and inside a text`, async (t) => {
    t.equal(carriesCardNumber(card), true)
    t.equal(carriesCardNumber(`please use ${card}, exp 12/30`), true)
    t.equal(carriesCardNumber(`12 ${card} 34`), true, 'between other groups')
  })
}

void test('one digit off, it is no card number', async (t) => {
  t.equal(carriesCardNumber('4242424242424241'), false)
  t.equal(carriesCardNumber('5555 5555 5555 4445'), false)
})

void test('twelve digits, words and money are none', async (t) => {
  for (const text of ['123456789012', 'goodwill, 12.50 EUR', '2026-11-21 14:47', 'pm_1NXWPnCNOVA', ''])
    t.equal(carriesCardNumber(text), false)
})

void test('our own ids are none, whatever digits they have', async (t) => {
  t.equal(carriesCardNumber('11111111-1111-4111-8111-111111111111-card'), false)
  for (let count = 0; count < 2_000; count++)
    if (carriesCardNumber(`wallet-${randomUUID()}`)) t.fail('an id of ours')
})

/** The check digit by the rule of ISO/IEC 7812-1, reckoned from the left for a body of known length. */
const completed = (body: string): string => {
  const sum = [...body].reduce((all, digit, index) => {
    const twice = Number(digit) * 2
    const isDoubled = (body.length - index) % 2 === 1
    return all + (isDoubled ? Math.floor(twice / 10) + (twice % 10) : Number(digit))
  }, 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}

void test('every number with a right check digit is found, from 13 to 19 digits', async (t) => {
  const body = fc
    .integer({ min: 12, max: 18 })
    .chain((length) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)))
  fc.assert(fc.property(body, (digits) => carriesCardNumber(completed(digits))))
  t.pass()
})
