const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789' // Without 0 O 1 l I: it is typed off a screen.

/**
 * A station password: 24 letters from 55, 138 bits, well above the 16 characters that OCPP asks for at least.
 * @param bytes random bytes; those that would favour some letters are skipped
 */
export function passwordFrom(bytes: Uint8Array, length = 24): string {
  const fair = Math.floor(256 / letters.length) * letters.length
  const drawn = Array.from(bytes)
    .filter((byte) => byte < fair)
    .map((byte) => letters[byte % letters.length])
  if (drawn.length < length) throw new RangeError(`${bytes.length} random bytes are not enough`)
  return drawn.slice(0, length).join('')
}
