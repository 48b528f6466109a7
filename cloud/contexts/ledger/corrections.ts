import type { Money } from '@nova/shared-protocol/units'
import { account } from './account.ts'
import type { AccountName, Entry, Transfer } from './model.ts'

type Base = Pick<Transfer, 'key' | 'kind' | 'memo' | 'sessionId'>

const posted = (base: Base, currency: string, entries: readonly Entry[]): Transfer => ({
  ...base,
  phase: 'posted',
  resolves: null,
  currency,
  entries: entries.filter(({ amountMinor }) => amountMinor !== 0)
})

type Credit = { readonly sessionId: string; readonly correctionId: string; readonly driver: string }

/**
 * A bill is taken back: each party and the tax office return what they got of it, to the last unit. What refunds have
 * taken from them stands beside it; what of that is counted for the correction they get back, see `uncounted`.
 */
export function credited(
  { sessionId, correctionId, driver }: Credit,
  currency: string,
  parts: readonly Entry[]
): Transfer[] {
  const amountMinor = parts.reduce((sum, part) => sum + part.amountMinor, 0)
  if (amountMinor === 0) return []
  return [
    posted(
      {
        key: `session:${sessionId}:credit:${correctionId}`,
        kind: 'adjustment',
        memo: 'credit of a bill',
        sessionId
      },
      currency,
      [
        ...parts.map((part) => ({ ...part, amountMinor: 0 - part.amountMinor })),
        { ...account.driver(driver), amountMinor }
      ]
    )
  ]
}

type Exchange = {
  readonly conversionId: string
  readonly reference: string
  readonly sold: Money
  readonly bought: Money
  readonly spread: Money
}

/** Two linked transfers through the liquidity of each currency; the spread is one of its own. */
export function exchanged({ conversionId, reference, sold, bought, spread }: Exchange): Transfer[] {
  const base = { kind: 'fx', sessionId: null, memo: reference } as const
  const between = (from: AccountName, to: AccountName, amountMinor: number): Entry[] => [
    { ...from, amountMinor: 0 - amountMinor },
    { ...to, amountMinor }
  ]
  const legs = [
    ['sold', sold, account.fxClearing, account.fx],
    ['bought', bought, account.fx, account.fxClearing],
    ['spread', spread, account.fx, account.fxSpread]
  ] as const
  return legs.flatMap(([leg, { currency, amountMinor }, from, to]) =>
    amountMinor === 0
      ? []
      : [posted({ ...base, key: `fx:${conversionId}:${leg}` }, currency, between(from, to, amountMinor))]
  )
}

type Returned = {
  readonly breakId: string
  readonly refundId: string
  readonly provider: string
  readonly amount: Money
}

/** What a provider took beside our books is with its payer again: it leaves suspense. */
export const returned = ({ breakId, refundId, provider, amount }: Returned): Transfer[] => [
  posted(
    {
      key: `break:${breakId}:returned:${refundId}`,
      kind: 'refund',
      sessionId: null,
      memo: `refunded at ${provider}`
    },
    amount.currency,
    [
      { ...account.suspense, amountMinor: 0 - amount.amountMinor },
      { ...account.clearing(provider), amountMinor: amount.amountMinor }
    ]
  )
]
