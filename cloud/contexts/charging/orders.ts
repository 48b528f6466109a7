import { randomUUID } from 'node:crypto'
import { isUniqueViolation, type Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { startAbandoned, startRequested } from './events.ts'
import { decide, patienceMs, tokenOf, type Heard, type Turn } from './model.ts'
import type { Inside } from './needs.ts'
import { freeConnector } from './place.ts'
import { couponProblem, quoteFor } from './quote.ts'
import type { ReservationRow } from './reservation.ts'
import { standingFor } from './reservations.ts'
import { createOrder, lockOrder, saveOrder, type OrderRow } from './store.ts'

const pauseMs = 1_000 // Between two tries to send a command.
const leaseMs = 15_000

export type StartWanted = {
  readonly sessionId?: string | undefined // The caller's own, so that asking again is the same start.
  readonly driverId: string
  readonly connectorId: string
  readonly paymentMethodId?: string | undefined
  readonly tariffId?: string | undefined
  readonly maxEnergyWh?: number | undefined
  readonly energyWh?: number | undefined // What the driver wants; the edge shares power by it.
  readonly departureAt?: string | undefined
  readonly reservationId?: string | number | undefined
  readonly coupon?: string | undefined
  readonly trace?: string | undefined // Of the request, as W3C writes it.
}

const iso = (ms: number): string => new Date(ms).toISOString()

/**
 * Takes a driver's order: checked, stored as pending, the hold asked for. The rest follows from events.
 * @throws Problem 404, 409 connector-…, 402 `debt-unpaid`, 422 `payment-method-needed`, `no-tariff`, `coupon-…`
 */
export async function requestStart(needs: Inside, tenantId: string, wanted: StartWanted): Promise<string> {
  const { sessionId = randomUUID() } = wanted
  const attempt = needs.database.tenant(tenantId, async (tx) => {
    if (await isTaken(tx, sessionId, wanted)) return sessionId
    await take(needs, tx, { sessionId, wanted })
    tx.afterCommit(() => needs.changed(tenantId, { id: sessionId, driverId: wanted.driverId }))
    return sessionId
  })
  return attempt.catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error
    throw problem(409, 'connector-occupied', 'Another start is on its way at this connector.')
  })
}

/** @throws Problem 409 `start-differs` when the id stands for another start */
async function isTaken(tx: Tx, sessionId: string, wanted: StartWanted): Promise<boolean> {
  const order = wanted.sessionId === undefined ? undefined : await lockOrder(tx, sessionId)
  if (!order || order.connector_id === wanted.connectorId) return order !== undefined
  throw problem(409, 'start-differs', 'This Idempotency-Key was used for another start.')
}

type Request = { readonly sessionId: string; readonly wanted: StartWanted }

async function take(needs: Inside, tx: Tx, { sessionId, wanted }: Request): Promise<void> {
  const { driverId, connectorId } = wanted
  const reserved = await reservationFor(tx, wanted)
  const connector = await freeConnector(needs, tx, { connectorId, isMine: reserved !== undefined })
  const methodId = await methodFor(needs, tx, wanted)
  const { plan, maxEnergyWh, hold } = await quoteFor(needs, tx, { ...wanted, siteId: connector.siteId })
  const deadline = iso(needs.now() + patienceMs.holding)
  const commandId = randomUUID()
  const place = { site_id: connector.siteId, charger_id: connector.chargerId, connector_id: connectorId }
  await createOrder(tx, {
    session_id: sessionId,
    driver_id: driverId,
    ...place,
    token_uid: reserved?.token_uid ?? tokenOf(sessionId), // The charger keeps it free for that token.
    tariff_id: plan.tariffId,
    max_energy_wh: maxEnergyWh,
    command_id: commandId,
    wish: wishOf(wanted),
    deadline
  })
  if (wanted.trace !== undefined) await needs.keepTrace(tx, commandId, wanted.trace)
  await bringCoupon(needs, tx, { ...wanted, sessionId })
  if (hold.amountMinor === 0) {
    await hear(needs, tx, sessionId, { kind: 'held' }) // Charging is free here: nothing to hold.
    return
  }
  await tx.emit({
    kind: startRequested,
    key: sessionId,
    body: { sessionId, siteId: connector.siteId, driverId, connectorId, paymentMethodId: methodId, hold }
  })
}

function wishOf({ energyWh, departureAt }: StartWanted): OrderRow['wish'] {
  if (energyWh === undefined && departureAt === undefined) return null
  return {
    ...(energyWh === undefined ? {} : { energyWh }),
    ...(departureAt === undefined ? {} : { departAt: departureAt })
  }
}

/** @throws Problem 422 `reservation-unknown` when the one named is not this driver's for this connector */
async function reservationFor(tx: Tx, wanted: StartWanted): Promise<ReservationRow | undefined> {
  const { reservationId } = wanted
  const own = await standingFor(tx, wanted)
  if (reservationId === undefined || own?.id === reservationId) return own
  throw problem(422, 'reservation-unknown', 'This reservation is not yours, or does not stand any more.')
}

type Bringing = Pick<StartWanted, 'coupon' | 'driverId'> & { readonly sessionId: string }

async function bringCoupon(needs: Inside, tx: Tx, { coupon, driverId, sessionId }: Bringing): Promise<void> {
  if (coupon === undefined) return
  const taken = await needs.useCoupon(tx, { code: coupon, driverId, sessionId, at: iso(needs.now()) })
  if ('fault' in taken) throw couponProblem(taken.fault)
}

type Paying = Pick<StartWanted, 'driverId' | 'paymentMethodId'>

/** @throws Problem 402 `debt-unpaid`, 422 `payment-method-needed` */
export async function methodFor(
  needs: Inside,
  tx: Tx,
  { driverId, paymentMethodId }: Paying
): Promise<string> {
  if (await needs.hasDebt(tx, driverId))
    throw problem(402, 'debt-unpaid', 'An earlier session is not paid yet. Pay it first.')
  const methods = await needs.paymentMethods(tx, driverId)
  const method = paymentMethodId === undefined ? methods[0] : methods.find(({ id }) => id === paymentMethodId)
  if (method) return method.id
  throw problem(422, 'payment-method-needed', 'Choose a way to pay that is yours.')
}

/** One step of the saga in the caller's transaction; events go with it, commands follow from the stored state. */
export async function hear(
  needs: Inside,
  tx: Tx,
  sessionId: string,
  heard: Heard
): Promise<Turn | undefined> {
  const order = await lockOrder(tx, sessionId)
  if (!order) return undefined
  const turn = decide(order.status, heard)
  if (turn.status === order.status && turn.todo === 'nothing') return turn
  const now = needs.now()
  const deadline = iso(now + patienceOf(turn, order, now))
  const nextAt = { starting: iso(now), waiting: deadline, holding: deadline, started: null, abandoned: null }
  // A start that comes too late is stopped by the worker, which finds the order once more.
  const next = turn.todo === 'stop' ? iso(now) : nextAt[turn.status]
  await saveOrder(tx, sessionId, { status: turn.status, deadline, nextAt: next })
  if (turn.todo === 'let-go') await letGo(needs, tx, { order, why: turn.why })
  tx.afterCommit(needs.wake)
  const { tenantId } = tx
  if (tenantId !== null)
    tx.afterCommit(() => needs.changed(tenantId, { id: sessionId, driverId: order.driver_id }))
  return turn
}

function patienceOf(turn: Turn, order: OrderRow, now: number): number {
  if (turn.status === order.status) return Math.max(0, Date.parse(order.deadline) - now)
  return turn.status === 'starting' || turn.status === 'waiting' ? patienceMs[turn.status] : 0
}

type Given = { readonly order: OrderRow; readonly why: Turn['why'] }

async function letGo(needs: Inside, tx: Tx, { order, why }: Given): Promise<void> {
  const { code = 'abandoned', detail = '' } = why ?? {}
  const { session_id: sessionId, site_id: siteId, driver_id: driverId, token_uid: tokenUid } = order
  await needs.giveBackCoupons(tx, sessionId)
  await tx.query(
    `update sessions set status = 'failed', failure_code = $2, failure_detail = $3
     where id = $1 and status = 'pending'`,
    [sessionId, code, detail.slice(0, 500)]
  )
  await tx.emit({
    kind: startAbandoned,
    key: sessionId,
    body: { sessionId, siteId, driverId, tokenUid, code, detail }
  })
}

/** What the worker does with an order that is due: send, give up, or stop what came too late. */
export async function advanceOrder(needs: Inside, tenantId: string, sessionId: string): Promise<void> {
  const order = await needs.database.tenant(tenantId, async (tx) => {
    const found = await lockOrder(tx, sessionId)
    const isLate = found !== undefined && Date.parse(found.deadline) <= needs.now()
    if (!isLate || found.status === 'abandoned' || found.status === 'started') return found
    await hear(needs, tx, sessionId, { kind: 'late' })
    return undefined
  })
  if (order?.status === 'starting') await sendStart(needs, tenantId, order)
  if (order?.status === 'abandoned') await sendLateStop(needs, tenantId, order)
}

/** The command's id was made with the order: sent twice it is one command. */
async function sendStart(needs: Inside, tenantId: string, order: OrderRow): Promise<void> {
  await needs.sendCommand({
    id: order.command_id,
    tenantId,
    siteId: order.site_id,
    chargerId: order.charger_id,
    action: 'start',
    issuer: `driver:${order.driver_id}`,
    expiresAt: iso(Math.max(needs.now() + pauseMs, Date.parse(order.deadline))),
    payload: {
      connector: order.connector_id,
      tokenUid: order.token_uid,
      sessionId: order.session_id,
      tariffId: order.tariff_id,
      maxEnergyWh: order.max_energy_wh,
      ...order.wish,
      ...(await pricedBy(needs, tenantId, order)),
      authorised: true
    }
  })
  await needs.database.tenant(tenantId, async (tx) => hear(needs, tx, order.session_id, { kind: 'sent' }))
}

/** What the edge needs so that its running cost is the bill's. */
async function pricedBy(needs: Inside, tenantId: string, order: OrderRow) {
  return needs.database.tenant(tenantId, async (tx) => {
    const priceGroups = await needs.groupsOf(tx, order.driver_id, iso(needs.now()))
    const coupons = await needs.couponsOf(tx, order.session_id)
    return {
      ...(priceGroups.length > 0 ? { priceGroups } : {}),
      ...(coupons.length > 0 ? { coupons } : {})
    }
  })
}

async function sendLateStop(needs: Inside, tenantId: string, order: OrderRow): Promise<void> {
  await needs.sendCommand({
    tenantId,
    siteId: order.site_id,
    chargerId: order.charger_id,
    action: 'stop',
    issuer: 'charging',
    expiresAt: iso(needs.now() + patienceMs.waiting),
    payload: { sessionId: order.session_id }
  })
  await needs.database.tenant(tenantId, async (tx) =>
    tx.query('update orders set next_at = null where session_id = $1', [order.session_id])
  )
}

export const orderLease = { limit: 16, leaseMs }
