import type { Chance } from '../../world/chance.ts'

const mostChanges = 4
const deepest = 60

/** Values that broke readers elsewhere; those in `@…@` become bare words that no JSON.stringify would write. */
const junk: readonly [unknown, ...unknown[]] = [
  null,
  true,
  '',
  0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 31),
  '@1e400@',
  '@9007199254740993@',
  '@-0@',
  '@1.0@',
  '@NaN@',
  '@{"a":1,"a":2}@',
  '@{"__proto__":{"polluted":true}}@',
  '@"\\ud800"@',
  '\u0000',
  '\u202e',
  '1970-01-01T00:00:00Z',
  '2099-12-31T23:59:60+14:00',
  '2026-13-45T99:99:99Z',
  'constructor',
  'x'.repeat(300),
  '-1e-400',
  '0x10',
  ' 12 ',
  [],
  {},
  [null],
  Array.from({ length: 70 }, () => 0),
  '@deep@'
]
const deep = `${'['.repeat(deepest)}${']'.repeat(deepest)}`
const fragments = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\t',
  '\ufeff',
  '\u0000',
  '𝄞',
  '|',
  '-',
  '1e9',
  '&a',
  '*a',
  '? '
]

/** One to four changes to a good text: in its JSON tree where it has one, or in its letters. */
export function spoilText(text: string, chance: Chance): string {
  let spoiled = text
  for (let left = chance.between(1, mostChanges); left > 0; left--)
    spoiled = (chance.happens(0.6) ? inTree(spoiled, chance) : undefined) ?? inLetters(spoiled, chance)
  return spoiled
}

function inTree(text: string, chance: Chance): string | undefined {
  const from = text.search(/[[{]/)
  const tree = from === -1 ? undefined : parsed(text.slice(from))
  if (tree === undefined) return undefined
  const root = { tree }
  change(root, chance)
  const written = JSON.stringify(root.tree) ?? 'null'
  return (
    text.slice(0, from) + written.replaceAll('"@deep@"', deep).replaceAll(/"@((?:[^"@\\]|\\.)*)@"/g, bare)
  )
}

const bare = (_: string, escaped: string): string => JSON.parse(`"${escaped}"`) as string

function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined // Spoiled already: then its letters are changed.
  }
}

/** Walks down by chance and replaces, removes, doubles or adds what it finds there. */
function change(root: object, chance: Chance): void {
  let at = root as Record<string, unknown>
  let keys = Object.keys(at)
  for (;;) {
    const key = chance.pick([keys[0] ?? '0', ...keys])
    const below = at[key]
    const mayGoOn = typeof below === 'object' && below !== null && Object.keys(below).length > 0
    if (mayGoOn && chance.happens(0.8)) {
      at = below as Record<string, unknown>
      keys = Object.keys(at)
    } else return put(at, key, chance)
  }
}

function put(at: Record<string, unknown>, key: string, chance: Chance): void {
  switch (chance.between(0, 4)) {
    case 0:
      delete at[key]
      return
    case 1:
      at[chance.pick(['extra', 'toString', key])] = structuredClone(at[key])
      return
    case 2:
      if (Array.isArray(at)) at.push(at[0])
      else at[key] = [at[key], at[key]]
      return
    default:
      at[key] = chance.pick(junk)
  }
}

function inLetters(text: string, chance: Chance): string {
  const from = chance.between(0, text.length)
  const to = Math.min(text.length, from + chance.between(0, 12))
  switch (chance.between(0, 4)) {
    case 0:
      return text.slice(0, from) + text.slice(to)
    case 1:
      return text.slice(0, to) + text.slice(from)
    case 2:
      return text.slice(0, from)
    case 3:
      return text.slice(0, from) + String.fromCharCode(chance.between(0, 0x2fff)) + text.slice(from + 1)
    default:
      return text.slice(0, from) + chance.pick(['"', ...fragments]) + text.slice(from)
  }
}

/** One to four changes to good bytes: bits, boundary values, pieces lost, doubled or cut off. */
export function spoilBytes(bytes: Uint8Array, chance: Chance): Uint8Array {
  let spoiled = bytes
  for (let left = chance.between(1, mostChanges); left > 0; left--) spoiled = spoilOnce(spoiled, chance)
  return spoiled
}

function spoilOnce(bytes: Uint8Array, chance: Chance): Uint8Array {
  const at = chance.between(0, bytes.length)
  switch (chance.between(0, 5)) {
    case 0:
      return joined(
        bytes.subarray(0, at),
        [(bytes[at] ?? 0) ^ (1 << chance.between(0, 7))],
        bytes.subarray(at + 1)
      )
    case 1:
      return joined(bytes.subarray(0, at), [chance.pick([0, 0xff, 0x7f, 0x80, 1, 3])], bytes.subarray(at + 1))
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at + chance.between(1, 6)))
    case 3:
      return joined(bytes.subarray(0, at + chance.between(1, 40)), bytes.subarray(at))
    case 4:
      return bytes.subarray(0, at)
    default:
      return joined(
        bytes,
        Array.from({ length: chance.between(1, 300) }, () => chance.between(0, 255))
      )
  }
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
