import { hash } from 'node:crypto'
import type { Transfer } from './model.ts'

/** A transfer's place in the chain: whose, the how-manieth, when, and the digest of what it says. */
export type Link = {
  readonly tenantId: string
  readonly sequence: number
  readonly at: string
  readonly digest: string
}

/** What comes before the first transfer. */
export const firstHash = '0'.repeat(64)

const sha256 = (text: string): string => hash('sha256', text, 'hex')

/** Content without place and time, as the digest and the proof of an entry state it; the order is fixed for good. */
export function contentOf(transfer: Transfer): string {
  const { key, kind, phase, resolves, currency, sessionId, memo, entries } = transfer
  const lines = entries.map(({ party, purpose, amountMinor }) => [party, purpose, amountMinor])
  return JSON.stringify([key, kind, phase, resolves, currency, sessionId, memo, lines])
}

/** Equal for a repetition of the same transfer. */
export const digestOf = (transfer: Transfer): string => sha256(contentOf(transfer))

/** What the chain says of a transfer; also the leaf of the tenant's Merkle tree. */
export const linkText = ({ tenantId, sequence, at, digest }: Link): string =>
  JSON.stringify([tenantId, sequence, at, digest])

/** h(n) = SHA-256(h(n−1) ‖ link n). */
export const hashOf = (before: string, link: Link): string => sha256(`${before}\n${linkText(link)}`)
