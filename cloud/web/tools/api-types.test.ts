import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { typesOfCode } from './from-code.ts'

void test('the types that the screens are written against are those of the cloud’s code', async (t) => {
  const kept = await readFile(new URL('../kit/generated/api.ts', import.meta.url), 'utf8')
  t.equal(kept, await typesOfCode(), 'else: npm run api-types')
})
