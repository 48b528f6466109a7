import {
  asksOf,
  pricedOf,
  type Kept,
  type Plan,
  type Ratable,
  type Suspension
} from '@nova/shared-protocol/tariff'
import type { FactOf } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import type { Needs } from './needs.ts'
import type { Register, SessionRow } from './store.ts'

export type CourseNeeds = Pick<Needs, 'groupsOf' | 'couponsOf'>
export type Priced = Pick<Ratable, 'readings' | 'startedAt' | 'endedAt' | 'course'>

const nothingElse = { suspensions: [], groups: [], coupons: [], reservation: null, signals: [] }

type Wanted = {
  readonly row: SessionRow
  readonly plan: Pick<Plan, 'rules'>
  readonly readings: readonly Register[]
  readonly now: string
}

/**
 * A session as it is priced now: out of what was recorded, by the one way that the edge goes too. Time of use asks
 * for nothing beside the registers, so nothing else is read for it.
 */
export async function pricedSession(
  needs: CourseNeeds,
  tx: Tx,
  { row, plan, readings, now }: Wanted
): Promise<Priced> {
  const beside = plan.rules ? await recorded(needs, tx, row, plan) : nothingElse
  const reservedOnly = beside.reservation?.outcome === 'expired' // It has a time, but no session of it.
  const { started_at: startedAt, ended_at: endedAt, left_at: leftAt, standing } = row
  const span = reservedOnly ? { startedAt: null, endedAt: null } : { startedAt, endedAt }
  return pricedOf({ ...span, leftAt, standing, readings, ...beside }, now)
}

type Beside = Pick<Kept, 'suspensions' | 'groups' | 'coupons' | 'reservation' | 'signals'>

async function recorded(needs: CourseNeeds, tx: Tx, row: SessionRow, plan: Wanted['plan']): Promise<Beside> {
  const { id } = row
  return {
    suspensions: await suspensionsOf(tx, id),
    groups: row.price_groups ?? (await knownGroups(needs, tx, row)),
    coupons: await needs.couponsOf(tx, id),
    reservation: await reservationOf(tx, id),
    signals: await signalsOf(tx, row, asksOf(plan).signals)
  }
}

/** Of a session whose edge has not said by which groups its cost runs: those of its start. */
const knownGroups = async (
  needs: CourseNeeds,
  tx: Tx,
  { driver_id: driverId, started_at: startedAt }: SessionRow
): Promise<readonly string[]> =>
  driverId === null || startedAt === null ? [] : needs.groupsOf(tx, driverId, startedAt)

const mostSuspensions = 5_000 // As many as the edge counts: a connector that flaps all day.

const suspensionsOf = async (tx: Tx, sessionId: string): Promise<Suspension[]> =>
  tx.query<Suspension>(
    `select at, held_by as by from session_suspensions where session_id = $1 order by at, number limit ${mostSuspensions}`,
    [sessionId]
  )

type Reserved = { readonly from: string | null; readonly until: string | null; readonly status: string }

async function reservationOf(tx: Tx, sessionId: string): Promise<Kept['reservation']> {
  const row = await tx.maybe<Reserved>(
    `select made_at as from, ended_at as until, status from reservations where session_id = $1 limit 1`,
    [sessionId]
  )
  if (!row || row.from === null || row.until === null) return null
  return { from: row.from, until: row.until, outcome: row.status === 'expired' ? 'expired' : 'used' }
}

/** What held when the session began, and all that was noted until its end. */
async function signalsOf(tx: Tx, row: SessionRow, names: readonly string[]): Promise<Kept['signals']> {
  if (names.length === 0 || row.started_at === null) return []
  return tx.query(
    `select name, at, value from site_signals s where site_id = $1 and name = any($2)
       and at >= coalesce((select max(at) from site_signals b where b.site_id = $1 and b.name = s.name and b.at <= $3), $3)
       and at <= coalesce($4::timestamptz, 'infinity') order by name, at limit 100000`,
    [row.site_id, names, row.started_at, row.left_at ?? (row.standing ? null : row.ended_at)]
  )
}

type Numbered = { readonly number: number; readonly fact: FactOf<'session.suspended.v1'> }

/** Repetitions change nothing: the same instant and cause under another number say the same. */
export const keepSuspension = async (tx: Tx, { number, fact }: Numbered): Promise<unknown> =>
  tx.query(
    `insert into session_suspensions (tenant_id, session_id, at, held_by, number)
     select nova_tenant(), $1, $2, $3, $4 where not exists (select from session_suspensions
       where session_id = $1 and at = $2 and held_by is not distinct from $3) on conflict do nothing`,
    [fact.sessionId, fact.at, fact.suspended ? fact.by : null, number]
  )

export const keepSignal = async (tx: Tx, siteId: string, fact: FactOf<'signal.noted.v1'>): Promise<unknown> =>
  tx.query(
    `insert into site_signals (tenant_id, site_id, name, at, value) values (nova_tenant(), $1, $2, $3, $4)
     on conflict do nothing`,
    [siteId, fact.name, fact.at, fact.value]
  )
