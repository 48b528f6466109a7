import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'tap'

const root = path.join(import.meta.dirname, '..', '..')
const draw = `import fc from 'fast-check'; console.log(fc.sample(fc.integer(), 8).join())`

const drawn = (seed?: string): string =>
  execFileSync(
    process.execPath,
    ['--import', path.join(import.meta.dirname, 'seed.ts'), '--input-type=module', '--eval', draw],
    { cwd: root, env: { PATH: process.env['PATH'], ...(seed && { NOVA_TEST_SEED: seed }) }, encoding: 'utf8' }
  )

void test('random cases are the same in each run, unless fresh ones are asked for', async (t) => {
  t.equal(drawn(), drawn())
  t.equal(drawn('7'), drawn('7'))
  t.not(drawn('7'), drawn('8'))
  t.not(drawn('fresh'), drawn('fresh'))
})

void test('a seed that is none is refused by name', async (t) => {
  t.throws(() => drawn('soon'), /NOVA_TEST_SEED is a whole number or "fresh"/)
})
