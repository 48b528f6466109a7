/** How a value lies in registers. The high word comes first unless `wordsSwapped`. */
export type Kind = 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64'

export const wordsOf: Readonly<Record<Kind, number>> = {
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  float32: 2,
  float64: 4
}

/** @returns the number as the registers hold it, NaN and infinities too: what they mean is the reader's matter */
export function readNumber(registers: readonly number[], kind: Kind, wordsSwapped = false): number {
  const words = wordsSwapped ? registers.toReversed() : registers
  if (words.length !== wordsOf[kind]) throw new RangeError(`${kind} needs ${wordsOf[kind]} registers`)
  const view = new DataView(new ArrayBuffer(8))
  words.forEach((word, index) => view.setUint16(index * 2, word))
  switch (kind) {
    case 'uint16':
      return view.getUint16(0)
    case 'int16':
      return view.getInt16(0)
    case 'uint32':
      return view.getUint32(0)
    case 'int32':
      return view.getInt32(0)
    case 'float32':
      return view.getFloat32(0)
    case 'float64':
      return view.getFloat64(0)
  }
}

/** The registers that hold this number; integers are cut to their width as the wire would. */
export function writeNumber(value: number, kind: Kind, wordsSwapped = false): number[] {
  const view = new DataView(new ArrayBuffer(8))
  put(view, value, kind)
  const words = Array.from({ length: wordsOf[kind] }, (_, index) => view.getUint16(index * 2))
  return wordsSwapped ? words.toReversed() : words
}

function put(view: DataView, value: number, kind: Kind): void {
  switch (kind) {
    case 'uint16':
    case 'int16':
      return view.setInt16(0, value)
    case 'uint32':
    case 'int32':
      return view.setInt32(0, value)
    case 'float32':
      return view.setFloat32(0, value)
    case 'float64':
      return view.setFloat64(0, value)
  }
}
