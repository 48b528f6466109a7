import type { AccountName, LedgerFault, Transfer } from './model.ts'

/** `exists`: all of them were there already, with the same content. */
export type Posted =
  | { readonly ok: true; readonly outcome: 'posted' | 'exists' }
  | { readonly ok: false; readonly fault: LedgerFault; readonly key: string }

/** Transfers that belong together, and when they happened (RFC 3339, UTC, milliseconds). */
export type Linked = { readonly transfers: readonly Transfer[]; readonly at: string }

/** A refusal says why, and of which transfer. */
export const refused = (fault: LedgerFault, key: string): Posted => ({ ok: false, fault, key })

/** Separators cannot stand in a currency code, so that no two accounts share a name. */
export const nameOf = (currency: string, { party, purpose }: AccountName): string =>
  `${currency}\n${purpose}\n${party}`

/** Each account of the transfers once: currency, party and purpose by `nameOf`. */
export function namesOf(
  transfers: readonly Pick<Transfer, 'currency' | 'entries'>[]
): ReadonlyMap<string, readonly [currency: string, party: string, purpose: string]> {
  const names = new Map<string, readonly [string, string, string]>()
  for (const { currency, entries } of transfers) {
    for (const entry of entries) names.set(nameOf(currency, entry), [currency, entry.party, entry.purpose])
  }
  return names
}
