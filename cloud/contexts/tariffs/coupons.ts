import type { Tx } from '../../db/index.ts'

export type Coupon = {
  readonly code: string
  readonly name: string // What prices ask for.
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly mostUses: number
  readonly uses: number
  readonly createdAt: string
}

/** Typed on a telephone: case and blanks say nothing. */
export const codeOf = (typed: string): string => typed.replaceAll(/\s/g, '').toUpperCase()

const columns = `code, name, valid_from as "validFrom", valid_until as "validUntil", most_uses as "mostUses",
  (select count(*) from coupon_uses u where u.code = c.code) as uses, created_at as "createdAt"`

export const couponBy = async (tx: Tx, code: string): Promise<Coupon | undefined> =>
  tx.maybe<Coupon>(`select ${columns} from coupons c where code = $1`, [codeOf(code)])

export const listCoupons = async (tx: Tx, after: string, limit: number): Promise<Coupon[]> =>
  tx.query<Coupon>(`select ${columns} from coupons c where code > $1 order by code limit $2`, [after, limit])

export type NewCoupon = Omit<Coupon, 'uses' | 'createdAt'> & { readonly madeBy: string }

/** @returns false when the code stands already */
export async function makeCoupon(tx: Tx, coupon: NewCoupon): Promise<boolean> {
  const { code, name, validFrom, validUntil, mostUses, madeBy } = coupon
  const made = await tx.query(
    `insert into coupons (tenant_id, code, name, valid_from, valid_until, most_uses, made_by)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6) on conflict do nothing returning code`,
    [codeOf(code), name, validFrom, validUntil, mostUses, madeBy]
  )
  return made.length > 0
}

export type CouponChange = {
  /** From then on nobody may bring it; who has, keeps it. */
  readonly validUntil?: string | undefined
  readonly mostUses?: number | undefined
}

/** @returns false when there is no such coupon */
export async function changeCoupon(tx: Tx, code: string, change: CouponChange): Promise<boolean> {
  const changed = await tx.query(
    `update coupons set valid_until = coalesce($2, valid_until), most_uses = coalesce($3, most_uses)
     where code = $1 returning code`,
    [codeOf(code), change.validUntil ?? null, change.mostUses ?? null]
  )
  return changed.length > 0
}

export type CouponUse = { readonly driverId: string; readonly sessionId: string; readonly usedAt: string }

/** Who has brought it to which session, newest first. */
export const usesOf = async (tx: Tx, code: string, limit: number): Promise<CouponUse[]> =>
  tx.query<CouponUse>(
    `select driver_id as "driverId", session_id as "sessionId", used_at as "usedAt" from coupon_uses
     where code = $1 order by used_at desc, driver_id limit $2`,
    [codeOf(code), limit]
  )

export type CouponFault = 'coupon-unknown' | 'coupon-not-valid' | 'coupon-used' | 'coupon-used-up'
export type Use = {
  readonly code: string
  readonly driverId: string
  readonly at: string
}

/** Whether a driver may bring it at that instant. @returns its name, or why not */
export async function couponFor(
  tx: Tx,
  { code, driverId, at }: Use
): Promise<{ readonly name: string } | { readonly fault: CouponFault }> {
  const coupon = await couponBy(tx, code)
  if (!coupon) return { fault: 'coupon-unknown' }
  const [now, from, until] = [at, coupon.validFrom, coupon.validUntil].map((each) =>
    each === null ? null : Date.parse(each)
  )
  const isValid = (from ?? -Infinity) <= (now ?? 0) && (now ?? 0) < (until ?? Infinity)
  if (!isValid) return { fault: 'coupon-not-valid' }
  const own = await tx.maybe('select from coupon_uses where code = $1 and driver_id = $2', [
    coupon.code,
    driverId
  ])
  if (own) return { fault: 'coupon-used' }
  return coupon.uses < coupon.mostUses ? { name: coupon.name } : { fault: 'coupon-used-up' }
}

/** Uses it up for a session. Two at once: the second waits for the first and finds what it left. */
export async function useCoupon(
  tx: Tx,
  use: Use & { readonly sessionId: string }
): Promise<{ readonly name: string } | { readonly fault: CouponFault }> {
  await tx.query(
    "select pg_advisory_xact_lock(hashtextextended('coupon ' || nova_tenant() || '/' || $1, 0))",
    [codeOf(use.code)]
  )
  const found = await couponFor(tx, use)
  if ('fault' in found) return found
  await tx.query(
    `insert into coupon_uses (tenant_id, code, driver_id, session_id, used_at)
     values (nova_tenant(), $1, $2, $3, $4)`,
    [codeOf(use.code), use.driverId, use.sessionId, use.at]
  )
  return found
}

/** The session never began. */
export const giveBackCoupons = async (tx: Tx, sessionId: string): Promise<unknown> =>
  tx.query('delete from coupon_uses where session_id = $1', [sessionId])

/** Names of the coupons brought to a session. */
export async function couponsOf(tx: Tx, sessionId: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select c.name from coupon_uses u join coupons c on c.code = u.code where u.session_id = $1 order by c.name`,
    [sessionId]
  )
  return rows.map(({ name }) => name)
}
