/** Chance that a seed repeats exactly: a failing run is a seed, and the seed becomes a test. */
export type Chance = {
  /** Uniform in [0, 1). */
  real(): number
  /** Uniform integer in [0, bound). */
  below(bound: number): number
  /** Uniform integer in [from, to], both included. */
  between(from: number, to: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  /** True with the given probability. */
  happens(probability: number): boolean
  /** A stream of its own, so that one actor's draws do not shift another's. */
  branch(name: string): Chance
}

/** sfc32 (Chris Doty-Humphrey's small fast counter), seeded through splitmix; 2^32 seeds, period above 2^64. */
export function chanceFrom(seed: number): Chance {
  const next = smallFastCounter(seed)
  const real = () => next() / 2 ** 32
  const below = (bound: number) => Math.floor(real() * bound)
  return {
    real,
    below,
    between: (from, to) => from + below(to - from + 1),
    pick: (items) => items[below(items.length)] ?? items[0],
    happens: (probability) => real() < probability,
    branch: (name) => chanceFrom(hashOf(`${seed}/${name}`))
  }
}

function smallFastCounter(seed: number): () => number {
  const mix = splitMix(seed)
  let [a, b, c, counter] = [mix(), mix(), mix(), 1]
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next() // The first draws still remember the seed.
  return next
}

function splitMix(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}
