import { availableParallelism } from 'node:os'
import path from 'node:path'
import { findBrowser } from './browser.ts'
import { testFiles } from './files.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { runFile } from './run-file.ts'
import { sharedServers } from './servers.ts'

const root = path.join(import.meta.dirname, '..', '..')
const most = 4 // At once: more would only make the timing of each more uneven.

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
  const files = testFiles(root, words)
  if (files.length === 0) return nothing(words)
  const shared = await sharedServers(files)
  try {
    return conclude(await runAll(files, { ...environment(files), ...shared.env }))
  } finally {
    await shared.stop()
  }
}

function nothing(words: readonly string[]): number {
  console.log(`no test file matches: ${words.join(' ')}`)
  console.log('0 passed, 1 failed')
  return 1
}

function environment(files: readonly string[]): NodeJS.ProcessEnv {
  const env = { ...process.env, FORCE_COLOR: '0', NOVA_LOG: process.env['NOVA_LOG'] ?? 'silent' }
  if (!files.some((file) => file.startsWith('cloud/web/') || file.includes('browser'))) return env
  const browser = findBrowser((line) => console.log(line))
  return 'path' in browser
    ? { ...env, NOVA_CHROMIUM: browser.path }
    : { ...env, NOVA_CHROMIUM_MISSING: browser.missing }
}

/** As many at once as there are processors, one line as each ends. */
async function runAll(files: readonly string[], env: NodeJS.ProcessEnv): Promise<readonly Outcome[]> {
  const waiting = [...files]
  const outcomes: Outcome[] = []
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const outcome = outcomeOf(await runFile(root, file, env))
      outcomes.push(outcome)
      tell(outcome, outcomes.length, files.length)
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, availableParallelism()) }, work))
  return outcomes
}

function tell(outcome: Outcome, done: number, all: number): void {
  const mark = outcome.failed > 0 ? '✗' : '✓'
  const skipped = outcome.skipped.length > 0 ? `, ${outcome.skipped.length} skipped` : ''
  const counts = `${outcome.passed} passed${outcome.failed > 0 ? `, ${outcome.failed} failed` : ''}${skipped}`
  console.log(`${mark} ${done}/${all} ${outcome.file}  ${counts}  ${(outcome.ms / 1000).toFixed(1)} s`)
}

function conclude(outcomes: readonly Outcome[]): number {
  const skipped = outcomes.flatMap(({ file, skipped: names }) =>
    names.map((name) => `– skipped: ${file}: ${name}`)
  )
  for (const line of skipped) console.log(line)
  for (const { report } of outcomes) if (report !== '') console.log(`\n${report}`)
  const passed = total(outcomes, 'passed')
  const failed = total(outcomes, 'failed')
  console.log(
    `\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`
  )
  return failed === 0 ? 0 : 1
}

function total(outcomes: readonly Outcome[], what: 'passed' | 'failed'): number {
  return outcomes.reduce((sum, outcome) => sum + outcome[what], 0)
}
