import type { Plan } from '@nova/shared-protocol/tariff'
import type { Database, Tx } from '../../db/index.ts'
import type { Billable } from './model.ts'
import type { Component, Place } from './tax/rates.ts'

/** Sales tax of a place and day, where there is no table: a service like those for the United States. */
export type SalesTax = (
  place: Place,
  component: Component,
  day: string
) => Promise<{ readonly percent: string; readonly name: string; readonly source: string } | undefined>

/** What billing needs of others; filled where the program is joined. */
export type Needs = {
  readonly database: Database
  billable(tx: Tx, sessionId: string): Promise<Billable | undefined>
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  pinned(tx: Tx, pin: { tariffId: string; version: number; timeZone: string }): Promise<Plan | undefined>
  /** The fleet whose account a session was begun on. */
  fleetPaying(tx: Tx, sessionId: string): Promise<string | null>
  /** The group a token belongs to: a fleet that pays for it; null: nobody but the driver. */
  fleetOfToken(tx: Tx, tokenUid: string): Promise<string | null>
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
  /** Undefined: none is configured, and no sales tax is stated. */
  readonly salesTax: SalesTax | undefined
  now(): number
}
