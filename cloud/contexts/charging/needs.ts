import type { Plan, TariffDefault } from '@nova/shared-protocol/tariff'
import type { Database, Tx } from '../../db/index.ts'

/** A connector as the fleet knows it. */
export type ConnectorSeen = {
  readonly siteId: string
  readonly chargerId: string
  readonly status: string
  readonly sessionId: string | null // That runs there, as its site says.
}

export type CommandWanted = {
  readonly id?: string // Given: repeating it sends no second command.
  readonly tenantId: string
  readonly siteId: string
  readonly chargerId: string
  readonly action: 'start' | 'stop' | 'reserve' | 'cancelReservation'
  readonly payload: Readonly<Record<string, unknown>>
  readonly issuer: string
  readonly expiresAt: string
  readonly trace?: string
}

export type AuditNote = {
  readonly actor: string
  readonly act: string
  readonly subject: string
  readonly detail?: string
}

export type CouponUse = { readonly code: string; readonly driverId: string; readonly at: string }
export type CouponTaken =
  | { readonly name: string }
  | { readonly fault: 'coupon-unknown' | 'coupon-not-valid' | 'coupon-used' | 'coupon-used-up' }

/** What charging needs of others; filled where the program is joined. */
export type Needs = {
  readonly database: Database
  now(): number
  sendCommand(wanted: CommandWanted): Promise<{ readonly id: string; readonly status: string }>
  /** To whose doing, as W3C writes it, the command of that id will belong. */
  keepTrace(tx: Tx, commandId: string, traceparent: string): Promise<unknown>
  connector(tx: Tx, connectorId: string): Promise<ConnectorSeen | undefined>
  driverOfToken(tx: Tx, tokenUid: string): Promise<string | null>
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  tariffsFor(
    tx: Tx,
    siteId: string,
    timeZone: string
  ): Promise<{ plans: readonly Plan[]; defaults: readonly TariffDefault[] }>
  pinned(tx: Tx, pin: { tariffId: string; version: number; timeZone: string }): Promise<Plan | undefined>
  /** Groups in which a driver was at an instant: memberships and fleets that rules ask for. */
  groupsOf(tx: Tx, driverId: string, at: string): Promise<readonly string[]>
  /** Names of the coupons brought to a session. */
  couponsOf(tx: Tx, sessionId: string): Promise<readonly string[]>
  /** Whether a driver may bring this code now; `useCoupon` uses it up for a session. */
  couponFor(tx: Tx, use: CouponUse): Promise<CouponTaken>
  useCoupon(tx: Tx, use: CouponUse & { readonly sessionId: string }): Promise<CouponTaken>
  giveBackCoupons(tx: Tx, sessionId: string): Promise<unknown>
  paymentMethods(tx: Tx, driverId: string): Promise<readonly { readonly id: string }[]>
  hasDebt(tx: Tx, driverId: string): Promise<boolean>
  audit(tx: Tx, note: AuditNote): Promise<void>
  /** Sessions that changed, for the screens. */
  changed(tenantId: string, session: { readonly id: string; readonly driverId: string | null }): void
  onTrouble(error: unknown): void
}

export type Inside = Needs & { wake(): void }
