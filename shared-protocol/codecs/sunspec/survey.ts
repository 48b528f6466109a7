import { headWords } from './model.ts'

/** A model as found in a device: `start` is the register of its id; `length` counts those behind the length. */
export type Block = { readonly id: number; readonly start: number; readonly length: number }

/** Registers to read next. The answer is their values, or null when the device refuses. */
export type Ask = { readonly start: number; readonly count: number }

export type Survey =
  | { readonly ok: true; readonly base: number; readonly blocks: readonly Block[] }
  | { readonly ok: false; readonly fault: 'no-sunspec' | 'no-models' | 'endless' }

const bases = [40_000, 50_000, 0] as const // Where the mark may stand, in the order to be tried.
const mark = [0x5375, 0x6e53] as const // "SunS"
const endId = 0xffff
const blocksAtMost = 64 // More than any device has: a chain that goes on is no chain.

/**
 * Finds the models of a device: mark, then id and length, one block behind the other, to the end mark. The
 * block's own length leads to the next one, whatever the definition says (model 1 is seen with 65 and 66).
 * A device that refuses to read where the next block would begin has ended its list without a mark.
 */
export function* survey(): Generator<Ask, Survey, readonly number[] | null> {
  for (const base of bases) {
    const head = yield { start: base, count: mark.length }
    if (head?.[0] === mark[0] && head[1] === mark[1]) return yield* chain(base)
  }
  return { ok: false, fault: 'no-sunspec' }
}

function* chain(base: number): Generator<Ask, Survey, readonly number[] | null> {
  const blocks: Block[] = []
  let start = base + mark.length
  while (start + headWords <= 0x1_0000) {
    const head = yield { start, count: headWords }
    const [id = endId, length = 0] = head ?? []
    if (id === endId) break
    if (blocks.length === blocksAtMost) return { ok: false, fault: 'endless' }
    blocks.push({ id, start, length })
    start += headWords + length
  }
  return blocks.length > 0 ? { ok: true, base, blocks } : { ok: false, fault: 'no-models' }
}
