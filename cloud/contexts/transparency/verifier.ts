import { createHash, createPublicKey, verify as verifySignature, type KeyObject } from 'node:crypto'
import type { Verify } from '@nova/shared-protocol/codecs/ocmf'

/** The question of the codec, answered by OpenSSL; a key or signature that it cannot read proves nothing. */
export const verify: Verify = ({ text, hash, form, signature, spkiHex }) => {
  const key = publicKey(spkiHex)
  if (!key) return false
  const dsaEncoding = form === 'der' ? 'der' : 'ieee-p1363'
  return verifySignature(hash, Buffer.from(text, 'utf8'), { key, dsaEncoding }, signature)
}

function publicKey(spkiHex: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spkiHex, 'hex'), format: 'der', type: 'spki' })
  } catch (cause) {
    // A point that is not on its curve.
    if (cause instanceof Error && 'code' in cause) return undefined
    throw cause
  }
}

/** Whether OpenSSL takes the key at all: asked when somebody enters it. */
export const isUsable = (spkiHex: string): boolean => publicKey(spkiHex) !== undefined

export const digestOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
