import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const patienceMs = 20_000

/** A server in a process of its own that prints `port N` when it listens. */
export type ChildServer = { readonly port: number; readonly process: ChildProcess; stop(): Promise<void> }

/** Starts `script` (relative to this folder). @throws when it does not listen in time */
export async function startChild(script: string): Promise<ChildServer> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = fork(path, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const port = await portOf(child, script)
  return {
    port,
    process: child,
    stop: async () => {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    }
  }
}

async function portOf(child: ChildProcess, script: string): Promise<number> {
  if (!child.stdout) throw new Error(`${script} has no output`)
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /^port (\d+)$/.exec(line)?.[1]
      if (port !== undefined) return Number(port)
    }
  } finally {
    clearTimeout(late)
  }
  throw new Error(`${script} ended before it listened`)
}
