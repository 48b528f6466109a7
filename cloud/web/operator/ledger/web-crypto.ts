import type { Crypto } from './proof.ts'

/** The browser's own SHA-256 and Ed25519; undefined where the page was not loaded safely (plain http from afar). */
export function browserCrypto(): Crypto | undefined {
  const subtle = (globalThis.crypto as { readonly subtle?: SubtleCrypto } | undefined)?.subtle
  if (!subtle) return undefined
  return {
    sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', new Uint8Array(bytes))),
    signed: async (key, signature, text) => {
      const known = await subtle.importKey('raw', new Uint8Array(key), 'Ed25519', false, ['verify'])
      return subtle.verify('Ed25519', known, new Uint8Array(signature), new Uint8Array(text))
    }
  }
}
