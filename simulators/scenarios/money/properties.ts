import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const properties = at('cloud/one-number.test.ts')
const dice = at('deploy/test/seed.ts')
const patienceMs = 3_600_000

export type Held = { readonly held: number; readonly failed: number; readonly seconds: number }

/**
 * The properties of money over random sessions, in a process of their own, each this often. What was found against one
 * is printed as the test prints it, with what repeats it. @returns how many hold and how many do not
 */
export async function holdProperties({ seed, runs }: { seed: number; runs: number }): Promise<Held> {
  const begun = performance.now()
  const child = spawn(process.execPath, ['--import', dice, properties], {
    env: {
      ...process.env,
      NOVA_TEST_RUNS: String(runs),
      NOVA_TEST_SEED: String(seed),
      TAP_TIMEOUT: String(patienceMs / 1000)
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: patienceMs
  })
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  const [code] = (await once(child, 'close')) as [number | null]
  const said = lines.join('')
  const failed = [...said.matchAll(/^not ok /gm)].length
  const held = [...said.matchAll(/^ok /gm)].length
  if (failed > 0 || code !== 0) process.stderr.write(said)
  // A process that ended early has shown nothing.
  const lost = code !== 0 && failed === 0 ? 1 : 0
  return { held, failed: failed + lost, seconds: Math.round((performance.now() - begun) / 1000) }
}
