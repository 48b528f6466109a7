import type { Acted, Known } from '../../contexts/payments/provider.ts'

/** The port that the payments context declares; each folder here is one who keeps it. */
export type * from '../../contexts/payments/provider.ts'

/** @returns the last 32 hexadecimal digits of our reference: the longest that every provider takes as an order number */
export const shortReference = (reference: string): string => reference.slice(-36).replaceAll('-', '')

/** @returns the uuid behind a short reference; undefined when it is none */
export function uuidOf(short: string): string | undefined {
  const [, ...parts] =
    /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(short) ?? []
  return parts.length === 5 ? parts.join('-') : undefined
}

/** Base64 as it is written: spare bits or characters would let two texts stand for one signature. */
export const isBase64 = (text: string): boolean =>
  text !== '' && Buffer.from(text, 'base64').toString('base64') === text

/** @returns the tenant of our reference */
export const tenantOf = (reference: string): string => reference.slice(0, -37)

export const refused = (code: string, detail: string): Acted => ({ kind: 'refused', code, detail })
export const unknown = (detail: string): Acted => ({ kind: 'unknown', detail: detail.slice(0, 500) })
export const done = (known: Known): Acted => ({ kind: 'done', known })
