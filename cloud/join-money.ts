import type { SectionBody } from '@nova/shared-protocol/messages'
import * as billing from './contexts/billing/index.ts'
import * as charging from './contexts/charging/index.ts'
import * as ledger from './contexts/ledger/index.ts'
import * as notifications from './contexts/notifications/index.ts'
import * as payments from './contexts/payments/index.ts'
import * as tariffs from './contexts/tariffs/index.ts'
import type { Database, Listener, Migrations, Tx } from './db/index.ts'
import type { Audience, Routes } from './http/index.ts'
import { joinProofs, proofMigrations, type ProofNeeds } from './join-reconciliation.ts'
import { joinSettlement, settlementMigrations } from './join-settlement.ts'
import { openPaying } from './join-payments.ts'

/** Migrations of the contexts that know money, in the order they need. */
export const moneyMigrations: readonly Migrations[] = [
  tariffs.migrations,
  charging.migrations,
  billing.migrations,
  payments.migrations,
  ledger.migrations,
  notifications.migrations,
  ...proofMigrations,
  ...settlementMigrations
]

/** What the money contexts need of the rest of the cloud. */
export type MoneyNeeds = Pick<
  charging.Needs,
  'sendCommand' | 'keepTrace' | 'connector' | 'driverOfToken' | 'siteTimeZone' | 'audit'
> &
  Pick<ProofNeeds, 'statements' | 'ratingW' | 'meteredWh'> & {
    readonly database: Database
    now(): number
    isDriver: payments.Needs['isDriver']
    readonly siteCurrency: tariffs.Needs['siteCurrency']
    fleetOfToken: billing.Needs['fleetOfToken']
    readonly salesTax: billing.SalesTax | undefined
    readonly providers: readonly payments.Provider[]
    readonly ledgerRootsDir: string
    readonly ledgerSeal: ledger.Needs['seal']
    readonly sendMail: notifications.SendMail | undefined
    readonly webUrl: string
    publish(tenantId: string, topic: string, data: unknown, audience?: Audience): void
    onTrouble(error: unknown): void
  }

export type Money = {
  readonly routes: readonly Routes[]
  /** Webhooks of payment providers: routes with their own paths. */
  readonly outside: readonly Routes[]
  readonly listeners: readonly Listener[]
  readonly jobs: ledger.Ledger['jobs']
  /** Section `tariffs` of a site's desired state; it changes with `tariffs.changed.v1`. */
  tariffsSection(tx: Tx, siteId: string): Promise<SectionBody<'tariffs'>>
  /** Workers: starts on their way, calls to providers, mails. */
  start(): { stop(): Promise<void> }
}

/** Joins tariffs, charging, billing, payments, ledger and notifications: who needs what of whom stands here. */
export function joinMoney(needs: MoneyNeeds): Money {
  const { database, siteTimeZone, onTrouble, now, providers, isDriver, audit } = needs
  const around = ordersNeed(needs)
  const orders = charging.openCharging(around)
  const paying = openPaying({ database, providers, now, onTrouble, audit, isDriver, orders: around })
  const telling = openTelling(needs)
  const proofs = joinProofs(needs)
  const bills = billsNeed(needs)
  const books = openBooks(needs)
  const settling = joinSettlement(needs)
  return {
    routes: [
      tariffs.routes(pricesNeed(needs)),
      ...orders.routes,
      ...billing.routes(bills),
      ...paying.routes,
      books.routes,
      telling.routes,
      ...proofs.routes,
      ...settling.routes
    ],
    outside: [paying.outside],
    listeners: [
      ...orders.listeners,
      ...billing.listeners(bills),
      ...paying.listeners,
      ...books.listeners,
      ...telling.listeners,
      ...proofs.listeners,
      ...settling.listeners
    ],
    jobs: [...books.jobs, ...settling.jobs],
    tariffsSection: async (tx, siteId) =>
      tariffs.tariffsFor(tx, siteId, (await siteTimeZone(tx, siteId)) ?? 'UTC'),
    start() {
      const workers = [proofs.start(), orders.start(), paying.start(), telling.start(), billing.start(needs)]
      return { stop: async () => void (await Promise.all(workers.map(async (worker) => worker.stop()))) }
    }
  }
}

const pricesNeed = ({ database, siteTimeZone, siteCurrency, now, isDriver }: MoneyNeeds): tariffs.Needs => ({
  database,
  siteTimeZone,
  siteCurrency,
  now,
  isDriver,
  pastSessions: async (tx, wanted) => charging.pastSessions(tariffs, tx, wanted)
})

const billsNeed = (needs: MoneyNeeds): billing.Needs => ({
  ...needs,
  billable: async (tx, sessionId) => charging.billable({ ...needs, ...tariffs }, tx, sessionId),
  pinned: tariffs.pinned,
  fleetPaying: payments.fleetPaying
})

const ordersNeed = (needs: MoneyNeeds): charging.Needs => ({
  ...needs,
  tariffsFor: tariffs.tariffsFor,
  pinned: tariffs.pinned,
  groupsOf: tariffs.groupsOf,
  couponsOf: tariffs.couponsOf,
  couponFor: tariffs.couponFor,
  useCoupon: tariffs.useCoupon,
  giveBackCoupons: tariffs.giveBackCoupons,
  paymentMethods: payments.listMethods,
  hasDebt: payments.hasDebt,
  changed: (tenantId, { id, driverId }) =>
    needs.publish(tenantId, 'sessions', { id }, driverId === null ? {} : { driverId })
})

const openBooks = (needs: MoneyNeeds): ledger.Ledger =>
  ledger.openLedger({
    ...needs,
    outside: ledger.outsideFolder(needs.ledgerRootsDir),
    seal: needs.ledgerSeal
  })

const openTelling = ({ publish, ...needs }: MoneyNeeds): notifications.Notifications =>
  notifications.openNotifications({
    ...needs,
    waitingAt: charging.waitingAt,
    publish: (tenantId, message, audience) => publish(tenantId, 'notifications', message, audience)
  })
