import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './ports.ts'
import { commandLineOf, signalTo } from './process-table.ts'
import { ports } from './settings.ts'

const root = path.join(import.meta.dirname, '..', '..')
const readyLine = 'Nova-X is ready'
const lookMs = 25
const tries = 5 // A port that was free may be somebody's a moment later: other tests look for theirs too.

export type Person = { readonly uid: number; readonly gid: number; readonly home: string }

/** One `npm start`, as a person types it: npm, the set-up it runs, the start itself and all that this starts. */
export type Start = {
  /** All that was printed so far, line by line. */
  readonly lines: readonly string[]
  /** Exit code or signal of npm, which is what a person's shell sees. */
  readonly ended: Promise<number | string>
  /** Process numbers of the chain from the keyboard to the start. */
  chain(): { readonly npm: number; readonly setUp: number; readonly start: number }
}

/** @returns once it says that it is ready. @throws with all that it said when it ends before */
export async function startReady(dataDir: string, person?: Person): Promise<Start> {
  for (let attempt = 1; ; attempt++) {
    const start = npmStart({ dataDir, env: await freePorts(), person })
    if (await saysReady(start)) return start
    const said = start.lines.join('\n')
    if (!said.includes('is in use') || attempt === tries) throw new Error(`npm start ended:\n${said}`)
  }
}

/** A port of its own for each part, as variables. */
export async function freePorts(): Promise<Readonly<Record<string, string>>> {
  const chosen = new Map<string, string>()
  for (const { variable } of Object.values(ports)) chosen.set(variable, String(await freePort()))
  return Object.fromEntries(chosen)
}

type Wanted = {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string>>
  readonly person?: Person | undefined
}

export function npmStart({ dataDir, env, person }: Wanted): Start {
  const { home, ...account } = person ?? { home: process.env['HOME'] ?? dataDir }
  const npm = spawn('npm', ['start'], {
    cwd: root,
    // Without npm's own look for a newer npm: it asks the network and talks into the output.
    env: {
      ...surroundings(),
      npm_config_update_notifier: 'false',
      HOME: home,
      NOVA_DATA_DIR: dataDir,
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account
  })
  const lines: string[] = []
  for (const input of [npm.stdout, npm.stderr])
    createInterface({ input }).on('line', (line) => lines.push(line))
  const ended = once(npm, 'close').then(
    ([code, signal]) => (code ?? signal) as number | string // `close`: its last words have been read.
  )
  const chain = () => {
    const setUp = childOf(npm.pid ?? 0)
    return { npm: npm.pid ?? 0, setUp, start: childOf(setUp) }
  }
  return { lines, ended, chain }
}

/** Without what the person at the keyboard has set for a system of their own. */
function surroundings(): NodeJS.ProcessEnv {
  const all = Object.entries(process.env)
  return Object.fromEntries(all.filter(([name]) => !name.startsWith('NOVA_')))
}

async function saysReady({ lines, ended }: Start): Promise<boolean> {
  const state = { ended: false }
  void ended.then(() => (state.ended = true))
  while (!state.ended && !lines.includes(readyLine)) await wait(lookMs)
  return lines.includes(readyLine)
}

const processIds = (): readonly number[] => readdirSync('/proc').map(Number).filter(Number.isInteger)

function childOf(parent: number): number {
  const child = processIds().find(
    (pid) => Number(/^PPid:\s*(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1]) === parent
  )
  if (child === undefined) throw new Error(`process ${parent} has no child`)
  return child
}

export function processesOf(dataDir: string): readonly string[] {
  return pidsOf(dataDir).map((pid) => `${pid} ${commandLineOf(pid) ?? ''}`)
}

/** All that runs from this folder, by its words, its environment or the folder it works in (PostgreSQL's workers). */
export function pidsOf(dataDir: string): readonly number[] {
  const belongs = (pid: number): boolean =>
    text(`/proc/${pid}/cmdline`).includes(dataDir) ||
    text(`/proc/${pid}/environ`).includes(`NOVA_DATA_DIR=${dataDir}\0`) ||
    text(`/proc/${pid}/cwd`, readlinkSync).startsWith(dataDir)
  return processIds().filter(belongs)
}

/** For a test that failed half-way: whatever still runs from this folder is ended outright. */
export function endAllOf(dataDir: string): void {
  for (const pid of pidsOf(dataDir)) signalTo(pid, 'SIGKILL')
}

/** Empty when the process is gone meanwhile, or is another user's. */
function text(file: string, read: (file: string, encoding: 'utf8') => string = readFileSync): string {
  try {
    return read(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return ''
    throw cause
  }
}
