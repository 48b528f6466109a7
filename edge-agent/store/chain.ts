import { hash as digest } from 'node:crypto'
import { chainText, type EdgeEvent } from '@nova/shared-protocol/messages'

/** Chain value (32 bytes) after `event`, given the 32 bytes before it. */
export function chained(before: Uint8Array, event: EdgeEvent): Buffer {
  return digest('sha256', chainText(hex(before), event), 'buffer')
}

export const hex = (hash: Uint8Array): string =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex')
