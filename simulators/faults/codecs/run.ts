import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { chanceOf } from '../../world/chance.ts'
import { Broken, type Codec } from './codec.ts'
import { spoilBytes, spoilText } from './mutate.ts'

const slowMs = 50 // Reliability §4, row 7: an input that holds the event loop longer is an attack.
const mostGrownMb = 20
const looksAgain = 5 // A machine that does something else for a moment is no slow reader.
const shownChars = 400
const warmUp = 20_000 // Inputs after which the compiled code is there and memory has its size.

export type Verdict = {
  readonly codec: string
  readonly inputs: number
  readonly undeclared: number
  readonly broken: number
  readonly slow: number
  readonly slowestMs: number
  /** What is held longer at the end than after the warm-up; `rssGrownMb` has V8's nursery in it, which is not held. */
  readonly grownMb: number
  readonly rssGrownMb: number
  /** Number, error and beginning of the first input that broke something: with the seed it can be made again. */
  readonly first: { readonly input: number; readonly cause: string; readonly text: string } | null
}

export const isHeld = ({ undeclared, broken, slow, grownMb }: Verdict): boolean =>
  undeclared + broken + slow === 0 && grownMb <= mostGrownMb

/** Reads its share of so many spoiled inputs. The input of a number depends on the seed and the number alone. */
export async function fuzz(
  codec: Codec,
  run: { readonly seed: number; readonly count: number }
): Promise<Verdict> {
  const sum = { undeclared: 0, broken: 0, slow: 0, slowestMs: 0, first: null as Verdict['first'] }
  const count = Math.max(1, Math.round(run.count * codec.share))
  let start = settled()
  for (let number = 0; number < count; number++) {
    if (number === warmUp) start = settled()
    const input = inputOf(codec, run.seed, number)
    const { cause, tookMs } = await readOnce(codec, input)
    sum.slowestMs = Math.max(sum.slowestMs, tookMs)
    if (tookMs > slowMs && (await isSlow(codec, input))) sum.slow += 1
    if (cause === undefined) continue
    if (cause instanceof Broken) sum.broken += 1
    else sum.undeclared += 1
    sum.first ??= { input: number, cause: worded(cause), text: shown(input) }
  }
  const end = settled()
  codec.end?.()
  return {
    codec: codec.name,
    inputs: count,
    ...sum,
    grownMb: Math.max(0, end.heldMb - start.heldMb),
    rssGrownMb: Math.max(0, end.rssMb - start.rssMb)
  }
}

export function inputOf(codec: Codec, seed: number, number: number): string | Uint8Array {
  const chance = chanceOf(seed).fork(`${codec.name}/${number}`)
  const [first = '', ...others] = codec.good
  const good = chance.pick([first, ...others])
  return typeof good === 'string' ? spoilText(good, chance) : spoilBytes(good, chance)
}

async function readOnce(
  codec: Codec,
  input: string | Uint8Array
): Promise<{ readonly cause: unknown; readonly tookMs: number }> {
  const begun = performance.now()
  try {
    const read = codec.read(input)
    if (read instanceof Promise) await read
    return { cause: undefined, tookMs: performance.now() - begun }
  } catch (cause) {
    const tookMs = performance.now() - begun
    return { cause: codec.declared(cause) ? undefined : (cause ?? 'nothing was thrown'), tookMs }
  }
}

async function isSlow(codec: Codec, input: string | Uint8Array): Promise<boolean> {
  for (let look = 0; look < looksAgain; look++)
    if ((await readOnce(codec, input)).tookMs <= slowMs) return false
  return true
}

const worded = (cause: unknown): string => (cause instanceof Error ? String(cause) : JSON.stringify(cause))

const shown = (input: string | Uint8Array): string =>
  (typeof input === 'string' ? JSON.stringify(input) : Buffer.from(input).toString('hex')).slice(
    0,
    shownChars
  )

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Memory in megabytes once everything that nobody holds has gone. */
function settled(): { readonly heldMb: number; readonly rssMb: number } {
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heldMb: (heapUsed + external) / 1e6, rssMb: rss / 1e6 }
}
