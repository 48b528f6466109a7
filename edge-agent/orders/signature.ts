import { verify, type KeyObject } from 'node:crypto'

/** @returns a check of Ed25519 signatures (base64) by the cloud's command key */
export function commandCheck(key: KeyObject): (text: string, signature: string) => boolean {
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
}
