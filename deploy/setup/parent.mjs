import { spawnSync } from 'node:child_process'
import { codeOf, readIfThere } from './stamp.mjs'

const lookMs = 100

/**
 * Calls back once when the npm that started us is gone. It passes its signals to the shell between us, which dies
 * without a word to us: a `kill` of npm must stop the task all the same. Started without npm: never.
 * @param {() => void} gone
 */
export function whenAbandoned(gone) {
  const above = [process.ppid, parentOf(process.ppid)]
  const npm = above.find((pid) => pid > 1 && /(^|\/| )npm( |-cli|$)/.test(commandOf(pid)))
  if (npm === undefined || process.env['npm_lifecycle_event'] === undefined) return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell && isAlive(npm)) return
    clearInterval(timer)
    gone()
  }, lookMs)
  timer.unref()
}

/**
 * @param {number} pid
 * @returns {number} 0 when it cannot be told
 */
function parentOf(pid) {
  const status = readIfThere(`/proc/${pid}/status`)
  return Number(status === undefined ? ask(pid, 'ppid=') : /^PPid:\s*(\d+)/m.exec(status)?.[1]) || 0
}

/** @param {number} pid */
function commandOf(pid) {
  return readIfThere(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? ask(pid, 'args=')
}

/**
 * @param {number} pid
 * @param {string} what
 */
function ask(pid, what) {
  return spawnSync('ps', ['-o', what, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return codeOf(cause) === 'EPERM'
  }
}
