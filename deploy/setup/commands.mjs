import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants as modes } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { whenAbandoned } from './parent.mjs'
import { SetUpFault } from './places.mjs'

const shownLines = 12 // At each end: npm says the reason first, a compiler last.

// Not on every ordinary user's PATH, yet the places where system packages put servers.
const systemFolders = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/sbin',
  '/opt/homebrew/bin'
]

/**
 * Runs a command quietly; its output is shown only when it fails.
 * @param {readonly [string, ...string[]]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, failed: string, timeoutMs: number }} how
 */
export function runQuietly(command, how) {
  const [program, ...args] = command
  const done = spawnSync(program, args, {
    cwd: how.cwd,
    env: how.env ?? process.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: how.timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32'
  })
  if (done.status === 0) return done.stdout
  const reason = done.error?.message ?? `ended with ${done.signal ?? done.status}`
  const output = shortened(
    stripVTControlCharacters(`${done.stdout ?? ''}${done.stderr ?? ''}`)
      .trimEnd()
      .split('\n')
  )
  throw new SetUpFault(`${how.failed} (${command.join(' ')}: ${reason})\n${output}`)
}

/** @param {readonly string[]} lines */
function shortened(lines) {
  if (lines.length <= 2 * shownLines) return lines.join('\n')
  return [...lines.slice(0, shownLines), '…', ...lines.slice(-shownLines)].join('\n')
}

/**
 * @param {string} name
 * @returns {string | undefined} the program's absolute path
 */
export function findProgram(name) {
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)
  return [...onPath, ...systemFolders].map((folder) => path.join(folder, name)).find(isProgram)
}

/** @param {string} file */
export function isProgram(file) {
  try {
    accessSync(file, modes.X_OK)
    return true
  } catch {
    return false // Not there or not ours to run: for the caller the same.
  }
}

/**
 * Runs the task in our place: same terminal, signals passed on, its exit code ours.
 * @param {readonly [string, ...string[]]} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} how
 * @returns {Promise<number>}
 */
export function handOver(command, how) {
  const [program, ...args] = command
  // The message channel lets the task notice when we are killed outright, and stop as well.
  const child = spawn(program, args, {
    cwd: how.cwd,
    env: how.env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc']
  })
  // A terminal's Ctrl-C reaches the child by itself: SIGINT is passed on only when nobody sits there.
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGINT'])) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  whenAbandoned(() => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    )
  })
}
