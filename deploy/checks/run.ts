import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..', '..')
const deadlineMs = 600_000 // Seconds on a quiet machine; a busy one is no fault of the code.

type Check = {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  readonly only?: string
}

/** `npm run check -- lint types` runs a part. */
const checks: readonly Check[] = [
  { name: 'format', script: 'node_modules/oxfmt/bin/oxfmt', args: ['--list-different'] },
  { name: 'lint', script: 'node_modules/oxlint/bin/oxlint', args: ['--format', 'unix'] },
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['-p', '.', ...remembering('types')] },
  {
    name: 'types of web',
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', 'cloud/web', ...remembering('types-of-web')],
    only: 'cloud/web/tsconfig.json'
  },
  { name: 'dead code', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'house', script: 'deploy/checks/house.test.ts', args: [] }
]

process.exitCode = await main(process.argv.slice(2))

/** tsc keeps what it found for files that have not changed since: the next run takes a third of the time. */
function remembering(name: string): readonly string[] {
  return [
    '--incremental',
    '--tsBuildInfoFile',
    path.join(root, '.toolchain', 'checks', `${name}.tsbuildinfo`)
  ]
}

async function main(words: readonly string[]): Promise<number> {
  const chosen = checks
    .filter(({ only }) => only === undefined || existsSync(path.join(root, only)))
    .filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  const results = await Promise.all(chosen.map(run))
  const failed = results.filter((ok) => !ok).length
  console.log(`checks: ${results.length - failed} passed, ${failed} failed`)
  return failed === 0 && results.length > 0 ? 0 : 1
}

async function run({ name, script, args }: Check): Promise<boolean> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    // The clock of the tests among them only ends a hang: on a busy machine the house takes longer than tap's half a minute.
    env: { TAP_TIMEOUT: '600', ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
  if (signal !== null) console.log(`    ended by ${signal}: at most ${deadlineMs / 1000} s`)
  if (code !== 0) console.log(shortened(Buffer.concat(chunks).toString('utf8')))
  return code === 0
}

/** Of the house's TAP only what failed; of the others all they say. */
function shortened(output: string): string {
  return output
    .split('\n')
    .filter((line) => !/^\s*(ok \d|1\.\.\d|TAP version|# (Subtest|time))/.test(line) && line.trim() !== '')
    .map((line) => `    ${line}`)
    .join('\n')
}
