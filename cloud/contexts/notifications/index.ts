import { startWorker, type Database, type Listener, type Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { tellDue, type Needs as DigestNeeds } from './digest.ts'
import { listeners } from './listeners.ts'
import { sendDue, type SendMail } from './mail.ts'
import { routes } from './routes.ts'

export { smtp, type SendMail } from './mail.ts'

export const migrations: Migrations = {
  context: 'notifications',
  files: [
    new URL('./migrations/0001_notifications.sql', import.meta.url),
    new URL('./migrations/0002_digests_and_wishes.sql', import.meta.url)
  ]
}

const pollMs = 5_000

export type Needs = Pick<DigestNeeds, 'waitingAt' | 'webUrl' | 'publish'> & {
  readonly database: Database
  /** undefined: no mail server is configured, messages stay in the app. */
  readonly sendMail: SendMail | undefined
  onTrouble(error: unknown): void
}

export type Notifications = {
  readonly routes: Routes
  readonly listeners: readonly Listener[]
  /** The worker that tells what has gathered and sends mails. */
  start(): { stop(): Promise<void> }
}

/** Joins the context; `start` is called where workers run. */
export function openNotifications(needs: Needs): Notifications {
  const { database, sendMail, onTrouble } = needs
  let wakeWorker = (): void => undefined
  const telling = { ...needs, sendsMail: sendMail !== undefined, wake: () => wakeWorker() }
  return {
    routes: routes({ database }),
    listeners: listeners(telling),
    start() {
      const round = async (): Promise<boolean> => {
        const more = await tellDue(database, telling)
        return (sendMail ? await sendDue(database, sendMail) : false) || more
      }
      const worker = startWorker({ pollMs, round, onTrouble })
      wakeWorker = worker.wake
      return worker
    }
  }
}
