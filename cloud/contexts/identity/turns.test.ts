import { test } from 'tap'
import { openTurns } from './turns.ts'

void test('of one key one after the other, also after a failure; of another key beside it', async (t) => {
  const turns = openTurns()
  const said: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turns('a', async () => {
    said.push('a1 begins')
    await gate.promise
    said.push('a1 ends')
    throw new Error('a1')
  })
  const second = turns('a', async () => said.push('a2'))
  await turns('b', async () => said.push('b'))
  t.strictSame(said, ['a1 begins', 'b'])
  gate.resolve()
  await t.rejects(first, /a1/)
  await second
  t.strictSame(said, ['a1 begins', 'b', 'a1 ends', 'a2'])
})
