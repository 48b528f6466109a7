import { startWorker, type Database, type Listener, type Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { listeners } from './listeners.ts'
import { sendDue, type SendMail } from './mail.ts'
import { routes } from './routes.ts'

export { smtp, type SendMail } from './mail.ts'

export const migrations: Migrations = {
  context: 'notifications',
  files: [new URL('./migrations/0001_notifications.sql', import.meta.url)]
}

const pollMs = 5_000

export type Needs = {
  readonly database: Database
  /** undefined: no mail server is configured, messages stay in the app. */
  readonly sendMail: SendMail | undefined
  publish(tenantId: string, message: object, audience: { readonly driverId?: string }): void
  onTrouble(error: unknown): void
}

export type Notifications = {
  readonly routes: Routes
  readonly listeners: readonly Listener[]
  /** The worker that sends mails. */
  start(): { stop(): Promise<void> }
}

/** Joins the context; `start` is called where workers run. */
export function openNotifications({ database, sendMail, publish, onTrouble }: Needs): Notifications {
  let wakeWorker = (): void => undefined
  return {
    routes: routes({ database }),
    listeners: listeners({ publish, sendsMail: sendMail !== undefined, wake: () => wakeWorker() }),
    start() {
      const round = async (): Promise<boolean> => (sendMail ? sendDue(database, sendMail) : false)
      const worker = startWorker({ pollMs, round, onTrouble })
      wakeWorker = worker.wake
      return worker
    }
  }
}
