import type { Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { disputeRoutes } from './routes-disputes.ts'
import { scheduleRoutes } from './routes-schedules.ts'
import { payoutRoutes } from './routes-payouts.ts'
import { runSchedules, type Needs as ScheduleNeeds } from './schedules.ts'
import { settlementRoutes, type Needs } from './routes.ts'

export { listeners } from './days.ts'
export type { Books } from './commands.ts'
export type { Needs } from './routes.ts'
export type { Needs as ScheduleNeeds } from './schedules.ts'

export const migrations: Migrations = {
  context: 'settlement',
  files: [
    new URL('./migrations/0001_settlement.sql', import.meta.url),
    new URL('./migrations/0002_schedules.sql', import.meta.url)
  ]
}

export const routes =
  (needs: Needs): Routes =>
  (app) => {
    scheduleRoutes(needs)(app)
    settlementRoutes(needs)(app)
    payoutRoutes(needs)(app)
    disputeRoutes(needs)(app)
  }

const everyMs = 300_000 // A period that has ended is settled within five minutes; what was missed is made up for.

/** The runs that make themselves; each is made once, however many processes have this job. */
export const jobs = (needs: ScheduleNeeds) => [
  { name: 'settle what is due', everyMs, run: async (): Promise<void> => runSchedules(needs) }
]
