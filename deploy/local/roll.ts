import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { commandLineOf, signalTo } from './process-table.ts'

const patienceMs = 10_000
const pauseMs = 50

/** A process of ours: its number alone may belong to somebody else by now, its command line tells. */
export type Entry = { readonly name: string; readonly pid: number; readonly command: string }

/** The roll of what runs from one data folder: written down, so that a killed start can be cleared up after. */
export type Roll = {
  add(name: string, pid: number): void
  remove(pid: number): void
  /** From now on another start waits for us instead of giving up. */
  stopping(): void
  close(): void
}

/** Another start that runs from this folder has `who` as its process number; perhaps it is about to end. */
export type Opened =
  | { readonly roll: Roll; readonly left: readonly Entry[] }
  | { readonly who: number; readonly stopping: boolean }

const starters = ['start', 'stopping']

export function openRoll(dataDir: string): Opened {
  mkdirSync(dataDir, { recursive: true })
  const file = path.join(dataDir, 'running.json')
  const left = read(file).filter(lives)
  const starter = left.find(({ name, pid }) => starters.includes(name) && pid !== process.pid)
  if (starter !== undefined) return { who: starter.pid, stopping: starter.name === 'stopping' }
  const entries = new Map<number, Entry>()
  const save = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify([...entries.values()], undefined, 2))
    renameSync(`${file}.new`, file)
  }
  const add = (name: string, pid: number): void => {
    entries.set(pid, { name, pid, command: commandLineOf(pid) ?? '' })
    save()
  }
  for (const entry of left) entries.set(entry.pid, entry) // Until they are gone: we may be killed as well.
  add('start', process.pid)
  const remove = (pid: number): void => {
    if (entries.delete(pid)) save()
  }
  const stopping = (): void => add('stopping', process.pid)
  return { left, roll: { add, remove, stopping, close: () => rmSync(file, { force: true }) } }
}

function read(file: string): readonly Entry[] {
  if (!existsSync(file)) return []
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as readonly Entry[]
  } catch {
    return [] // Cut off by a power loss, which left no processes either.
  }
}

function lives({ pid, command }: Entry): boolean {
  return command !== '' && commandLineOf(pid) === command
}

/** Ends what a killed start left behind: asked first, then killed. */
export async function clear(left: readonly Entry[]): Promise<void> {
  const end = performance.now() + patienceMs
  // PostgreSQL would wait for its clients at SIGTERM; SIGINT is its fast shutdown.
  for (const { name, pid } of left) signalTo(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM')
  while (left.some(lives) && performance.now() < end) await wait(pauseMs)
  for (const entry of left.filter(lives)) signalTo(entry.pid, 'SIGKILL')
}
