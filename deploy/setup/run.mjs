import path from 'node:path'
import { handOver } from './commands.mjs'
import { isMade, make, steps } from './generated.mjs'
import { alone } from './lock.mjs'
import { bringNatsServer, natsServer } from './nats-server.mjs'
import { bringPackages, hasPackages } from './packages.mjs'
import { root, SetUpFault, toolchain } from './places.mjs'
import { listOfTasks, tasks } from './tasks.mjs'
import { bringNode, hasPinnedNode, pinnedNode } from './toolchain.mjs'

const oldestNode = 18
const killed = 137 // 128 and SIGKILL: the task had no chance to clear up after itself.

process.exitCode = await main(process.argv.slice(2)).catch(tell)

/**
 * @param {readonly string[]} words task and its arguments
 * @returns {Promise<number>} exit code
 */
async function main([name = '', ...args]) {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    throw new SetUpFault(`Node ${oldestNode} or later is needed to begin; this is ${process.version}`)
  }
  const task = tasks.get(name)
  if (task === undefined) throw new SetUpFault(`unknown task "${name}". There are:\n${listOfTasks()}`)
  if (task.bare) {
    const [script = ''] = task.command
    return handOver([process.execPath, path.join(root, script), ...args], {
      cwd: process.cwd(),
      env: process.env
    })
  }
  const needed = needsOf(task, args)
  if (!isSetUp(needed)) alone(() => setUp(needed))
  const [script, ...first] = task.command
  if (script === undefined) return 0
  const node = pinnedNode()
  const env = environment(node)
  const words = [...flagsOf(task), path.join(root, script), ...first, ...args]
  const code = await handOver([node, ...words], { cwd: root, env })
  if (code === killed && task.afterKill !== undefined) {
    await handOver([node, path.join(root, task.afterKill)], { cwd: root, env })
  }
  return code
}

/** @param {import('./tasks.mjs').Task} task */
function flagsOf({ flags = [] }) {
  return flags
}

/**
 * A task that was asked for a part only (`npm test -- tariff`) need not wait for what that part does not use.
 * @param {import('./tasks.mjs').Task} task
 * @param {readonly string[]} args
 * @returns {readonly import('./tasks.mjs').Extra[]}
 */
function needsOf(task, args) {
  const { onlyFor } = task
  if (onlyFor === undefined || args.length === 0) return task.needs
  return task.needs.filter((need) => args.some((arg) => onlyFor[need].test(arg)))
}

/** @param {readonly import('./tasks.mjs').Extra[]} needs */
function isSetUp(needs) {
  return (
    hasPinnedNode() &&
    hasPackages() &&
    (!needs.includes('nats') || natsServer() !== undefined) &&
    stepsOf(needs).every(isMade)
  )
}

/** @param {readonly import('./tasks.mjs').Extra[]} needs */
function setUp(needs) {
  bringNode()
  bringPackages()
  if (needs.includes('nats')) bringNatsServer()
  for (const step of stepsOf(needs)) make(step)
}

/** @param {readonly import('./tasks.mjs').Extra[]} needs */
function stepsOf(needs) {
  return steps.filter((step) => step.only === undefined || needs.includes(step.only))
}

/**
 * The pinned Node first, so that whatever the task starts by name is the same one.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
function environment(node) {
  const nats = natsServer()
  return {
    NODE_COMPILE_CACHE: path.join(toolchain, 'compile-cache'), // Halves the time that our programs take to load.
    ...process.env,
    PATH: [path.dirname(node), process.env['PATH']].filter(Boolean).join(path.delimiter),
    ...(nats === undefined ? {} : { NOVA_NATS_SERVER: nats })
  }
}

/**
 * @param {unknown} cause
 * @returns {number}
 */
function tell(cause) {
  if (!(cause instanceof SetUpFault)) throw cause
  process.stderr.write(`set-up: ${cause.message}\n`)
  return 1
}
