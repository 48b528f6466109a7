import { startWorker, type Listener, type Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { listeners } from './listeners.ts'
import type { Needs } from './needs.ts'
import { advanceOrder, orderLease } from './orders.ts'
import { seeToReservations } from './reservation-holds.ts'
import { routes } from './routes.ts'
import { lookRoutes } from './routes-looks.ts'
import { reservationRoutes } from './routes-reservations.ts'
import { reviewRoutes } from './routes-reviews.ts'
import { seeToStanding } from './standing.ts'
import { takeDueOrders, type DueOrder } from './store.ts'

export type { CommandWanted, ConnectorSeen, Needs } from './needs.ts'
export { sessionsInReview, waitingAt, type InReview, type Waiting } from './in-review.ts'
export { pastSessions } from './past.ts'
export { billable } from './queries.ts'
export { readSession, runningSessions } from './store.ts'

export const migrations: Migrations = {
  context: 'charging',
  files: [
    '0001_charging',
    '0002_messages',
    '0003_wishes',
    '0004_course',
    '0005_idle_notices',
    '0006_reservation_holds',
    '0007_price_groups'
  ].map((name) => new URL(`./migrations/${name}.sql`, import.meta.url))
}

const pollMs = 500 // How long a start waits when the process that wrote it did not live to wake the worker.
const pauseMs = 1_000

export type Charging = {
  readonly routes: readonly Routes[]
  readonly listeners: readonly Listener[]
  /** The worker that sends starts and gives up what takes too long: also the sweeper of starts half done. */
  start(): { stop(): Promise<void> }
}

/** Joins the context; `start` is called where workers run. */
export function openCharging(needs: Needs): Charging {
  let wakeWorker = (): void => undefined
  const inside = { ...needs, wake: () => wakeWorker() }
  const { database, onTrouble } = needs
  const advance = async ({ tenant_id, session_id }: DueOrder): Promise<void> => {
    try {
      await advanceOrder(inside, tenant_id, session_id)
    } catch (error) {
      onTrouble(error)
      await database.tenant(tenant_id, async (tx) =>
        tx.query(
          `update orders set next_at = now() + $2::double precision * interval '1 millisecond'
           where session_id = $1 and next_at is not null`,
          [session_id, pauseMs]
        )
      )
    }
  }
  const round = async (): Promise<boolean> => {
    const { limit, leaseMs } = orderLease
    const due = await database.platform('due orders', async (tx) => takeDueOrders(tx, limit, leaseMs))
    await Promise.all(due.map(advance))
    const kept = await seeToReservations(inside)
    const stood = await database.platform('vehicles that stand there', seeToStanding)
    return due.length + kept + stood > 0
  }
  return {
    routes: [routes(inside), lookRoutes(inside), reviewRoutes(inside), reservationRoutes(inside)],
    listeners: listeners(inside),
    start() {
      const worker = startWorker({ pollMs, round, onTrouble })
      wakeWorker = worker.wake
      return worker
    }
  }
}
