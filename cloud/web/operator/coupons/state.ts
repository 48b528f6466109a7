export type CouponState = 'valid' | 'later' | 'over' | 'used-up'

type Coupon = {
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly uses: number
  readonly mostUses: number
}

/** Whether anybody may bring it now, by the rule of the cloud: from its begin, before its end, no more often than it may. */
export function couponState({ validFrom, validUntil, uses, mostUses }: Coupon, now: number): CouponState {
  if (validUntil !== null && Date.parse(validUntil) <= now) return 'over'
  if (uses >= mostUses) return 'used-up'
  return validFrom !== null && Date.parse(validFrom) > now ? 'later' : 'valid'
}
