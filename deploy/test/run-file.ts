import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Ran } from './outcome.ts'

/** Long enough for a scenario on two busy processors, short enough that a hang is noticed. */
const deadlineMs = 1_020_000

/** The clock that each test file keeps by itself: before ours, so that it still says where it hangs. */
const ownDeadlineS = String(deadlineMs / 1000 - 10)

const keptBytes = 8 * 1024 * 1024 // Of a file's output: a runaway log must not fill our memory.

/** Runs one test file in a process group of its own; whatever it left running ends with it. */
export async function runFile(root: string, file: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  const startedAt = performance.now()
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', ...seeded(root, file), path.join(root, file)],
    {
      cwd: root,
      env: { TAP_TIMEOUT: ownDeadlineS, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true
    }
  )
  const out = collect(child.stdout)
  const err = collect(child.stderr)
  let timedOut = false
  const deadline = setTimeout(() => {
    timedOut = true
    endGroup(child.pid)
  }, deadlineMs)
  const stop = (): void => endGroup(child.pid)
  process.once('exit', stop)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  clearTimeout(deadline)
  process.off('exit', stop)
  endGroup(child.pid)
  return {
    file,
    out: out(),
    err: err(),
    ending: { code, signal, timedOut },
    ms: performance.now() - startedAt
  }
}

const seed = pathToFileURL(path.join(import.meta.dirname, 'seed.ts')).href

/** Only where a property stands: loading its library costs as much as many a test. */
const seeded = (root: string, file: string): readonly string[] =>
  readFileSync(path.join(root, file), 'utf8').includes("from 'fast-check'") ? ['--import', seed] : []

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    if (bytes < keptBytes) chunks.push(chunk)
    bytes += chunk.length
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && (cause.code === 'ESRCH' || cause.code === 'EPERM')))
      throw cause
  }
}
