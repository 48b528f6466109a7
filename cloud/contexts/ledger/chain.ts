import { createHash } from 'node:crypto'
import type { Transfer } from './model.ts'

/** A transfer as it stands in the chain. */
export type Chained = Transfer & { readonly tenantId: string; readonly sequence: number; readonly at: string }

/** What comes before the first transfer. */
export const firstHash = '0'.repeat(64)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Content without place and time: equal for a repetition of the same transfer. */
export function digestOf({
  key,
  kind,
  phase,
  resolves,
  currency,
  sessionId,
  memo,
  entries
}: Transfer): string {
  const lines = entries.map(({ party, purpose, amountMinor }) => [party, purpose, amountMinor])
  return sha256(JSON.stringify([key, kind, phase, resolves, currency, sessionId, memo, lines]))
}

/** h(n) = SHA-256(h(n−1) ‖ canonical transfer n); field order is fixed here for good. */
export function hashOf(before: string, transfer: Chained): string {
  const { tenantId, sequence, at } = transfer
  return sha256(`${before}\n${JSON.stringify([tenantId, sequence, at, digestOf(transfer)])}`)
}
