import { createHash } from 'node:crypto'

// RFC 6962 §2.1: SHA-256 with 0x00 before a leaf and 0x01 before a node, so that neither can pass for the other.

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest()
}
const leafMark = Buffer.of(0)
const nodeMark = Buffer.of(1)

export const leafHash = (text: string): Buffer => sha256(leafMark, Buffer.from(text, 'utf8'))
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(nodeMark, left, right)

/** A tree that only grows: the roots of its full subtrees, largest first. */
export type Tree = { readonly size: number; readonly tops: readonly Top[] }
type Top = { readonly leaves: number; readonly hash: Buffer }

export const emptyTree: Tree = { size: 0, tops: [] }

/** The tree with one more leaf; logarithmic in its size. */
export function grown({ size, tops }: Tree, leaf: Buffer): Tree {
  const left = [...tops]
  let last: Top = { leaves: 1, hash: leaf }
  for (let before = left.at(-1); before?.leaves === last.leaves; before = left.at(-1)) {
    last = { leaves: last.leaves * 2, hash: nodeHash(before.hash, last.hash) }
    left.pop()
  }
  return { size: size + 1, tops: [...left, last] }
}

/** The Merkle tree hash; of no leaves it is SHA-256 of nothing. */
export function rootOf({ tops }: Tree): Buffer {
  const last = tops.at(-1)
  if (!last) return sha256()
  return tops.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), last.hash)
}

const largestPowerBelow = (size: number): number => 2 ** Math.floor(Math.log2(size - 1))

/** MTH of the leaves. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  return rootOf(leaves.reduce(grown, emptyTree))
}

/**
 * PATH(index, leaves): the hashes beside the way from a leaf to the root, lowest first.
 * @throws RangeError when there is no such leaf
 */
export function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`no leaf ${index} among ${leaves.length}`)
  if (leaves.length === 1) return []
  const split = largestPowerBelow(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...pathOf(index, left), treeHash(right)]
    : [...pathOf(index - split, right), treeHash(left)]
}
