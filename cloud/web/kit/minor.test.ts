import { test } from 'tap'
import { digitsOf, minorOf, pointed } from './minor.ts'

const amounts: readonly (readonly [string, number, number | null])[] = [
  ['50', 2, 5_000],
  ['12,5', 2, 1_250],
  ['12.34', 2, 1_234],
  ['12.345', 2, null],
  ['500', 0, 500],
  ['500.5', 0, null],
  ['1.234', 3, 1_234],
  [' 20 ', 2, 2_000],
  ['0', 2, null],
  ['-5', 2, null],
  ['1e3', 2, null],
  ['', 2, null],
  ['345600.00', 2, 34_560_000],
  ['1234567890', 2, null]
]
for (const [text, digits, wanted] of amounts)
  void test(`"${text}" with ${digits} digits is ${wanted}`, async (t) =>
    t.equal(minorOf(text, digits), wanted))

void test('a comma is a point, and nothing else is changed', async (t) =>
  t.strictSame(['0,65', '0.65', '', '-1,5'].map(pointed), ['0.65', '0.65', '', '-1.5']))

void test('a currency has the digits that ISO 4217 gives it', async (t) =>
  t.strictSame(['CNY', 'EUR', 'JPY', 'KWD'].map(digitsOf), [2, 2, 0, 3]))
