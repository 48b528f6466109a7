import { createSign, createVerify, type KeyObject } from 'node:crypto'
import { isBase64 } from '../port.ts'

/** Parameters that have a value, sorted by name, `name=value` joined by `&`, values as they are (not encoded). */
export const signedText = (fields: ReadonlyMap<string, string>, without: readonly string[]): string =>
  [...fields]
    .filter(([name, value]) => value !== '' && !without.includes(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

/** RSA2 is RSA-SHA256 with PKCS #1 padding, in Base64. */
export const sign = (text: string, privateKey: KeyObject): string =>
  createSign('RSA-SHA256').update(text, 'utf8').sign(privateKey, 'base64')

export const isSigned = (text: string, signature: string, publicKey: KeyObject): boolean =>
  isBase64(signature) &&
  createVerify('RSA-SHA256').update(text, 'utf8').verify(publicKey, signature, 'base64')

/**
 * The signature of an answer covers the characters of its node as they came.
 * @returns node and signature; undefined when the answer has another form
 */
export function signedNode(text: string, method: string): { node: string; signature: string } | undefined {
  const name = `"${method.replaceAll('.', '_')}_response"`
  const before = text.indexOf(name)
  const start = text.indexOf('{', before + name.length)
  if (before === -1 || start === -1) return undefined
  const end = endOf(text, start)
  const signature = /"sign"\s*:\s*"([A-Za-z0-9+/=\\]+)"/.exec(text.slice(0, before) + text.slice(end))?.[1]
  return signature === undefined
    ? undefined
    : { node: text.slice(start, end), signature: signature.replaceAll('\\', '') }
}

/** Behind the brace that closes the one at `start`; braces inside texts do not count. */
function endOf(text: string, start: number): number {
  let [depth, inText] = [0, false]
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (inText && char === '\\') at++
    else if (char === '"') inText = !inText
    else if (!inText && char === '{') depth++
    else if (!inText && char === '}' && --depth === 0) return at + 1
  }
  return text.length
}
