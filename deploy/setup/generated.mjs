import { existsSync } from 'node:fs'
import path from 'node:path'
import { runQuietly } from './commands.mjs'
import { root, say } from './places.mjs'
import { hashOf, readIfThere, writeStamp } from './stamp.mjs'
import { pinnedNode } from './toolchain.mjs'

/**
 * Code and pages that are made, not written. Add a step here: what it reads decides when it runs again.
 * @typedef {{ name: string, only?: 'web', script: string[], cwd: string, reads: string[], makes: string }} Step
 * @type {readonly Step[]}
 */
export const steps = [
  {
    name: 'OCPP schema validators',
    script: ['edge-agent/drivers/ocpp/schemas/generate.ts'],
    cwd: '.',
    reads: ['edge-agent/drivers/ocpp/schemas', 'node_modules/ocpp-rpc/package.json'],
    makes: 'edge-agent/drivers/ocpp/schemas/generated'
  },
  {
    name: 'web pages',
    only: 'web',
    script: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
    cwd: 'cloud/web',
    reads: ['cloud/web', 'package-lock.json'],
    makes: 'cloud/web/dist'
  }
]

const generateMs = 5 * 60_000

/**
 * @param {Step} step
 * @returns {boolean}
 */
export function isMade(step) {
  if (!exists(step)) return true
  return existsSync(path.join(root, step.makes)) && readIfThere(stampOf(step)) === hashOf(inputs(step))
}

/** @param {Step} step */
export function make(step) {
  if (isMade(step)) return
  say(`making ${step.name}`)
  const [script = '', ...args] = step.script
  const hash = hashOf(inputs(step)) // Before the run: a source edited meanwhile makes the next set-up run it again.
  runQuietly([pinnedNode(), path.join(root, script), ...args], {
    cwd: path.join(root, step.cwd),
    failed: `${step.name} could not be made`,
    timeoutMs: generateMs
  })
  writeStamp(stampOf(step), hash)
}

/** @param {Step} step A part of the house that is not built yet needs nothing made. */
function exists(step) {
  const [script = ''] = step.script
  return (
    existsSync(path.join(root, script)) &&
    (step.only !== 'web' || existsSync(path.join(root, step.cwd, 'index.html')))
  )
}

/** @param {Step} step */
function inputs(step) {
  return step.reads.map((place) => path.join(root, place))
}

/** @param {Step} step */
function stampOf(step) {
  return path.join(root, 'node_modules', '.nova-made', step.name.replaceAll(' ', '-'))
}
