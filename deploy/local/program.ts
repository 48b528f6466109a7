import { spawn } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { childOf, type Child } from './child.ts'
import { freshLog, follow } from './log.ts'
import type { Part } from './keeper.ts'
import { until } from './waiting.ts'

const readyMs = 120_000 // A first start migrates the database and seeds the demo on a small machine.
const askMs = 1_000
const patienceMs = 6_000 // Each part promises to end within five seconds.

const leash = pathToFileURL(path.join(import.meta.dirname, 'leash.ts')).href

export type Program = {
  readonly name: string
  readonly script: string
  readonly args?: readonly string[]
  readonly flags?: readonly string[] // For Node.
  readonly env: NodeJS.ProcessEnv
  /** Whether it may be used, asked until it may; undefined: it counts as ready when it runs. */
  readonly isReady?: () => Promise<boolean>
  readonly optional?: boolean
}

type Surroundings = { readonly root: string; readonly logFolder: string; say(line: string): void }

/** One of our own programs as a part: run by this Node, its log in a file, on a leash. */
export function programPart(program: Program, { root, logFolder, say }: Surroundings): Part {
  const logFile = freshLog(logFolder, program.name)
  return {
    name: program.name,
    stopSignal: 'SIGTERM',
    hurrySignal: 'SIGKILL',
    optional: program.optional ?? false,
    patienceMs,
    async start(spawned) {
      const child = run(program, root, logFile, say)
      spawned(child)
      await whenReady(program, child, logFile)
      return child
    }
  }
}

function run(
  { name, script, args = [], flags = [], env }: Program,
  root: string,
  logFile: string,
  say: (line: string) => void
): Child {
  const spawned = spawn(
    process.execPath,
    ['--enable-source-maps', ...flags, '--import', leash, path.join(root, script), ...args],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true
    }
  )
  const { stdout: out, stderr: err } = spawned
  if (out === null || err === null) throw new Error(`${name} has no output`)
  follow({ out, err }, logFile, (line) => say(`${name}: ${line}`))
  return childOf(spawned)
}

/** A program that ends or stays silent while it starts is stopped, and the reason thrown. */
async function whenReady({ name, isReady }: Program, child: Child, logFile: string): Promise<void> {
  if (isReady === undefined) return
  try {
    await until(`${name} ready (log: ${logFile})`, readyMs, async () => {
      if (!child.running()) throw new Error(`${await child.ended} while starting (log: ${logFile})`)
      return (await isReady()) ? true : undefined
    })
  } catch (cause) {
    await child.stop('SIGTERM', patienceMs)
    throw cause
  }
}

/** A program's own address for "may I be used?". */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(askMs) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false // Not listening yet; the deadline says when that is too late.
  }
}
