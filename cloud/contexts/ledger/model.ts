import { share, type Money } from '@nova/shared-protocol/units'

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

/** A party of a contract and its part in percent, a decimal text; all parts of a contract make 100. */
export type Share = AccountName & { readonly percent: string }

const percentDigits = 6

/** @throws RangeError when a percentage is no decimal or they do not add up to 100 */
export function weightsOf(shares: readonly Share[]): bigint[] {
  const weights = shares.map(({ percent }) => {
    const [, before = '', after = ''] = /^(\d{1,3})(?:\.(\d{1,6}))?$/.exec(percent) ?? []
    if (before === '') throw new RangeError(`not a percentage: ${percent}`)
    return BigInt(before + after.padEnd(percentDigits, '0'))
  })
  const sum = weights.reduce((all, each) => all + each, 0n)
  if (sum !== 100_000_000n)
    throw new RangeError(`shares make ${sum} millionths of a percent, not 100 percent`)
  return weights
}

/** Without a contract the operator gets all of it: nobody's share is guessed. */
export const operatorTakesAll: readonly Share[] = [{ party: 'operator', purpose: 'revenue', percent: '100' }]

type About = { readonly sessionId: string; readonly driver: string }
type Provided = About & { readonly paymentId: string; readonly provider: string }

const driverAccount = (driver: string): AccountName => ({ party: driver, purpose: 'account' })
const heldBy = (driver: string): AccountName => ({ party: driver, purpose: 'hold' })
const clearing = (provider: string): AccountName => ({ party: provider, purpose: 'clearing' })

const holdKey = (paymentId: string): string => `payment:${paymentId}:hold`

const between = (from: AccountName, to: AccountName, { amountMinor }: Money): Entry[] => [
  { ...from, amountMinor: 0 - amountMinor },
  { ...to, amountMinor }
]

/** The provider has promised the money: pending until captured or released. */
export function hold({ paymentId, provider, driver, sessionId }: Provided, amount: Money): Transfer[] {
  return [
    {
      key: holdKey(paymentId),
      kind: 'hold',
      phase: 'pending',
      resolves: null,
      currency: amount.currency,
      sessionId,
      memo: `hold at ${provider}`,
      entries: between(clearing(provider), heldBy(driver), amount)
    }
  ]
}

/** The used part of the hold is taken and settles the driver's account; the rest of the hold ends with it. */
export function capture({ paymentId, provider, driver, sessionId }: Provided, amount: Money): Transfer[] {
  const common = { kind: 'capture', currency: amount.currency, sessionId } as const
  return [
    {
      ...common,
      key: `payment:${paymentId}:capture`,
      phase: 'post',
      resolves: holdKey(paymentId),
      memo: `captured at ${provider}`,
      entries: between(clearing(provider), heldBy(driver), amount)
    },
    {
      ...common,
      key: `payment:${paymentId}:settle`,
      phase: 'posted',
      resolves: null,
      memo: 'settles the account',
      entries: between(heldBy(driver), driverAccount(driver), amount)
    }
  ]
}

/** Nothing was used: the hold ends without a posting. */
export function release({ paymentId, provider, sessionId }: Provided, currency: string): Transfer[] {
  return [
    {
      key: `payment:${paymentId}:release`,
      kind: 'release',
      phase: 'void',
      resolves: holdKey(paymentId),
      currency,
      sessionId,
      memo: `released at ${provider}`,
      entries: []
    }
  ]
}

/** What a session cost, from the driver's account to the parties of the contract. */
export function charge({ sessionId, driver }: About, total: Money, shares: readonly Share[]): Transfer[] {
  if (total.amountMinor === 0) return []
  return [
    {
      key: `session:${sessionId}:charge`,
      kind: 'charge',
      phase: 'posted',
      resolves: null,
      currency: total.currency,
      sessionId,
      memo: 'charging session',
      entries: [{ ...driverAccount(driver), amountMinor: 0 - total.amountMinor }, ...parts(total, shares)]
    }
  ]
}

/** Money back to the driver: each party returns in proportion to what it got from the charge. */
export function refund(
  { paymentId, provider, driver, sessionId, refundId }: Provided & { readonly refundId: string },
  amount: Money,
  charged: readonly Entry[]
): Transfer[] {
  const common = {
    kind: 'refund',
    phase: 'posted',
    resolves: null,
    currency: amount.currency,
    sessionId
  } as const
  const returned = share(
    amount,
    charged.map(({ amountMinor }) => BigInt(amountMinor))
  )
  const entries = charged.map(({ party, purpose }, index) => ({
    party,
    purpose,
    amountMinor: 0 - (returned[index]?.amountMinor ?? 0)
  }))
  return [
    {
      ...common,
      key: `payment:${paymentId}:refund:${refundId}:credit`,
      memo: 'parties return their parts',
      entries: [...withoutZero(entries), { ...driverAccount(driver), amountMinor: amount.amountMinor }]
    },
    {
      ...common,
      key: `payment:${paymentId}:refund:${refundId}`,
      memo: `refunded at ${provider}`,
      entries: between(driverAccount(driver), clearing(provider), amount)
    }
  ]
}

const withoutZero = (entries: readonly Entry[]): Entry[] =>
  entries.filter(({ amountMinor }) => amountMinor !== 0)

function parts(total: Money, shares: readonly Share[]): Entry[] {
  const amounts = share(total, weightsOf(shares))
  return withoutZero(
    shares.map(({ party, purpose }, index) => ({
      party,
      purpose,
      amountMinor: amounts[index]?.amountMinor ?? 0
    }))
  )
}
