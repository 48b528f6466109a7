import { startWorker, type Listener, type Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { advance } from './advance.ts'
import { listeners } from './listeners.ts'
import { advanceRefund } from './send-refunds.ts'
import { openDesks } from './desks.ts'
import type { Provider } from './provider.ts'
import type { Needs } from './needs.ts'
import { routes } from './routes.ts'
import { bookListeners } from './wallet-listener.ts'
import { takeDue } from './store.ts'
import { webhooks } from './webhooks.ts'

export type { Needs } from './needs.ts'
export { bank, type BankSettings } from './bank.ts'
export { addMethod, listMethods, type Method } from './methods.ts'
export { hasDebt } from './debts.ts'
export { fleetPaying, type FleetAccount } from './invoice-later.ts'
export { offerFirst, savePolicy, type Policy } from './policy.ts'
export type { Books, WalletTransfer } from './wallet.ts'
export type { Provider } from './provider.ts'

export const migrations: Migrations = {
  context: 'payments',
  files: [
    '0001_payments',
    '0002_providers_and_wallets',
    '0003_corrections',
    '0004_fleet_payments',
    '0005_wallet_refunds',
    '0006_breaks',
    '0007_refunds_rejected',
    '0008_fleet_two_people',
    '0009_booked_surplus'
  ].map((name) => new URL(`./migrations/${name}.sql`, import.meta.url))
}

const pollMs = 500 // A payment of a process that died waits this long after its lease.
const leaseMs = 20_000 // Longer than the provider's patience, so that a call that is out is not made again.
const atOnce = 8 // Calls to providers at the same time, in one process.

export type Payments = {
  readonly routes: readonly Routes[]
  readonly outside: Routes // Webhooks, with their own paths.
  readonly listeners: readonly Listener[]
  /** The worker that talks to the providers. */
  start(): { stop(): Promise<void> }
}

/** Joins the context; `start` is called where workers run. */
export function openPayments(around: Needs): Payments {
  const { database, books, now, onTrouble } = around
  let wakeWorker = (): void => undefined
  const wake = (): void => wakeWorker()
  const desks = openDesks({ database, books, now })
  const provider = (name: string): Provider | undefined =>
    [...around.providers, ...desks].find((each) => each.name === name)
  const { runningCost, stopSession, audit, isDriver } = around
  const needs = { database, books, provider, now, wake, audit, isDriver, runningCost, stopSession }
  const rounds = [
    ['payments', advance],
    ['payment_refunds', advanceRefund]
  ] as const
  const round = async (): Promise<boolean> => {
    let moved = 0
    for (const [table, move] of rounds) {
      const due = await database.platform(`due ${table}`, async (tx) =>
        takeDue(tx, table, { limit: atOnce, leaseMs })
      )
      const ended = await Promise.allSettled(due.map(async ({ tenant_id, id }) => move(needs, tenant_id, id)))
      for (const each of ended) if (each.status === 'rejected') onTrouble(each.reason)
      moved += due.length
    }
    return moved > 0
  }
  return {
    routes: routes(needs),
    outside: webhooks(needs),
    listeners: [...bookListeners(books), ...listeners({ wake })],
    start() {
      const worker = startWorker({ pollMs, round, onTrouble })
      wakeWorker = worker.wake
      return worker
    }
  }
}
