import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'

export type Account = { readonly uid: number; readonly gid: number }

/**
 * PostgreSQL refuses to run as root: then it runs as `postgres` (made when missing), else as `nobody`.
 * Undefined: we are an ordinary user and it runs as we do.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  return accountNamed('postgres') ?? made('postgres') ?? accountNamed('nobody')
}

function accountNamed(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((what) => spawnSync('id', [what, name], { encoding: 'utf8' }))
  if (uid?.status !== 0 || gid?.status !== 0) return undefined
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function made(name: string): Account | undefined {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
      {
        stdio: 'ignore'
      }
    )
  } catch {
    return undefined // No useradd, or a system whose accounts are fixed: there is always `nobody`.
  }
  return accountNamed(name)
}

/**
 * How to run PostgreSQL so that it reaches its `program` and the folder of its data: `before` goes in front of
 * the command, `runAs` is given to spawn, `owner` must own the data.
 */
export type Passage = {
  readonly before: readonly string[]
  readonly runAs: Account | undefined
  readonly owner: Account | undefined
}

/**
 * Where a folder above them is closed to PostgreSQL's account (a checkout in /root, or in what `mktemp -d`
 * made), the program runs in a user namespace of its own, in which root's files belong to that account:
 * it passes closed folders as root does, yet is nobody special for its own check.
 * @throws Error with what to do, where neither way is open
 */
export function passage(account: Account | undefined, program: string, folder: string): Passage {
  if (account === undefined) return { before: [], runAs: undefined, owner: undefined }
  if (reaches([], account, program, folder)) return { before: [], runAs: account, owner: account }
  const before = ['unshare', '--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--']
  if (reaches(before, undefined, program, folder))
    return { before, runAs: undefined, owner: { uid: 0, gid: 0 } }
  throw new Error(
    `PostgreSQL cannot run as root, and its own user (id ${account.uid}) cannot reach ${program} or ${folder}: ` +
      'move the checkout to a folder open to others (for example /opt), start as an ordinary user, ' +
      'or set NOVA_DATABASE_URL to a server of yours'
  )
}

function reaches(
  before: readonly string[],
  account: Account | undefined,
  program: string,
  folder: string
): boolean {
  const [file, ...args] = [...before, 'sh', '-c', 'cd "$0" && exec "$1" --version', folder, program]
  return spawnSync(file ?? 'sh', args, { stdio: 'ignore', cwd: '/', ...account }).status === 0
}

/** npm keeps the execute bits of most archives, not of all. */
export function isRunnable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}
