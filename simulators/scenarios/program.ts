import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'

const leash = new URL('../../deploy/local/leash.ts', import.meta.url).href
const readyWithinMs = 180_000
const exitWithinMs = 15_000

/** One of our programs in a process of its own, to be killed and started again like on a real machine. */
export type Killable = {
  pid(): number
  /** SIGKILL, without a farewell. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts it (again); resolves with the milliseconds until it was ready. */
  start(): Promise<number>
  /** SIGTERM. Resolves when the process is gone. */
  stop(): Promise<void>
  /** For whoever must explain a failure: whether it runs, how it ended, and the last lines that it said. */
  account(): string
}

export type ProgramOptions = {
  readonly script: string
  readonly args?: readonly string[]
  readonly flags?: readonly string[] // For Node.
  readonly environment: Readonly<Record<string, string>>
  readonly readyUrl: string
}

/** Not started yet. Its last lines are kept for its account; with NOVA_SCENARIO_LOGS all are shown too. */
export function program({ script, args = [], flags = [], environment, readyUrl }: ProgramOptions): Killable {
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit', { signal: AbortSignal.timeout(exitWithinMs) })
    child.kill(signal)
    await gone
  }
  const lines = lastLines()
  return {
    pid: () => child?.pid ?? 0,
    account: () => `${path.basename(path.dirname(script))} ${stateOf(child)}\n${lines.text()}`,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    start: async () => {
      const begun = performance.now()
      child = spawn(process.execPath, [...flags, '--import', leash, script, ...args], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // The line to us: when we are killed, it ends as if asked to.
        env: { ...surroundings(), ...environment }
      })
      child.channel?.unref()
      for (const stream of [child.stdout, child.stderr]) if (stream) lines.follow(stream)
      await ready(readyUrl, child).catch(async (cause: unknown) => {
        await end('SIGKILL') // Nobody else knows of it yet.
        throw cause
      })
      return performance.now() - begun
    }
  }
}

const passedOn = new Set(['NOVA_LOG', 'NOVA_LOG_LEVEL', 'NOVA_WEB_DIR'])

/** Ports, folders and servers that a person has set are those of their own system: a scenario touches none of it. */
function surroundings(): NodeJS.ProcessEnv {
  const all = Object.entries(process.env)
  return Object.fromEntries(all.filter(([name]) => !name.startsWith('NOVA_') || passedOn.has(name)))
}

const stateOf = (child: ChildProcess | undefined): string => {
  if (!child) return 'was never started'
  const { pid, exitCode, signalCode } = child
  return exitCode === null && signalCode === null ? `runs as ${pid}` : `ended with ${exitCode ?? signalCode}`
}

const keptLines = 40

function lastLines() {
  const kept: string[] = []
  const isShown = Boolean(process.env['NOVA_SCENARIO_LOGS'])
  return {
    text: () => kept.join('\n'),
    follow: (stream: Readable) =>
      void createInterface({ input: stream }).on('line', (line) => {
        kept.push(line.slice(0, 1_000))
        if (kept.length > keptLines) kept.shift()
        if (isShown) console.error(line)
      })
  }
}

/** Polls until the address answers 200. @throws when the process ends first or the time is over */
async function ready(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + readyWithinMs
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the process ended (${child.exitCode ?? child.signalCode}) before ${url} was ready`)
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
    if (answer?.ok) return
    await wait(10)
  }
  throw new Error(`${url} was not ready within ${readyWithinMs} ms`)
}
