import type { SignedValue } from '@nova/shared-protocol/model'
import { isPlaced, type KeyedFact, type Session } from './session.ts'

/**
 * Signed records of a session, each told once however often the charger sends it: also after the end, for some
 * chargers sign it only then. A session at a connector that cannot be has none: its message goes to a person whole.
 */
export function signedFacts(
  session: Session,
  { signed = [] }: { readonly signed?: readonly SignedValue[] }
): KeyedFact[] {
  if (!isPlaced(session)) return []
  const { sessionId, chargerId } = session
  return signed.map((each) => ({
    key: `signed/${sessionId}/${each.raw.length}/${checksum(each.raw)}`,
    fact: { kind: 'session.signed.v1', sessionId, chargerId, signed: each }
  }))
}

/** Tells the few records of one session apart (FNV-1a, twice); what is proof, the cloud's digest decides. */
function checksum(text: string): string {
  let [forward, backward] = [0x811c9dc5, 0x811c9dc5]
  for (let index = 0; index < text.length; index++) {
    forward = Math.imul(forward ^ text.charCodeAt(index), 0x01000193) >>> 0
    backward = Math.imul(backward ^ text.charCodeAt(text.length - 1 - index), 0x01000193) >>> 0
  }
  return `${forward.toString(16)}${backward.toString(16)}`
}
