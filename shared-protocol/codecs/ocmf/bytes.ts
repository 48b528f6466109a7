const hexShape = /^(?:[0-9a-f]{2})+$/i
const base64Shape = /^[A-Za-z0-9+/_-]+={0,2}$/
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const valueOf = new Map(
  [...alphabet.split(''), '-', '_'].map((letter, index) => [letter, [62, 63][index - 64] ?? index])
)

/** Hexadecimal text to bytes; spaces and colons between digits are what people paste. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/[\s:]/g, '')
  if (!hexShape.test(digits)) return undefined
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16)
  )
}

export const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Base64 text (RFC 4648, also the URL alphabet, padding or not) to bytes. */
export function fromBase64(text: string): Uint8Array | undefined {
  const letters = text.replaceAll(/\s/g, '')
  if (!base64Shape.test(letters)) return undefined
  const bare = letters.replace(/=+$/, '')
  if (bare.length % 4 === 1) return undefined
  const made: number[] = []
  let [bits, held] = [0, 0]
  for (const letter of bare) {
    bits = ((bits << 6) | (valueOf.get(letter) ?? 0)) & 0xff_ff
    held += 6
    if (held >= 8) {
      held -= 8
      made.push((bits >> held) & 0xff)
    }
  }
  return Uint8Array.from(made)
}

/** UTF-8 bytes to text; undefined when they are none. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decodeURIComponent([...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
  } catch (cause) {
    if (cause instanceof URIError) return undefined
    throw cause
  }
}
