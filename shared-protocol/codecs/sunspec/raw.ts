import type { Kind } from './model.ts'

type Numeric = Exclude<Kind, 'string'>

/** What each kind shows when it is not implemented; an accumulator shows 0, a float any NaN. */
const missing: Readonly<Record<Numeric, readonly number[]>> = {
  uint16: [0xffff],
  int16: [0x8000],
  enum16: [0xffff],
  bitfield16: [0xffff],
  sunssf: [0x8000],
  uint32: [0xffff, 0xffff],
  int32: [0x8000, 0],
  acc32: [0, 0],
  bitfield32: [0xffff, 0xffff],
  float32: [0x7fc0, 0],
  uint64: [0xffff, 0xffff, 0xffff, 0xffff],
  acc64: [0, 0, 0, 0]
}

/** @returns the number, or null when it is not implemented, not finite or beyond exact counting (2^53) */
export function numberOf(words: readonly number[], as: Numeric): number | null {
  if (words.every((word, index) => word === missing[as][index])) return null
  const value = counted(viewOf(words), as)
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : null
}

function counted(view: DataView, as: Numeric): number {
  switch (as) {
    case 'int16':
    case 'sunssf':
      return view.getInt16(0)
    case 'uint16':
    case 'enum16':
    case 'bitfield16':
      return view.getUint16(0)
    case 'int32':
      return view.getInt32(0)
    case 'uint32':
    case 'acc32':
    case 'bitfield32':
      return view.getUint32(0)
    case 'float32':
      return view.getFloat32(0)
    case 'uint64':
    case 'acc64':
      return Number(view.getBigUint64(0))
  }
}

/**
 * The registers of a number; null: not implemented.
 * @throws RangeError when it does not fit its kind, or would mean "not implemented": the caller's mistake
 */
export function registersOf(value: number | null, as: Numeric): readonly number[] {
  if (value === null) return missing[as]
  const view = new DataView(new ArrayBuffer(8))
  if (as !== 'float32' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no ${as}`)
  put(view, value, as)
  const words = missing[as].map((_, index) => view.getUint16(index * 2))
  const back = numberOf(words, as)
  const same = as === 'float32' ? back === Math.fround(value) : back === value
  if (!same && !(value === 0 && isCounter(as))) throw new RangeError(`${value} does not fit ${as}`)
  return words
}

const isCounter = (as: Numeric): boolean => as === 'acc32' || as === 'acc64'

function put(view: DataView, value: number, as: Numeric): void {
  switch (missing[as].length) {
    case 1:
      return view.setInt16(0, value)
    case 2:
      return as === 'float32' ? view.setFloat32(0, value) : view.setInt32(0, value)
    default:
      return view.setBigInt64(0, BigInt(value))
  }
}

function viewOf(words: readonly number[]): DataView {
  const view = new DataView(new ArrayBuffer(8))
  words.forEach((word, index) => view.setUint16(index * 2, word))
  return view
}

/** @returns null when nothing is written in it; it ends at the first NUL, blanks around it are padding */
export function textOf(words: readonly number[]): string | null {
  const letters = words.flatMap((word) => [word >> 8, word & 0xff])
  const end = letters.indexOf(0)
  const text = String.fromCharCode(...(end < 0 ? letters : letters.slice(0, end))).trim()
  return text === '' ? null : text
}

/** @throws RangeError when the text is longer than its registers or has letters beyond a byte */
export function registersOfText(text: string | null, words: number): readonly number[] {
  const letters = Array.from(text ?? '', (letter) => letter.codePointAt(0) ?? 0)
  if (letters.length > words * 2 || letters.some((letter) => letter < 1 || letter > 0xff))
    throw new RangeError(`"${text}" does not fit ${words} registers`)
  return Array.from({ length: words }, (_, at) => ((letters[at * 2] ?? 0) << 8) | (letters[at * 2 + 1] ?? 0))
}
