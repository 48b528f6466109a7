import { account } from './account.ts'
import type { AccountName, Transfer, TransferKind } from './model.ts'

export type Decided = {
  readonly breakId: string
  readonly class: string
  readonly remedy: string
  readonly provider: string | null
  readonly currency: string | null
  readonly differenceMinor: number
  readonly sessionId: string | null
  readonly note: string
  readonly by: readonly string[]
}

/** What the books know of a break's matter before it is decided. */
export type Known = {
  /** Whom the session was charged to; asked for breaks without a provider. */
  readonly driver: string | undefined
  /** The one payment it is about, with its provider; undefined when there is none or several. */
  readonly payment: { readonly id: string; readonly provider: string } | undefined
  /** What of the excess stands in suspense already, because the payment itself was seen to differ. */
  readonly suspendedMinor: number
}

const remedies: Readonly<Record<string, (provider: string) => AccountName>> = {
  suspense: () => account.suspense,
  // Until the provider has sent it back, see `surplusReturned`.
  refund: () => account.suspense,
  'write-off': () => account.writeOff,
  claim: (provider) => ({ party: provider, purpose: 'claims' })
}

/** The key under which a payment's excess is brought into suspense, here or by payments themselves: once. */
export const excessKey = (paymentId: string, provider: string | null): string =>
  `payment:${paymentId}:suspense:${provider === null ? 'account' : 'clearing'}`

/**
 * What two people decided about a break: what the provider has beyond our books, or lacks, is brought onto its clearing
 * account and stands in suspense, as a claim or written off. Refunds and bills are other contexts' postings. An excess
 * that payments have brought into suspense already is not brought there again: it goes on from there.
 */
export function remedied(decided: Decided, known: Known): Transfer[] {
  const { currency, differenceMinor: minor } = decided
  const sides = sidesOf(decided, known.driver)
  if (sides === undefined || currency === null || minor === 0) return []
  const whole = { ...sides, minor, currency }
  return isExcess(decided, known) ? byWayOfSuspense(decided, known, whole) : [move(decided, whole)]
}

const isExcess = ({ class: broken, differenceMinor }: Decided, { payment, suspendedMinor }: Known): boolean =>
  broken === 'amount' && differenceMinor > 0 && (payment !== undefined || suspendedMinor > 0)

function byWayOfSuspense(decided: Decided, { payment, suspendedMinor }: Known, whole: Move): Transfer[] {
  const rest = Math.max(0, whole.minor - suspendedMinor)
  const arriving = { ...whole, to: account.suspense, minor: rest }
  const first =
    payment !== undefined && suspendedMinor === 0
      ? intoSuspense(payment, decided, arriving)
      : move(decided, arriving, ':rest')
  const onward = move(decided, { ...whole, from: account.suspense })
  return [...(rest === 0 ? [] : [first]), ...(whole.to === account.suspense ? [] : [onward])]
}

type Move = {
  readonly from: AccountName
  readonly to: AccountName
  readonly minor: number
  readonly currency: string
}

const between = (from: AccountName, to: AccountName, minor: number) => [
  { ...from, amountMinor: 0 - minor },
  { ...to, amountMinor: minor }
]

const adjustment = { kind: 'adjustment' satisfies TransferKind, phase: 'posted', resolves: null } as const

const move = (
  { breakId, remedy, sessionId, note, by }: Decided,
  { from, to, minor, currency }: Move,
  step = ''
): Transfer => ({
  ...adjustment,
  key: `break:${breakId}${step}`,
  sessionId,
  memo: `${remedy}, by ${by.join(' and ')}: ${note}`.slice(0, 500),
  currency,
  entries: between(from, to, minor)
})

/** The same content as payments give it, so that whoever comes second finds it there. */
const intoSuspense = (
  { id, provider }: NonNullable<Known['payment']>,
  decided: Decided,
  { from, to, minor, currency }: Move
): Transfer => ({
  ...adjustment,
  key: excessKey(id, decided.provider),
  sessionId: null,
  memo: `taken above what was asked at ${provider}`,
  currency,
  entries: between(from, to, minor)
})

type Sides = { readonly from: AccountName; readonly to: AccountName }

/** Without a provider the surplus stands on the driver's account: it is written off, or sent back by a refund. */
function sidesOf({ remedy, provider }: Decided, driver: string | undefined): Sides | undefined {
  if (provider === null)
    return remedy === 'write-off' && driver !== undefined
      ? { from: account.driver(driver), to: account.writeOff }
      : undefined
  const to = remedies[remedy]
  return to === undefined ? undefined : { from: account.clearing(provider), to: to(provider) }
}
