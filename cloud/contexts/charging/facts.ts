import { createHash } from 'node:crypto'
import { connectorKey } from '@nova/shared-protocol/model'
import type { FactOf } from '@nova/shared-protocol/messages'
import { choosePlan } from '@nova/shared-protocol/tariff'
import type { Tx } from '../../db/index.ts'
import { reviewOpened, sessionBillable, sessionEnded, sessionStarted } from './events.ts'
import type { Inside } from './needs.ts'
import { keepSuspension } from './course.ts'
import { replacesAssumedEnd } from './late-stop.ts'
import { idleBegins, idleEnds } from './idle.ts'
import { hear } from './orders.ts'
import { addReading, addReview, lockSession, type NewReview, type SessionRow } from './store.ts'

/** An edge gives up a vehicle after a day; what it says of it may be on its way for some hours more. */
const longestStandingMs = 30 * 3_600_000

export type Place = { readonly siteId: string }

/** The session exists physically. A repetition, or one for an order of ours, meets the same row. */
export async function onStarted(needs: Inside, tx: Tx, fact: Started, { siteId }: Place): Promise<void> {
  const { sessionId, chargerId, tokenUid, startedAt, meterStartWh } = fact
  const connectorId = connectorKey(fact)
  const before = await lockSession(tx, sessionId)
  if (before && before.status !== 'pending' && before.status !== 'failed') return
  const driverId = before?.driver_id ?? (await needs.driverOfToken(tx, tokenUid))
  const tariff = fact.tariff ?? (await tariffAt(needs, tx, { siteId, connectorId, startedAt }))
  await saveStarted(tx, fact, { siteId, driverId, connectorId, tariff })
  if (meterStartWh !== null)
    await addReading(tx, sessionId, { at: startedAt, registerWh: meterStartWh, trust: 'good' })
  await hear(needs, tx, sessionId, { kind: 'session-started' })
  const body = { sessionId, siteId, driverId, tokenUid, chargerId, connectorId, startedAt }
  await tx.emit({ kind: sessionStarted, key: sessionId, body })
  shown(needs, tx, { id: sessionId, driver_id: driverId })
}

type Started = FactOf<'session.started.v1'>
type Known = {
  readonly siteId: string
  readonly driverId: string | null
  readonly connectorId: string
  readonly tariff: { readonly tariffId: string; readonly version: number } | null
}

const saveStarted = async (tx: Tx, fact: Started, known: Known): Promise<unknown> =>
  tx.query(
    `insert into sessions (tenant_id, id, site_id, charger_id, connector_id, driver_id, token_uid, transaction_id,
       status, offline, started_at, meter_start_wh, tariff_id, tariff_version, price_groups)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, 'started', $8, $9, $10, $11, $12, $13)
     on conflict (tenant_id, id) do update set charger_id = excluded.charger_id, connector_id = excluded.connector_id,
       token_uid = excluded.token_uid, transaction_id = excluded.transaction_id, status = 'started',
       offline = excluded.offline, started_at = excluded.started_at, meter_start_wh = excluded.meter_start_wh,
       tariff_id = excluded.tariff_id, tariff_version = excluded.tariff_version, price_groups = excluded.price_groups,
       failure_code = null, failure_detail = null`,
    [
      fact.sessionId,
      known.siteId,
      fact.chargerId,
      known.connectorId,
      known.driverId,
      fact.tokenUid,
      fact.transactionId,
      fact.offline,
      fact.startedAt,
      fact.meterStartWh,
      known.tariff?.tariffId ?? null,
      known.tariff?.version ?? null,
      fact.priceGroups ?? null
    ]
  )

type Where = { readonly siteId: string; readonly connectorId: string; readonly startedAt: string }

/** The edge had no plan to pin: what the cloud knows of that moment is pinned instead. */
async function tariffAt(needs: Inside, tx: Tx, { siteId, connectorId, startedAt }: Where) {
  const timeZone = (await needs.siteTimeZone(tx, siteId)) ?? 'UTC'
  const { plans, defaults } = await needs.tariffsFor(tx, siteId, timeZone)
  const chosen = choosePlan({ plans, defaults, connector: connectorId, at: startedAt })
  return chosen && { tariffId: chosen.plan.tariffId, version: chosen.plan.version }
}

export async function onSuspended(
  needs: Inside,
  tx: Tx,
  { number, fact }: { readonly number: number; readonly fact: FactOf<'session.suspended.v1'> }
): Promise<void> {
  await keepSuspension(tx, { number, fact })
  const moved = await tx.query<Pick<SessionRow, 'id' | 'driver_id'>>(
    `update sessions set status = $2 where id = $1 and status in ('started', 'suspended') returning id, driver_id`,
    [fact.sessionId, fact.suspended ? 'suspended' : 'started']
  )
  for (const session of moved) {
    const { sessionId, at } = fact
    if (fact.suspended && fact.by === 'ev') await idleBegins(needs, tx, { sessionId, at })
    else await idleEnds(tx, sessionId)
    shown(needs, tx, session)
  }
}

const hasEnded = ({ status }: SessionRow): boolean => status === 'ended' || status === 'review'

type Ended = FactOf<'session.ended.v1'>

/**
 * The physical end. Without a doubt it may be billed; with one it waits for a person, or for the charger's own
 * stop where the edge could only assume an end.
 */
export async function onEnded(needs: Inside, tx: Tx, fact: Ended, { siteId }: Place): Promise<void> {
  const { sessionId, endedAt, meterStopWh, energyWh } = fact
  const session = await lockSession(tx, sessionId)
  if (!session) return withoutStart(tx, fact, siteId)
  if (hasEnded(session) && !(await replacesAssumedEnd(tx, session, fact))) return
  const doubts = doubtsOf(fact)
  const waits = fact.standing === true && session.left_at === null
  await saveEnd(needs, tx, { fact, status: doubts.length > 0 ? 'review' : 'ended', waits })
  if (meterStopWh !== null)
    await addReading(tx, sessionId, { at: endedAt, registerWh: meterStopWh, trust: 'good' })
  const { driver_id: driverId, token_uid: tokenUid, charger_id: chargerId } = session
  const body = { sessionId, siteId, driverId, tokenUid, endedAt, energyWh, inReview: doubts.length > 0 }
  await tx.emit({ kind: sessionEnded, key: sessionId, body })
  for (const doubt of doubts)
    await review(tx, {
      id: reviewId(sessionId, doubt.reason),
      sessionId,
      siteId,
      chargerId,
      ...doubt,
      raw: null,
      raisedAt: endedAt
    })
  if (doubts.length === 0 && !waits)
    await tx.emit({
      kind: sessionBillable,
      key: sessionId,
      body: { sessionId, siteId, statedEnergyWh: null }
    })
  shown(needs, tx, session)
}

type Finished = { readonly fact: Ended; readonly status: 'review' | 'ended'; readonly waits: boolean }

async function saveEnd(needs: Inside, tx: Tx, { fact, status, waits }: Finished): Promise<void> {
  const { sessionId, endedAt: at } = fact
  await tx.query(
    `update sessions set status = $2, ended_at = $3, meter_stop_wh = $4, energy_wh = $5, stop_reason = $6,
       standing = $7, standing_until = $8 where id = $1`,
    [
      sessionId,
      status,
      at,
      fact.meterStopWh,
      fact.energyWh,
      fact.stopReason,
      waits,
      waits ? new Date(needs.now() + longestStandingMs).toISOString() : null
    ]
  )
  await (waits ? idleBegins(needs, tx, { sessionId, at }) : idleEnds(tx, sessionId))
}

function doubtsOf({ review: doubts, energyWh }: Ended): Ended['review'] {
  if (energyWh !== null || doubts.length > 0) return doubts
  return [
    { reason: 'no-energy-readings', detail: 'The session ended without a register that can be trusted.' }
  ]
}

/** The end of a session whose start never came: kept as it is, for a person. */
const withoutStart = async (tx: Tx, fact: Ended, siteId: string): Promise<void> =>
  review(tx, {
    id: reviewId(fact.sessionId, 'start-lost'),
    sessionId: fact.sessionId,
    siteId,
    chargerId: null,
    reason: 'start-lost',
    detail: 'A session ended that was never started here.',
    raw: JSON.stringify(fact),
    raisedAt: fact.endedAt
  })

export async function onReviewRaised(
  tx: Tx,
  fact: FactOf<'review.raised.v1'>,
  { siteId }: Place
): Promise<void> {
  const { reviewId: id, sessionId, chargerId, reason, detail, raw, at } = fact
  await review(tx, { id, sessionId, siteId, chargerId, reason, detail, raw, raisedAt: at })
}

/** Adds to the queue and tells it, once. */
export async function review(tx: Tx, wanted: NewReview): Promise<void> {
  if (!(await addReview(tx, wanted))) return
  const { id, sessionId, siteId, chargerId, reason, detail } = wanted
  await tx.emit({
    kind: reviewOpened,
    key: sessionId ?? id,
    body: { reviewId: id, sessionId, siteId, chargerId, reason, detail }
  })
}

/** Made from session and reason, so that a fact that comes twice opens one review. */
export function reviewId(sessionId: string, reason: string): string {
  const hex = createHash('sha256').update(`${sessionId}/${reason}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Pushes a changed session to the screens, once it is true. */
export function shown(needs: Inside, tx: Tx, session: Pick<SessionRow, 'id' | 'driver_id'>): void {
  const { tenantId } = tx
  if (tenantId === null) return
  tx.afterCommit(() => needs.changed(tenantId, { id: session.id, driverId: session.driver_id }))
}
