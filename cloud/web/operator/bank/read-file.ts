/** The longest statement that the cloud takes, in characters. */
export const longestStatement = 5_000_000

const utf16 = (bytes: Uint8Array): string | undefined => {
  const mark = `${bytes[0] ?? ''} ${bytes[1] ?? ''}`
  return mark === '255 254' ? 'utf-16le' : mark === '254 255' ? 'utf-16be' : undefined
}

/**
 * An XML file as text, in the encoding that its bytes or its first line name (XML 1.0 §4.3.3), else UTF-8; every
 * character is kept, so that its digest is that of a UTF-8 file. Null where the bytes are not in that encoding.
 */
export function xmlText(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const named = /^[^<]*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]
  try {
    return new TextDecoder(utf16(bytes) ?? named ?? 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null // An encoding that nobody knows, or other bytes than it says: the page says so.
  }
}
