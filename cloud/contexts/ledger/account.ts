import type { AccountName } from './model.ts'

/** The accounts there are, by what stands on them; one each a currency. Guarded: `hold` and `wallet`. */
export const account = {
  /** What a driver owes (below zero) or is owed. */
  driver: (driver: string): AccountName => ({ party: driver, purpose: 'account' }),
  /** Prepaid balance. */
  wallet: (driver: string): AccountName => ({ party: driver, purpose: 'wallet' }),
  /** What a provider has promised of a driver's money. */
  hold: (driver: string): AccountName => ({ party: driver, purpose: 'hold' }),
  operator: { party: 'operator', purpose: 'revenue' },
  siteHost: (site: string): AccountName => ({ party: `site-host:${site}`, purpose: 'revenue' }),
  grid: (operator: string): AccountName => ({ party: `grid:${operator}`, purpose: 'energy' }),
  platform: { party: 'platform', purpose: 'fees' },
  tax: (name: string): AccountName => ({ party: `tax:${name}`, purpose: 'payable' }),
  roaming: (partner: string): AccountName => ({ party: `roaming:${partner}`, purpose: 'clearing' }),
  /** What a payment provider has of ours. */
  clearing: (provider: string): AccountName => ({ party: provider, purpose: 'clearing' }),
  /** Both sides of an exchange stand here, each in its currency. */
  fx: { party: 'fx', purpose: 'liquidity' },
  fxClearing: { party: 'fx', purpose: 'clearing' },
  fxSpread: { party: 'fx', purpose: 'spread' },
  suspense: { party: 'platform', purpose: 'suspense' },
  writeOff: { party: 'platform', purpose: 'write-off' },
  rounding: { party: 'platform', purpose: 'rounding' }
} as const satisfies Readonly<Record<string, AccountName | ((name: string) => AccountName)>>
