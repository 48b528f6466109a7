import { rate, type Plan } from '@nova/shared-protocol/tariff'
import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { pricedSession, type CourseNeeds, type Priced } from './course.ts'
import type { Needs } from './needs.ts'
import { readingsOf, sessionColumns, type Register, type SessionRow } from './store.ts'

export type SessionView = {
  readonly id: string
  readonly siteId: string
  readonly chargerId: string
  readonly connectorId: string
  readonly driverId: string | null
  readonly tokenUid: string | null
  readonly status: SessionRow['status']
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly meterStartWh: number | null
  readonly meterStopWh: number | null
  readonly energyWh: number | null
  readonly cost: Money | null
  readonly tariffId: string | null
  readonly tariffVersion: number | null
  readonly stopReason: string | null
  readonly provisional: boolean // The cost is not the bill yet.
  readonly standing: boolean // It has ended, the vehicle stands there still, and that costs.
  readonly leftAt: string | null
  readonly failure: { readonly code: string; readonly detail: string } | null
  readonly createdAt: string
}

export type SessionFilter = {
  readonly driverId: string | undefined
  readonly siteId?: string | undefined
  readonly status?: string | undefined
  readonly chargerId?: string | undefined
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

/** Newest first. */
export async function listSessions(needs: Needs, tx: Tx, filter: SessionFilter): Promise<SessionView[]> {
  const [createdAt = null, id = null] = filter.after ?? []
  const rows = await tx.query<SessionRow>(
    `select ${sessionColumns} from sessions
     where ($1::text is null or driver_id = $1) and ($2::text is null or site_id = $2)
       and ($3::text is null or status = $3) and ($4::text is null or charger_id = $4)
       and ($5::timestamptz is null or (created_at, id) < ($5::timestamptz, $6::uuid))
     order by created_at desc, id desc limit $7`,
    [
      filter.driverId ?? null,
      filter.siteId ?? null,
      filter.status ?? null,
      filter.chargerId ?? null,
      createdAt,
      id,
      filter.limit
    ]
  )
  return viewsOf(needs, tx, rows)
}

/** Sessions as people see them; the cost of one that is not billed yet is rated from its registers so far. */
export async function viewsOf(needs: Needs, tx: Tx, rows: readonly SessionRow[]): Promise<SessionView[]> {
  const open = rows.filter((row) => row.cost_minor === null && row.started_at !== null)
  const readings = await readingsOf(
    tx,
    open.map(({ id }) => id)
  )
  const plans = await plansOf(needs, tx, open)
  const views: SessionView[] = []
  const now = new Date(needs.now()).toISOString()
  for (const row of rows) {
    const plan = plans.get(planKey(row))
    const heard = readings.get(row.id) ?? []
    const priced = plan && (await pricedSession(needs, tx, { row, plan, readings: heard, now }))
    views.push(viewOf(row, { readings: heard, plan, priced }))
  }
  return views
}

type Known = {
  readonly readings: readonly Register[]
  readonly plan: Plan | undefined
  readonly priced: Priced | undefined
}

const planKey = (row: SessionRow): string => `${row.site_id} ${row.tariff_id} ${row.tariff_version}`

async function plansOf(needs: Needs, tx: Tx, rows: readonly SessionRow[]): Promise<Map<string, Plan>> {
  const plans = new Map<string, Plan>()
  for (const row of rows) {
    const { tariff_id: tariffId, tariff_version: version } = row
    if (tariffId === null || version === null || plans.has(planKey(row))) continue
    const timeZone = (await needs.siteTimeZone(tx, row.site_id)) ?? 'UTC'
    const plan = await needs.pinned(tx, { tariffId, version, timeZone })
    if (plan) plans.set(planKey(row), plan)
  }
  return plans
}

function viewOf(row: SessionRow, known: Known): SessionView {
  const { failure_code: code, failure_detail: detail } = row
  return {
    id: row.id,
    siteId: row.site_id,
    chargerId: row.charger_id,
    connectorId: row.connector_id,
    driverId: row.driver_id,
    tokenUid: row.token_uid,
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    meterStartWh: row.meter_start_wh,
    meterStopWh: row.meter_stop_wh,
    energyWh: row.energy_wh ?? energySoFar(row, known.readings),
    cost: costOf(row, known),
    tariffId: row.tariff_id,
    tariffVersion: row.tariff_version,
    stopReason: row.stop_reason,
    provisional: row.cdr_id === null && !row.waived && row.status !== 'failed',
    standing: row.standing,
    leftAt: row.left_at,
    failure: code === null ? null : { code, detail: detail ?? '' },
    createdAt: row.created_at
  }
}

function energySoFar(row: SessionRow, readings: readonly Register[]): number | null {
  if (row.ended_at !== null) return null // It ended without a register that can be trusted.
  const good = readings.filter(({ trust }) => trust === 'good').map(({ registerWh }) => registerWh)
  return good.length === 0 ? null : Math.max(...good) - Math.min(...good)
}

function costOf(row: SessionRow, { plan, priced }: Known): Money | null {
  if (row.cost_minor !== null && row.currency !== null)
    return { currency: row.currency, amountMinor: row.cost_minor }
  if (!plan || !priced || row.status === 'review') return null
  if (row.waived) return { currency: plan.currency, amountMinor: 0 }
  return rated(plan, priced)
}

function rated(plan: Plan, priced: Priced): Money | null {
  try {
    return rate({ ...priced, plan, timeZone: plan.timeZone }).total
  } catch (error) {
    if (error instanceof RangeError) return null // Registers that go backwards have no price; the end decides.
    throw error
  }
}

type BillNeeds = CourseNeeds & Pick<Needs, 'pinned' | 'siteTimeZone' | 'now'>

/** What billing needs of a session that may be billed; undefined when there is no such session. */
export async function billable(needs: BillNeeds, tx: Tx, sessionId: string) {
  const row = await tx.maybe<SessionRow>(`select ${sessionColumns} from sessions where id = $1`, [sessionId])
  if (!row) return undefined
  const readings = (await readingsOf(tx, [sessionId])).get(sessionId) ?? []
  const { tariff_id: tariffId, tariff_version: version, started_at: startedAt, ended_at: endedAt } = row
  const timeZone = (await needs.siteTimeZone(tx, row.site_id)) ?? 'UTC'
  const tariff = tariffId === null || version === null ? null : { tariffId, version }
  const plan = tariff && (await needs.pinned(tx, { ...tariff, timeZone }))
  const now = new Date(needs.now()).toISOString()
  // A bill is made when nobody waits any longer: what was not told of the vehicle's leaving costs nothing.
  const settled = { ...row, standing: false }
  return {
    sessionId,
    siteId: row.site_id,
    chargerId: row.charger_id,
    connectorId: row.connector_id,
    driverId: row.driver_id,
    tokenUid: row.token_uid,
    startedAt,
    stoppedAt: endedAt,
    endedAt: endedAt === null ? null : (row.left_at ?? endedAt),
    energyWh: row.energy_wh,
    tariff,
    readings,
    course: plan ? (await pricedSession(needs, tx, { row: settled, plan, readings, now })).course : undefined
  }
}
