import fc from 'fast-check'

/**
 * Loaded before a test file that uses properties: its random cases are the same in each run, so that a red run means
 * a change and not a throw of the dice. `NOVA_TEST_SEED=fresh` looks for new ones, a number repeats a find.
 */
const wanted = process.env['NOVA_TEST_SEED'] ?? '20261121'
if (wanted !== 'fresh') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOf(wanted) })

function seedOf(text: string): number {
  const seed = Number(text)
  if (!Number.isInteger(seed)) throw new Error(`NOVA_TEST_SEED is a whole number or "fresh", not "${text}"`)
  return seed
}
