import { test } from 'tap'
import { heldOf } from './held.ts'

const statement = { id: 's', held: { amountMinor: 1000 }, released: { amountMinor: 0 } }
const dispute = (statementId: string, amountMinor: number) => ({ statementId, amount: { amountMinor } })

void test('what is held back and not in dispute can be released', async (t) => {
  t.strictSame(heldOf(statement, [dispute('s', 700), dispute('another', 50)]), {
    disputed: 700,
    released: 0,
    left: 300
  })
})

void test('what was released is not released again', async (t) => {
  const after = { ...statement, released: { amountMinor: 300 } }
  t.equal(heldOf(after, [dispute('s', 700)]).left, 0)
})
