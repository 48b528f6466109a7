import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { commandLineOf } from './process-table.ts'

const shownChars = 60
const listening = '0A' // State of a socket in /proc/net/tcp (TCP_LISTEN of the kernel's tcp_states.h).

/**
 * Who listens on this TCP port, for the person who wants it: `process 4711 (node server.js)`. Undefined where the
 * system does not tell: another user's process, or a system without /proc.
 */
export function holderOf(port: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  const wanted = new Set(socketsOn(port).map((inode) => `socket:[${inode}]`))
  const pid = wanted.size === 0 ? undefined : processIds().find((each) => holdsOne(each, wanted))
  if (pid === undefined) return undefined
  const command = commandLineOf(pid) ?? ''
  return `process ${pid} (${command.length > shownChars ? `${command.slice(0, shownChars)}…` : command})`
}

/** Inodes of the sockets that listen on it; a line of the table is `n: local:port remote:port state … uid … inode`. */
function socketsOn(port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) => orNothing(() => readFileSync(table, 'utf8').split('\n')))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(suffix) && state === listening)
    .map((words) => words[9] ?? '')
}

const processIds = (): readonly number[] =>
  orNothing(() => readdirSync('/proc'))
    .map(Number)
    .filter(Number.isInteger)

function holdsOne(pid: number, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`
  return orNothing(() => readdirSync(folder)).some((file) =>
    orNothing(() => [readlinkSync(path.join(folder, file))]).some((target) => sockets.has(target))
  )
}

/** Processes end while we look, and other users' are closed to us: what cannot be read holds nothing we can name. */
function orNothing<Item>(read: () => readonly Item[]): readonly Item[] {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return []
    throw cause
  }
}
