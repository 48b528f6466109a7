const shape = /^\s*([+-]?)(\d{1,18})(?:\.(\d{0,18}))?(?:[eE]([+-]?\d{1,2}))?\s*$/

/** `digits` × 10^-`scale`. */
export type Exact = { readonly digits: bigint; readonly scale: number }

/** A decimal text as meters write it ("00000000.000", "      49.440", "2.10720"); undefined when it is none. */
export function exact(text: string): Exact | undefined {
  const parts = text.length <= 60 ? shape.exec(text) : null
  if (!parts) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts
  const size = BigInt(`${whole}${fraction}`)
  const scale = fraction.length - Number(exponent)
  const digits = sign === '-' ? -size : size
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

/** The same number with at least so many places. */
const widened = ({ digits, scale }: Exact, to: number): bigint => digits * 10n ** BigInt(to - scale)

export function difference(from: Exact, to: Exact): Exact {
  const scale = Math.max(from.scale, to.scale)
  return { digits: widened(to, scale) - widened(from, scale), scale }
}

/** Moves the point to the right: kWh to Wh is 3. */
export const shifted = ({ digits, scale }: Exact, by: number): Exact =>
  scale >= by ? { digits, scale: scale - by } : { digits: digits * 10n ** BigInt(by - scale), scale: 0 }

/** Without zeros that say nothing: 700.0 is "700". */
export function written({ digits, scale }: Exact): string {
  const size = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const [whole, fraction] = [
    size.slice(0, size.length - scale),
    size.slice(size.length - scale).replace(/0+$/, '')
  ]
  const text = fraction === '' ? whole : `${whole}.${fraction}`
  return digits < 0n ? `-${text}` : text
}
