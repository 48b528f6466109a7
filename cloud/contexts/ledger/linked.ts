import type { AccountName, LedgerFault, Transfer } from './model.ts'

/** `exists`: all of them were there already, with the same content. */
export type Posted =
  | { readonly ok: true; readonly outcome: 'posted' | 'exists' }
  | { readonly ok: false; readonly fault: LedgerFault; readonly key: string }

/** Transfers that belong together, and when they happened. */
export type Linked = { readonly transfers: readonly Transfer[]; readonly at: string }

/** A refusal says why, and of which transfer. */
export const refused = (fault: LedgerFault, key: string): Posted => ({ ok: false, fault, key })

/** Ids of accounts by `nameOf`. */
export type Accounts = ReadonlyMap<string, number>
export const nameOf = (currency: string, { party, purpose }: AccountName): string =>
  JSON.stringify([currency, party, purpose])
