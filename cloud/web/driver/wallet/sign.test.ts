import { test } from 'tap'
import { signOf } from './sign.ts'

void test('a hold takes, everything else but its capture gives', async (t) => {
  t.strictSame((['top-up', 'hold', 'capture', 'release', 'refund', 'pay-out'] as const).map(signOf), [
    '+',
    '−',
    '',
    '+',
    '+',
    '−'
  ])
})
