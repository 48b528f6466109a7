import { namedModels, survey, valuesOf, type Block, type Values } from '@nova/shared-protocol/codecs/sunspec'
import { answerMs } from '../keep-polling.ts'
import { ModbusFault, type Link } from '../link.ts'

/** What a model tells is its role: a device has at most one block in each. */
export const roles = namedModels
export type Role = keyof typeof roles

/** What a device says in each role; absent: it has no such model. */
export type Said = { readonly [Each in Role]?: Values<(typeof roles)[Each]> }

/** Where a device's models lie; of several of a kind, the first. */
export type Found = ReadonlyMap<Role, Block>

const wordsAtMost = 125 // One Modbus read; all points that we use lie in it.

/** Walks the device's list of models. @throws Error when it has none, or what the line throws */
export async function findModels(link: Link): Promise<Found> {
  const walk = survey()
  let step = walk.next()
  while (step.done !== true) step = walk.next(await readOrNull(link, step.value.start, step.value.count))
  if (!step.value.ok) throw new Error(`this is no SunSpec device: ${step.value.fault}`)
  const found = new Map<Role, Block>()
  for (const block of step.value.blocks) {
    const role = roleOf(block.id)
    if (role !== undefined && !found.has(role)) found.set(role, block)
  }
  return found
}

function roleOf(id: number): Role | undefined {
  const isIt = (role: string): role is Role => {
    const ids: readonly number[] = roles[role as Role].ids
    return ids.includes(id)
  }
  return Object.keys(roles).find(isIt)
}

/** A refused read says that nothing lies there; a silent device says nothing. */
async function readOrNull(link: Link, start: number, count: number): Promise<readonly number[] | null> {
  try {
    return await link.read({ kind: 'read', from: 'holding', start, count }, answerMs)
  } catch (cause) {
    if (cause instanceof ModbusFault && cause.fault === 'exception') return null
    throw cause
  }
}

/** Reads the models of these roles that the device has. @throws what the line throws */
export async function hear(link: Link, found: Found, wanted: readonly Role[]): Promise<Said> {
  const said: Partial<Record<Role, unknown>> = {}
  for (const role of wanted) {
    const block = found.get(role)
    if (block === undefined) continue
    const count = Math.min(wordsAtMost, block.length + 2)
    const words = await link.read({ kind: 'read', from: 'holding', start: block.start, count }, answerMs)
    said[role] = valuesOf(roles[role], words)
  }
  return said as Said
}
