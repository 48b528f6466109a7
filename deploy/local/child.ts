import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** How to run a program that is not ours: output straight into a file, so that it outlives our own pipes. */
export type Program = {
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly logFile: string
  readonly account?: { readonly uid: number; readonly gid: number } | undefined
  /** A session of its own: a Ctrl-C in the terminal reaches us alone, and we stop the parts in order. */
  readonly ownSession?: boolean | undefined
  /** Open files that the program gets as 3, 4, … */
  readonly files?: readonly number[]
}

/** What every server of other people's making is asked for. */
export type ServerWanted = {
  readonly dataDir: string
  readonly port: number
  readonly logFile?: string
  /** Out of reach of the terminal's Ctrl-C: for who stops its parts in order. */
  readonly ownSession?: boolean
  /** Told at once, so that somebody may stop what is still starting. */
  readonly spawned?: (child: Child) => void
}

export type Child = {
  readonly pid: number
  /** Resolves when the process has ended, with words for a log line. */
  readonly ended: Promise<string>
  running(): boolean
  /** Asks with `signal`; after `patienceMs` kills. Resolves when the process is gone. */
  stop(signal: NodeJS.Signals, patienceMs: number): Promise<void>
}

/** Starts it; when we end without having stopped it (a crash), it is killed with us. */
export function startProgram(program: Program): Child {
  const [file, ...args] = program.command
  const log = openSync(program.logFile, 'a')
  try {
    return childOf(
      spawn(file, args, {
        cwd: program.cwd,
        env: program.env ?? process.env,
        stdio: ['ignore', log, log, ...(program.files ?? [])],
        detached: program.ownSession ?? false,
        ...program.account
      })
    )
  } finally {
    closeSync(log)
  }
}

const living = new Set<ChildProcess>()

function killLiving(): void {
  for (const each of living) each.kill('SIGKILL')
}

export function childOf(spawned: ChildProcess): Child {
  const ended = howItEnds(spawned)
  const running = (): boolean =>
    spawned.pid !== undefined && spawned.exitCode === null && spawned.signalCode === null
  const stop = async (signal: NodeJS.Signals, patienceMs: number): Promise<void> => {
    if (!running()) return
    spawned.kill(signal)
    const patience = new AbortController()
    const late = wait(patienceMs, 'late', { signal: patience.signal, ref: true }).catch(() => 'in time')
    const first = await Promise.race([ended, late])
    patience.abort()
    if (first === 'late') spawned.kill('SIGKILL')
    await ended
  }
  if (!process.listeners('exit').includes(killLiving)) process.once('exit', killLiving)
  living.add(spawned)
  void ended.then(() => living.delete(spawned))
  return { pid: spawned.pid ?? 0, ended, running, stop }
}

async function howItEnds(spawned: ChildProcess): Promise<string> {
  const failed = once(spawned, 'error').then(([cause]) => `could not be started (${String(cause)})`)
  const exited = once(spawned, 'exit').then(([code, signal]) => `ended with ${String(signal ?? code)}`)
  // `once` rejects on 'error': whichever comes first tells the end, the other is settled with it.
  return Promise.race([failed, exited.catch((cause: unknown) => `could not be started (${String(cause)})`)])
}
