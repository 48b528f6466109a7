import { startWorker, type Database, type Listener, type Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { advance } from './advance.ts'
import { listeners } from './listeners.ts'
import { advanceRefund } from './refunds.ts'
import { routes, webhooks } from './routes.ts'
import { takeDue } from './store.ts'
import type { Provider } from './provider.ts'

export { bank, type BankSettings } from './bank.ts'
export { addMethod, listMethods, type Method } from './methods.ts'
export { hasDebt } from './store.ts'
export type { Provider } from './provider.ts'

export const migrations: Migrations = {
  context: 'payments',
  files: [new URL('./migrations/0001_payments.sql', import.meta.url)]
}

const pollMs = 500 // A payment of a process that died waits this long after its lease.
const leaseMs = 20_000 // Longer than the provider's patience, so that a call that is out is not made again.
const atOnce = 8 // Calls to providers at the same time, in one process.

export type Needs = {
  readonly database: Database
  readonly providers: readonly Provider[]
  now(): number
  onTrouble(error: unknown): void
}

export type Payments = {
  readonly routes: Routes
  readonly outside: Routes // Webhooks, with their own paths.
  readonly listeners: readonly Listener[]
  /** The worker that talks to the providers. */
  start(): { stop(): Promise<void> }
}

/** Joins the context; `start` is called where workers run. */
export function openPayments({ database, providers, now, onTrouble }: Needs): Payments {
  let wakeWorker = (): void => undefined
  const wake = (): void => wakeWorker()
  const provider = (name: string): Provider | undefined => providers.find((each) => each.name === name)
  const needs = { database, provider, now, wake }
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
    listeners: listeners({ wake }),
    start() {
      const worker = startWorker({ pollMs, round, onTrouble })
      wakeWorker = worker.wake
      return worker
    }
  }
}
