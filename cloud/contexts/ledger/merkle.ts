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

/** A full subtree: `place` counts those of its size from 0. */
export type Subtree = Top & { readonly place: number }

/** The tree with one more leaf; logarithmic in its size. `full` is told of every subtree that this leaf completes. */
export function grown({ size, tops }: Tree, leaf: Buffer, full: (made: Subtree) => void = nobody): Tree {
  const left = [...tops]
  let last: Top = { leaves: 1, hash: leaf }
  for (let before = left.at(-1); before?.leaves === last.leaves; before = left.at(-1)) {
    last = { leaves: last.leaves * 2, hash: nodeHash(before.hash, last.hash) }
    left.pop()
    full({ ...last, place: (size + 1) / last.leaves - 1 })
  }
  return { size: size + 1, tops: [...left, last] }
}

const nobody = (): void => undefined

/** The Merkle tree hash; of no leaves it is SHA-256 of nothing. */
export function rootOf({ tops }: Tree): Buffer {
  const last = tops.at(-1)
  if (!last) return sha256()
  return tops.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), last.hash)
}

const largestPowerBelow = (size: number): number => 2 ** Math.floor(Math.log2(size - 1))

/** MTH of the leaves. */
export function treeHash(leaves: readonly Buffer[]): Buffer {
  return rootOf(leaves.reduce<Tree>((tree, leaf) => grown(tree, leaf), emptyTree))
}

/** Leaves from `from` to before `to`, as the path of a leaf takes them together. */
export type Range = { readonly from: number; readonly to: number }

/**
 * What stands beside the way from leaf `index` to the root of a tree of `size` leaves, lowest first; PATH is their hashes.
 * @throws RangeError when there is no such leaf
 */
export function siblingsOf(index: number, size: number): readonly Range[] {
  if (!Number.isInteger(index) || index < 0 || index >= size)
    throw new RangeError(`no leaf ${index} among ${size}`)
  const siblings: Range[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const split = from + largestPowerBelow(to - from)
    const isLeft = index < split
    siblings.push(isLeft ? { from: split, to } : { from, to: split })
    if (isLeft) to = split
    else from = split
  }
  return siblings.reverse()
}

/** The full subtrees that a range consists of, largest first. A range begins where one of its largest may. */
export function subtreesOf({ from, to }: Range): readonly Omit<Subtree, 'hash'>[] {
  const found: Omit<Subtree, 'hash'>[] = []
  for (let at = from; at < to;) {
    const leaves = 2 ** Math.floor(Math.log2(to - at))
    found.push({ leaves, place: at / leaves })
    at += leaves
  }
  return found
}

/** The root that a leaf and its path come to; undefined when the path is not as long as the tree is high. */
export function rootOfPath(
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[]
): Buffer | undefined {
  const siblings = siblingsOf(index, size)
  if (siblings.length !== path.length) return undefined
  return siblings.reduce((hash, { from }, level) => {
    const beside = path[level] ?? hash
    return from > index ? nodeHash(hash, beside) : nodeHash(beside, hash)
  }, leaf)
}

/**
 * PATH(index, leaves): the hashes beside the way from a leaf to the root, lowest first.
 * @throws RangeError when there is no such leaf
 */
export function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  return siblingsOf(index, leaves.length).map(({ from, to }) => treeHash(leaves.slice(from, to)))
}
