import type { Course, Plan } from '@nova/shared-protocol/tariff'
import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { pricedSession, type CourseNeeds } from './course.ts'
import { readingsOf, sessionColumns, type Register, type SessionRow } from './store.ts'

export type PastSession = {
  readonly sessionId: string
  readonly driverId: string | null
  readonly startedAt: string
  readonly endedAt: string // As it is priced: the vehicle's leaving, where that was watched.
  readonly readings: readonly Register[]
  readonly course: Course
  readonly billed: Money | null
}

export type PastWanted = {
  readonly siteId: string
  readonly limit: number
  readonly rules: NonNullable<Plan['rules']>
}

/** The newest sessions of a site that have ended, with all that these rules ask for and what was billed for them. */
export async function pastSessions(
  needs: CourseNeeds,
  tx: Tx,
  { siteId, limit, rules }: PastWanted
): Promise<PastSession[]> {
  const rows = await tx.query<SessionRow & Span>(
    `select ${sessionColumns} from sessions
     where site_id = $1 and status = 'ended' and not standing and started_at is not null and ended_at is not null
     order by ended_at desc, id limit $2`,
    [siteId, limit]
  )
  const readings = await readingsOf(
    tx,
    rows.map(({ id }) => id)
  )
  const past: PastSession[] = []
  for (const row of rows)
    past.push(await pastOf(needs, tx, { row, rules, readings: readings.get(row.id) ?? [] }))
  return past
}

type Span = { readonly started_at: string; readonly ended_at: string }
type Found = {
  readonly row: SessionRow & Span
  readonly rules: PastWanted['rules']
  readonly readings: readonly Register[]
}

async function pastOf(needs: CourseNeeds, tx: Tx, { row, rules, readings }: Found): Promise<PastSession> {
  const { currency, cost_minor: amountMinor, started_at: startedAt, ended_at: endedAt } = row
  const priced = await pricedSession(needs, tx, { row, plan: { rules }, readings, now: endedAt })
  return {
    sessionId: row.id,
    driverId: row.driver_id,
    startedAt,
    endedAt: row.left_at ?? endedAt,
    readings,
    course: priced.course ?? {},
    billed: currency === null || amountMinor === null ? null : { currency, amountMinor }
  }
}
