import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import path from 'node:path'
import { handing, type Passage } from './postgres-passage.ts'
import { commandLineOf, signalTo } from './process-table.ts'
import { until } from './waiting.ts'

const stopMs = 20_000

/** The files of one PostgreSQL and the way to them. */
export type Cluster = { readonly folder: string; readonly passwordFile: string; readonly way: Passage }

/** Makes the files where there are none, and hands them to whom PostgreSQL runs as; ends what still uses them. */
export async function prepare(cluster: Cluster): Promise<void> {
  if (!existsSync(path.join(cluster.folder, 'PG_VERSION'))) make(cluster)
  await clearLeft(cluster.folder)
  handToOwner(cluster)
}

/** Made beside its place and moved there whole, so that an interrupted start leaves no half cluster. */
function make({ folder, passwordFile, way }: Cluster): void {
  const beside = `${folder}.new`
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside, { mode: 0o700 })
  rmSync(passwordFile, { force: true })
  writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 })
  const { account } = way
  if (account !== undefined)
    for (const place of [beside, passwordFile]) chownSync(place, account.uid, account.gid)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=nova', '--auth=scram-sha-256', '--no-instructions']
  const initdb = path.join(way.programs, 'initdb')
  const postgres = path.join(way.programs, 'postgres')
  runToEnd(way, [beside, passwordFile], ([data = '', password = '']) => ({
    command: [initdb, `--pgdata=${data}`, `--pwfile=${password}`, ...locale, ...access]
  }))
  // No client is needed for the one statement: PostgreSQL itself takes it from its input.
  runToEnd(way, [beside], ([data = '']) => ({
    command: [postgres, '--single', '-D', data, 'postgres'],
    input: 'create database nova\n'
  }))
  renameSync(beside, folder)
}

type Work = { readonly command: readonly [string, ...string[]]; readonly input?: string }

function runToEnd(way: Passage, places: readonly string[], work: (names: readonly string[]) => Work): void {
  handing(way, places, ({ names, files }) => {
    const { command, input = '' } = work(names)
    const [file, ...args] = command
    const stdio = ['pipe' as const, 'pipe' as const, 'pipe' as const, ...files]
    const done = spawnSync(file, args, { input, encoding: 'utf8', cwd: '/', stdio, ...way.account })
    if (done.status === 0) return
    throw new Error(
      `PostgreSQL's data could not be made (${places[0]}): ${done.error?.message ?? done.stderr}`
    )
  })
}

/** A checkout that was moved, or is now started by somebody else, has data of the wrong owner. */
function handToOwner({ folder, passwordFile, way: { account } }: Cluster): void {
  const wanted = account?.uid ?? process.getuid?.()
  const found = statSync(path.join(folder, 'PG_VERSION')).uid
  if (wanted === undefined || found === wanted) return
  if (account === undefined) {
    throw new Error(
      `${folder} belongs to another user (id ${found}): start as that user, or set NOVA_DATA_DIR`
    )
  }
  execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, folder, passwordFile])
}

/** A postmaster that a killed run left is stopped; a number that now belongs to somebody else is only a stale file. */
async function clearLeft(folder: string): Promise<void> {
  const pid = Number(postmaster(folder)[0])
  if (!Number.isInteger(pid) || pid <= 0) return
  if (!worksIn(folder, pid)) {
    // Of a killed postmaster the file stays: by it PostgreSQL sees whether orphans still write to the same data.
    if (commandLineOf(pid) !== undefined) rmSync(path.join(folder, 'postmaster.pid'), { force: true })
    return
  }
  signalTo(pid, 'SIGINT')
  await until('the PostgreSQL left by an earlier run to stop', stopMs, () =>
    worksIn(folder, pid) ? undefined : true
  )
}

/** Whether a process is a PostgreSQL of this folder: by its words, or because it stands in the folder. */
function worksIn(folder: string, pid: number): boolean {
  const words = commandLineOf(pid)
  if (words === undefined || !words.includes('postgres')) return false
  return words.includes(folder) || standsIn(folder, pid)
}

function standsIn(folder: string, pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder)
  } catch {
    return false // No /proc, ended meanwhile, or another user's: not one of ours.
  }
}

/** The lines of postmaster.pid: the first is the process, the eighth says `ready` when connections are taken. */
export function postmaster(folder: string): readonly string[] {
  const file = path.join(folder, 'postmaster.pid')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
}
