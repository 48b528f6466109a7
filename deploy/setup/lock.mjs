import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { say, SetUpFault, toolchain } from './places.mjs'
import { codeOf } from './stamp.mjs'

const pauseMs = 200
const patienceMs = 15 * 60_000 // The longest honest set-up seen: Chromium and all packages over a slow line.
const graceMs = 5_000 // Between making the lock and writing its owner into it.

/**
 * One set-up at a time in a checkout. A lock whose owner is gone is taken over.
 * @template Result
 * @param {() => Result} work
 * @returns {Result}
 */
export function alone(work) {
  const lock = path.join(toolchain, 'set-up.lock')
  mkdirSync(toolchain, { recursive: true })
  take(lock)
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** @param {string} lock */
function take(lock) {
  const startedAt = Date.now()
  for (let told = false; !made(lock); told = true) {
    const owner = ownerOf(lock)
    const waitedMs = Date.now() - startedAt
    if (waitedMs > patienceMs)
      throw new SetUpFault(`another set-up (process ${owner}) still holds ${lock}: remove it`)
    if (isLeft(owner, waitedMs)) takeOver(lock, owner)
    else if (!told && owner !== undefined) say(`waiting for another set-up (process ${owner})`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
  }
}

/**
 * @param {number | undefined} owner
 * @param {number} waitedMs
 */
function isLeft(owner, waitedMs) {
  return owner === undefined ? waitedMs > graceMs : !isAlive(owner)
}

/**
 * Only one of those who wait may clear a left lock, and only while it is still the one they saw.
 * @param {string} lock
 * @param {number | undefined} owner
 */
function takeOver(lock, owner) {
  const right = `${lock}.taking-over`
  if (!made(right)) return
  if (ownerOf(lock) === owner) rmSync(lock, { recursive: true, force: true })
  rmSync(right, { recursive: true, force: true })
}

/** @param {string} lock */
function made(lock) {
  try {
    mkdirSync(lock)
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw cause
  }
  writeFileSync(path.join(lock, 'owner'), String(process.pid))
  return true
}

/**
 * @param {string} lock
 * @returns {number | undefined}
 */
function ownerOf(lock) {
  try {
    return Number(readFileSync(path.join(lock, 'owner'), 'utf8')) || undefined
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw cause
  }
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
