import type { Money } from '@nova/shared-protocol/units'
import { account } from './account.ts'
import type { AccountName, Charged, Entry, Transfer } from './model.ts'
import { returnedAfter } from './split.ts'

type About = { readonly sessionId: string; readonly driver: string }
type Provided = About & { readonly paymentId: string; readonly provider: string }

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
      entries: between(account.clearing(provider), account.hold(driver), amount)
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
      entries: between(account.clearing(provider), account.hold(driver), amount)
    },
    {
      ...common,
      key: `payment:${paymentId}:settle`,
      phase: 'posted',
      resolves: null,
      memo: 'settles the account',
      entries: between(account.hold(driver), account.driver(driver), amount)
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

/** Tax as the bill states it; it is nobody's income. */
export type TaxPart = { readonly name: string; readonly taxMinor: number }

/**
 * What a session cost, from the driver's account to the tax office and the parties of the contract.
 * @param parts of the net, as the contract splits it
 */
export function charge(
  { sessionId, driver }: About,
  total: Money,
  parts: readonly Entry[],
  taxes: readonly TaxPart[] = []
): Transfer[] {
  if (total.amountMinor === 0) return []
  const taxed = taxes.map(({ name, taxMinor }) => ({
    party: `tax:${name}`,
    purpose: 'payable',
    amountMinor: taxMinor
  }))
  return [
    {
      key: `session:${sessionId}:charge`,
      kind: 'charge',
      phase: 'posted',
      resolves: null,
      currency: total.currency,
      sessionId,
      memo: 'charging session',
      entries: [
        { ...account.driver(driver), amountMinor: 0 - total.amountMinor },
        ...parts,
        ...withoutZero(taxed)
      ]
    }
  ]
}

/**
 * Money back to the driver: each party returns in proportion to what it got from the charge, so that what all refunds
 * together took from it is the split of their sum, and a full refund leaves nothing behind.
 */
export function refund(
  about: Refunded,
  { amount, fromPartiesMinor = amount.amountMinor }: Returned,
  charged: Charged
): Transfer[] {
  const { paymentId, provider, driver, refundId } = about
  const returning = { currency: amount.currency, amountMinor: fromPartiesMinor }
  return [
    ...partiesReturn(about, returning, charged, 'credit'),
    {
      ...asRefund(about, amount.currency),
      key: `payment:${paymentId}:refund:${refundId}`,
      memo: `refunded at ${provider}`,
      entries: between(account.driver(driver), account.clearing(provider), amount)
    }
  ]
}

type Refunded = Provided & { readonly refundId: string }
/** `fromPartiesMinor`: what of it the parties have not returned already, because the bill was corrected. */
type Returned = { readonly amount: Money; readonly fromPartiesMinor?: number | undefined }

const asRefund = ({ sessionId }: About, currency: string) =>
  ({ kind: 'refund', phase: 'posted', resolves: null, currency, sessionId }) as const

/**
 * A refund stands for a part of a correction: the parties returned both, and get this back. Below 0: it no longer does.
 * `change` tells one such turn of a refund from the next.
 */
export function uncounted(
  about: Refunded & { readonly change: string },
  { currency, amountMinor }: Money,
  charged: Charged
): Transfer[] {
  return partiesReturn(
    about,
    { currency, amountMinor: 0 - amountMinor },
    charged,
    `counted:${about.change}:credit`
  )
}

/** In proportion to the bill that stands; where none does, to what they returned before. */
function partiesReturn(
  about: Refunded,
  { currency, amountMinor: total }: Money,
  { parts, returned }: Charged,
  step: string
): Transfer[] {
  if (total === 0) return []
  const before = returned.reduce((sum, part) => sum + part.amountMinor, 0)
  const isBilled = parts.some(({ amountMinor }) => amountMinor !== 0)
  const after = returnedAfter(isBilled ? parts : returned, currency, before + total)
  const entries = after.map(({ party, purpose, amountMinor }, index) => ({
    party,
    purpose,
    amountMinor: (returned[index]?.amountMinor ?? 0) - amountMinor
  }))
  return [
    {
      ...asRefund(about, currency),
      key: `payment:${about.paymentId}:refund:${about.refundId}:${step}`,
      memo: total > 0 ? 'parties return their parts' : 'returned once already, with a correction',
      entries: [...withoutZero(entries), { ...account.driver(about.driver), amountMinor: total }]
    }
  ]
}

const withoutZero = (entries: readonly Entry[]): Entry[] =>
  entries.filter(({ amountMinor }) => amountMinor !== 0)
