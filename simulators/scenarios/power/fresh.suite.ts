import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'

const root = new URL('../../../', import.meta.url)
const tried = ['edge-agent/{core,control-loop}/**/*.ts', 'simulators/scenarios/power/**/*.ts']

/**
 * A seed, 0 to 999,999, that this code was not tried with: each change of the code looks somewhere new, and a second run of
 * the same code looks at the same place, so that red stays red until it is mended. `NOVA_TEST_SEED=fresh` takes the clock's, a
 * number that one.
 */
export function freshSeed(wanted = process.env['NOVA_TEST_SEED']): number {
  if (wanted === 'fresh') return Date.now() % 1_000_000
  if (wanted !== undefined) return Number(wanted)
  const hash = createHash('sha256')
  for (const file of globSync(tried, { cwd: root }).toSorted()) hash.update(readFileSync(new URL(file, root)))
  return hash.digest().readUInt32BE() % 1_000_000
}
