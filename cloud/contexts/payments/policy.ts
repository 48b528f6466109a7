import type { Tx } from '../../db/index.ts'

/** What a tenant has decided about payments; `providers` null: all that the program knows. */
export type Policy = {
  readonly providers: readonly string[] | null
  readonly confirmAboveMinor: number | null
  readonly twoPeopleAboveMinor: number | null
  readonly marginPercent: number
  /** Whether a difference after a correction is taken where the payer has agreed to that; else it is a debt. */
  readonly laterCharges: 'never' | 'with-consent'
  /** Kept of what goes back from a wallet to where it came from. */
  readonly walletRefundFeePercent: number
}

const unset: Policy = {
  providers: null,
  confirmAboveMinor: null,
  twoPeopleAboveMinor: null,
  marginPercent: 5,
  laterCharges: 'never',
  walletRefundFeePercent: 0
}

export async function readPolicy(tx: Tx): Promise<Policy> {
  const row = await tx.maybe<Policy>(
    `select providers, confirm_above_minor as "confirmAboveMinor", two_people_above_minor as "twoPeopleAboveMinor",
       margin_percent as "marginPercent", later_charges as "laterCharges",
       wallet_refund_fee_percent as "walletRefundFeePercent" from payment_settings`
  )
  return row ?? unset
}

/** The tenant's first word on what is offered; what it has decided since stays. */
export const offerFirst = async (tx: Tx, providers: readonly string[]): Promise<unknown> =>
  tx.query(
    'insert into payment_settings (tenant_id, providers) values (nova_tenant(), $1) on conflict do nothing',
    [providers]
  )

export const savePolicy = async (tx: Tx, policy: Policy): Promise<unknown> =>
  tx.query(
    `insert into payment_settings (tenant_id, providers, confirm_above_minor, two_people_above_minor, margin_percent,
       later_charges, wallet_refund_fee_percent)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6) on conflict (tenant_id) do update set providers = excluded.providers,
       confirm_above_minor = excluded.confirm_above_minor, two_people_above_minor = excluded.two_people_above_minor,
       margin_percent = excluded.margin_percent, later_charges = excluded.later_charges,
       wallet_refund_fee_percent = excluded.wallet_refund_fee_percent`,
    [
      policy.providers,
      policy.confirmAboveMinor,
      policy.twoPeopleAboveMinor,
      policy.marginPercent,
      policy.laterCharges,
      policy.walletRefundFeePercent
    ]
  )
