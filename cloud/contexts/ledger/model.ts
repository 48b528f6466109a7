/** Who, and what for: `driver:d1`/`account`, `platform`/`fees`, `bank`/`clearing`. */
export type AccountName = { readonly party: string; readonly purpose: string }

/** A credit when positive (the party is owed), a debit when negative. Whole minor units, never 0. */
export type Entry = AccountName & { readonly amountMinor: number }

/** The closed list of what a transfer can be. */
export const transferKinds = [
  'hold',
  'capture',
  'release',
  'charge',
  'refund',
  'adjustment',
  'top-up',
  'chargeback',
  'settlement',
  'payout',
  'hold-back',
  'fee',
  'tax',
  'rounding',
  'fx',
  'contract'
] as const
export type TransferKind = (typeof transferKinds)[number]
/** A `note` moves nothing: a fact, such as a contract, that takes its place in the chain. */
export type Phase = 'posted' | 'pending' | 'post' | 'void' | 'note'

/** `key` comes from facts (session, phase), so that a repetition carries the same one. */
export type Transfer = {
  readonly key: string
  readonly kind: TransferKind
  readonly phase: Phase
  readonly resolves: string | null // Key of the pending transfer that this posts or voids.
  readonly currency: string
  readonly sessionId: string | null
  readonly memo: string
  readonly entries: readonly Entry[]
}

/** The closed list of reasons for which a transfer is refused. */
export type LedgerFault =
  | 'unbalanced'
  | 'too-few-entries'
  | 'not-whole-minor-units'
  | 'same-key-other-content'
  | 'hold-not-found'
  | 'hold-already-resolved'
  | 'exceeds-hold'
  | 'insufficient-balance'

/** Purposes whose balance, less what pending transfers have set aside of it, never goes below zero. */
export const isGuarded = ({ purpose }: AccountName): boolean => purpose === 'hold' || purpose === 'wallet'

/** What is wrong with a transfer taken alone; undefined when nothing is. */
export function faultOf({ entries, phase }: Transfer): LedgerFault | undefined {
  if (entries.some(({ amountMinor }) => !Number.isSafeInteger(amountMinor) || amountMinor === 0))
    return 'not-whole-minor-units'
  if (phase === 'void' || phase === 'note' ? entries.length > 0 : entries.length < 2) return 'too-few-entries'
  return entries.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n) === 0n
    ? undefined
    : 'unbalanced'
}

export const creditsOf = (entries: readonly { readonly amountMinor: number }[]): number =>
  entries.reduce((sum, { amountMinor }) => sum + Math.max(0, amountMinor), 0)

/** What each party got from a charge, and what refunds have taken back of it, line by line. */
export type Charged = { readonly parts: readonly Entry[]; readonly returned: readonly Entry[] }
