import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, cpSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Account } from './postgres-account.ts'

/** How PostgreSQL gets to its programs and its data. */
export type Passage = {
  /** Folder of `initdb` and `postgres`. */
  readonly programs: string
  /** Whom it runs as and who must own the data; undefined: us. */
  readonly account: Account | undefined
  /** Its files are handed over as open ones, because their names are out of its reach. */
  readonly byHand: boolean
}

const openFolders = ['/var/tmp', '/tmp'] // For copies of the programs; the first outlives a restart of the machine.

/**
 * Our own user runs the programs where they lie. As root another account must run them, and a folder above the
 * checkout may be closed to it (/root, or what `mktemp -d` made): then it runs a copy of the programs in an open
 * folder, and gets the data as an open folder (`/proc/self/fd/…`), which needs no right to the folders above.
 * @throws Error with what to do, where that is not possible either
 */
export function passage(account: Account | undefined, programs: string, dataDir: string): Passage {
  if (account === undefined || reaches(account, programs, dataDir))
    return { programs, account, byHand: false }
  for (const folder of process.platform === 'linux' ? openFolders : []) {
    const copy = copied(programs, folder)
    if (copy !== undefined && reaches(account, copy, '/')) return { programs: copy, account, byHand: true }
  }
  throw new Error(
    `PostgreSQL cannot run as root, and its own user (id ${account.uid}) cannot reach ${programs} or ${dataDir}: ` +
      'move the checkout to a folder open to others (for example /opt), start as an ordinary user, ' +
      'or set NOVA_DATABASE_URL to a server of yours'
  )
}

function reaches(account: Account, programs: string, folder: string): boolean {
  const args = ['-c', 'cd "$0" && exec "$1" --version', folder, path.join(programs, 'postgres')]
  return spawnSync('sh', args, { stdio: 'ignore', cwd: '/', ...account }).status === 0
}

/** `programs` and the libraries beside them, in a folder of root's that nobody else can have put there. */
function copied(programs: string, folder: string): string | undefined {
  const copy = path.join(folder, `nova-x-postgres-${versionOf(programs)}`)
  if (!isRoots(copy)) copyTo(copy, path.dirname(programs))
  return isRoots(copy) ? path.join(copy, path.basename(programs)) : undefined
}

/** Made beside its place and moved there whole; when another start was quicker, or somebody else's is there, dropped. */
function copyTo(copy: string, native: string): void {
  const half = `${copy}.${process.pid}`
  try {
    cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    execFileSync('chmod', ['-R', 'go+rX,go-w', half]) // Whatever the umask says: it shall be passable.
    renameSync(half, copy)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    // Full, not ours to write, or taken: whether the place can be used now is asked by the caller.
  } finally {
    rmSync(half, { recursive: true, force: true })
  }
}

function versionOf(programs: string): string {
  const text = readFileSync(path.join(programs, '..', '..', 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

function isRoots(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false })
  return found !== undefined && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0
}

/** Names under which the program knows `places`, and the open files that go with them into its `stdio` from 3 on. */
export type Handed = { readonly names: readonly string[]; readonly files: readonly number[] }

/** Calls `use` with the names for these places; what was opened for it is closed afterwards. */
export function handing<Result>(
  way: Passage,
  places: readonly string[],
  use: (handed: Handed) => Result
): Result {
  if (!way.byHand) return use({ names: places, files: [] })
  const files = places.map((place) => openSync(place, 'r'))
  try {
    return use({ names: files.map((_, index) => `/proc/self/fd/${3 + index}`), files })
  } finally {
    for (const file of files) closeSync(file)
  }
}
