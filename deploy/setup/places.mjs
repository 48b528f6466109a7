import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. Everything that set-up makes lies below it. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

/** What set-up brings from outside: Node, nats-server. Git-ignored; may be deleted at any time. */
export const toolchain = path.join(root, '.toolchain')

/** A fault that the person at the keyboard can do something about: shown without a stack. */
export class SetUpFault extends Error {}

/** @param {string} line What is being done now; on stderr, so that stdout belongs to the task. */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`)
}
