import type { Database, Tx } from '../../db/index.ts'
import { Problem } from '../../http/index.ts'
import { closeSettlement, lockedSettlement, runSettlement, type Books } from './commands.ts'
import { uncleanDays } from './days.ts'
import { spanOf, type Period } from './model.ts'
import { payOut } from './payout.ts'

export type Schedule = {
  readonly id: string
  readonly period: Period
  readonly parties: readonly string[]
  readonly siteId: string | null
  readonly timeZone: string
  readonly holdBackPercent: string
  readonly closes: boolean
  readonly pays: boolean
  readonly active: boolean
  readonly nextDate: string
  readonly problem: string | null
}

/** What schedules need of others; filled where the program is joined. */
export type Needs = {
  readonly database: Database
  readonly books: Books
  now(): number
  siteTimeZone(tx: Tx, siteId: string): Promise<string | undefined>
  audit(tx: Tx, note: { actor: string; act: string; subject: string }): Promise<void>
  onTrouble(error: unknown): void
}

const columns = `id, period, parties, site_id as "siteId", time_zone as "timeZone", hold_back_percent as "holdBackPercent",
  closes, pays, active, next_date::text as "nextDate", problem`
const mostAtOnce = 400 // Days of more than a year: a longer gap goes on with the next round.

export const listSchedules = async (tx: Tx): Promise<Schedule[]> =>
  tx.query<Schedule>(`select ${columns} from settlement_schedules order by id`)

/** Sets a schedule; where it has begun, only a later date moves it, so that no day is settled twice. */
export const saveSchedule = async (tx: Tx, wanted: Omit<Schedule, 'problem'>): Promise<Schedule> =>
  tx.one<Schedule>(
    `insert into settlement_schedules as s (tenant_id, id, period, parties, site_id, time_zone, hold_back_percent, closes,
       pays, active, next_date)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant_id, id) do update set period = excluded.period, parties = excluded.parties,
       site_id = excluded.site_id, time_zone = excluded.time_zone, hold_back_percent = excluded.hold_back_percent,
       closes = excluded.closes, pays = excluded.pays, active = excluded.active,
       next_date = greatest(s.next_date, excluded.next_date), problem = null
     returning ${columns}`,
    [
      wanted.id,
      wanted.period,
      wanted.parties,
      wanted.siteId,
      wanted.timeZone,
      wanted.holdBackPercent,
      wanted.closes,
      wanted.pays,
      wanted.active,
      wanted.nextDate
    ]
  )

/** Makes every run that is due, of every tenant, each in a transaction of its own; what was missed is made up for. */
export async function runSchedules(needs: Needs): Promise<void> {
  const due = await needs.database.platform('settlement schedules', async (tx) =>
    tx.query<{ tenant_id: string; id: string }>(
      'select tenant_id, id from settlement_schedules where active order by tenant_id, id'
    )
  )
  for (const { tenant_id: tenantId, id } of due) {
    try {
      await runOne(needs, tenantId, id)
    } catch (error) {
      needs.onTrouble(error) // The others are not kept waiting; it comes again with the next round.
    }
  }
}

async function runOne(needs: Needs, tenantId: string, id: string): Promise<void> {
  for (let runs = 0; runs < mostAtOnce; runs++) {
    const made = await needs.database.tenant(tenantId, async (tx) => runNext(needs, tx, id))
    if (made === undefined) break
  }
  await finish(needs, tenantId, id)
}

/** The next period that is over. The row is locked, so that two processes never make the same run. */
async function runNext(needs: Needs, tx: Tx, id: string): Promise<string | undefined> {
  const schedule = await lockSchedule(tx, id)
  if (!schedule?.active) return undefined
  const { period, nextDate: date, holdBackPercent, siteId } = schedule
  const timeZone = (siteId === null ? undefined : await needs.siteTimeZone(tx, siteId)) ?? schedule.timeZone
  const span = spanOf(period, date, timeZone)
  if (Date.parse(span.untilAt) > needs.now()) return undefined
  const by = `schedule:${id}`
  const wish = { period, date, timeZone, holdBackPercent, by, scheduleId: id }
  const isTheirs = await partyRule(tx, schedule)
  const made = await runSettlement(
    tx,
    needs.books,
    { ...wish, isTheirs },
    new Date(needs.now()).toISOString()
  )
  await tx.query('update settlement_schedules set next_date = $2::date + 1 where id = $1', [
    id,
    span.lastDate
  ])
  await needs.audit(tx, { actor: by, act: 'settlement-run', subject: made })
  return made
}

const lockSchedule = async (tx: Tx, id: string): Promise<Schedule | undefined> =>
  tx.maybe<Schedule>(`select ${columns} from settlement_schedules where id = $1 for update`, [id])

/** Whose entries a run takes: those it names, or those whom no other names. */
async function partyRule(tx: Tx, { id, parties }: Schedule): Promise<(party: string) => boolean> {
  if (parties.length > 0) return (party) => parties.includes(party)
  const others = (await listSchedules(tx)).filter((each) => each.id !== id && each.active)
  const named = new Set(others.flatMap((each) => each.parties))
  return (party) => !named.has(party)
}

type Run = { readonly id: string; readonly firstDate: string; readonly lastDate: string }

/** Closes what is clean and pays what is closed, the oldest first; what cannot be done says why and waits. */
async function finish(needs: Needs, tenantId: string, id: string): Promise<void> {
  const runs = await needs.database.tenant(tenantId, async (tx) =>
    tx.query<Run>(
      `select r.id, r.first_date::text as "firstDate", r.last_date::text as "lastDate" from settlements r
       join settlement_schedules s on s.tenant_id = r.tenant_id and s.id = r.schedule_id
       where s.id = $1 and ((r.state = 'open' and s.closes) or (r.state = 'closed' and s.pays))
       order by r.first_date, r.id`,
      [id]
    )
  )
  let problem: string | null = null
  for (const run of runs) problem = (await finishRun(needs, tenantId, { id, run })) ?? problem
  await needs.database.tenant(tenantId, async (tx) =>
    tx.query('update settlement_schedules set problem = $2 where id = $1 and problem is distinct from $2', [
      id,
      problem
    ])
  )
}

type Finishing = { readonly id: string; readonly run: Run }

/** @returns why it could not be finished */
async function finishRun(
  needs: Needs,
  tenantId: string,
  { id, run }: Finishing
): Promise<string | undefined> {
  const days = `${run.firstDate} to ${run.lastDate}`
  const step = async (act: typeof closeRun): Promise<boolean> =>
    needs.database.tenant(tenantId, async (tx) => {
      const schedule = await lockSchedule(tx, id) // Another process that was faster is met here.
      return schedule === undefined || act(needs, tx, { schedule, run })
    })
  try {
    if (!(await step(closeRun))) return `${days} waits for its days to be reconciled.`
    await step(payRun)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return `${days}: ${error.message}`.slice(0, 500)
    throw error
  }
}

type Acting = { readonly schedule: Schedule; readonly run: Run }

/** @returns false when its days are not clean yet */
async function closeRun(needs: Needs, tx: Tx, { schedule, run }: Acting): Promise<boolean> {
  const settlement = await lockedSettlement(tx, run.id)
  if (settlement.state !== 'open' || !schedule.closes) return true
  if ((await uncleanDays(tx, run.id)).length > 0) return false
  await closeSettlement(tx, needs.books, run.id, new Date(needs.now()).toISOString())
  await needs.audit(tx, { actor: `schedule:${schedule.id}`, act: 'settlement-closed', subject: run.id })
  return true
}

async function payRun(needs: Needs, tx: Tx, { schedule, run }: Acting): Promise<boolean> {
  const settlement = await lockedSettlement(tx, run.id)
  if (settlement.state !== 'closed' || !schedule.pays) return true
  await payOut(tx, needs.books, run.id, new Date(needs.now()).toISOString())
  await needs.audit(tx, { actor: `schedule:${schedule.id}`, act: 'settlement-paid', subject: run.id })
  return true
}
