import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { findProgram, isProgram, runQuietly } from './commands.mjs'
import { root, say, SetUpFault, toolchain } from './places.mjs'

/** @typedef {{ version: string, sha256: Record<string, string>, archive: Record<string, string> }} Release */

const own = path.join(toolchain, 'bin', 'nats-server')
const aptMs = 5 * 60_000
const downloadMs = 5 * 60_000

/** @returns {string | undefined} the nats-server to run: NOVA_NATS_SERVER, ours, or the machine's */
export function natsServer() {
  const named = process.env['NOVA_NATS_SERVER']
  if (named !== undefined && named !== '') return isProgram(named) ? named : undefined
  return isProgram(own) ? own : findProgram('nats-server')
}

/** Brings a nats-server: Debian's package unpacked (no root needed), installed when root, or the official release. */
export function bringNatsServer() {
  if (natsServer() !== undefined) return
  const refused = []
  for (const [name, way] of ways) {
    try {
      way()
      if (natsServer() !== undefined) return
    } catch (cause) {
      if (!(cause instanceof SetUpFault)) throw cause
      refused.push(`  ${name}: ${cause.message.split('\n').join('\n    ')}`)
    }
  }
  throw new SetUpFault(
    [
      'there is no nats-server (2.9 or later) on this machine, and none could be brought.',
      'Install it (Debian, Ubuntu: apt-get install nats-server; macOS: brew install nats-server; else nats.io/download),',
      'or name one with NOVA_NATS_SERVER. What was tried:',
      ...refused
    ].join('\n')
  )
}

/** @type {readonly (readonly [string, () => void])[]} */
const ways = [
  ["the system's package, unpacked beside us", unpackDebian],
  ["the system's package", installDebian],
  ['the official release', downloadRelease]
]

/** The signed package without installing it: nothing on the system changes and no service starts on our port. */
function unpackDebian() {
  if (findProgram('apt-get') === undefined || findProgram('dpkg-deb') === undefined) {
    throw new SetUpFault('this system has no apt-get')
  }
  say("bringing nats-server from the system's package archive into .toolchain")
  inScratch((scratch) => {
    const lists = path.join(scratch, 'lists')
    mkdirSync(path.join(lists, 'partial'), { recursive: true })
    mkdirSync(path.join(scratch, 'archives', 'partial'), { recursive: true })
    const apart = Object.entries({
      'Dir::State': scratch,
      'Dir::State::lists': lists,
      'Dir::State::status': '/var/lib/dpkg/status',
      'Dir::Cache': scratch,
      'Debug::NoLocking': '1',
      'APT::Sandbox::User': ''
    }).flatMap(([key, value]) => ['-o', `${key}=${value}`])
    const how = { cwd: scratch, failed: 'apt-get could not bring the package', timeoutMs: aptMs }
    runQuietly(['apt-get', ...apart, '-qq', 'update'], how)
    runQuietly(['apt-get', ...apart, '-qq', 'download', 'nats-server'], how)
    const archive = readdirSync(scratch).find((file) => file.endsWith('.deb'))
    if (archive === undefined) throw new SetUpFault('apt-get brought no package')
    runQuietly(['dpkg-deb', '-x', archive, 'unpacked'], how)
    keep(path.join(scratch, 'unpacked', 'usr', 'sbin', 'nats-server'))
  })
}

function installDebian() {
  if (process.getuid?.() !== 0) throw new SetUpFault('installing it needs root')
  if (findProgram('apt-get') === undefined) throw new SetUpFault('this system has no apt-get')
  say('installing nats-server (apt-get)')
  const how = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    failed: 'apt-get could not install it',
    timeoutMs: aptMs
  }
  runQuietly(['apt-get', '-qq', 'update'], how)
  runQuietly(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'nats-server'], how)
}

function downloadRelease() {
  const text = readFileSync(path.join(root, 'deploy', 'setup', 'nats-release.json'), 'utf8')
  const release = /** @type {Release} */ (JSON.parse(text))
  const machine = `${process.platform}-${process.arch}`
  const [sha256, archive] = [release.sha256[machine], release.archive[machine]]
  if (sha256 === undefined || archive === undefined) throw new SetUpFault(`no checked release for ${machine}`)
  say(`bringing nats-server ${release.version} (official release)`)
  inScratch((scratch) => {
    const name = `nats-server-v${release.version}-${archive}`
    const file = path.join(scratch, 'nats-server.tar.gz')
    const address = `https://github.com/nats-io/nats-server/releases/download/v${release.version}/${name}.tar.gz`
    fetchTo(address, file)
    checkHash(file, sha256)
    const how = { cwd: scratch, failed: 'the release could not be unpacked', timeoutMs: downloadMs }
    runQuietly(['tar', '-xzf', file], how)
    keep(path.join(scratch, name, 'nats-server'))
  })
}

/**
 * In a process of its own, since set-up goes one step after the other.
 * @param {string} address
 * @param {string} file
 */
function fetchTo(address, file) {
  const script =
    'const [,a,f]=process.argv;fetch(a).then(async r=>{if(!r.ok)throw new Error("HTTP "+r.status);' +
    'require("fs").writeFileSync(f,Buffer.from(await r.arrayBuffer()))})'
  runQuietly([process.execPath, '-e', script, address, file], {
    failed: `${address} could not be fetched`,
    timeoutMs: downloadMs
  })
}

/**
 * @param {string} file
 * @param {string} sha256 hex
 */
export function checkHash(file, sha256) {
  const found = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (found !== sha256)
    throw new SetUpFault(`the download is not what was published: sha256 ${found}, not ${sha256}`)
}

/** @param {(scratch: string) => void} work */
function inScratch(work) {
  mkdirSync(toolchain, { recursive: true })
  const scratch = mkdtempSync(path.join(toolchain, 'scratch-'))
  try {
    work(scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** @param {string} program moved into place whole, or not at all */
function keep(program) {
  mkdirSync(path.dirname(own), { recursive: true })
  copyFileSync(program, `${own}.new`)
  renameSync(`${own}.new`, own)
}
