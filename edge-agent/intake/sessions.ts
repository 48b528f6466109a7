import type { RegisterReading } from '@nova/shared-protocol/model'
import {
  pinnedPlan,
  pricedOf,
  rate,
  type Kept,
  type Plan,
  type Suspension
} from '@nova/shared-protocol/tariff'
import type { Money } from '@nova/shared-protocol/units'
import type { FactOf } from '@nova/shared-protocol/messages'
import { begin, type Session } from '../core/sessions/index.ts'
import { sessionOf } from './book.ts'
import type { IntakeRoom, SessionQuery, SessionView } from './contract.ts'
import { instant, logOnce, type Room } from './room.ts'
import { signalsFor } from './signals.ts'

/** A session keeps some 3,600 readings a day; a week on the cable is the longest that is read at once. */
const mostReadings = 25_000

/** For the cost shown while charging: as many points as a day has quarter hours, twice. The bill uses all. */
const pointsForCost = 200

/** Where time itself costs, the cost is as new as this. */
const costFreshMs = 10_000

const costs = new WeakMap<Session, { readonly cost: Money | null; readonly atMs: number }>()

export function findSession(room: Room, sessionId: string): SessionView | null {
  const session = room.book.find(sessionId)
  return session && viewOf(room, session)
}

export function querySessions(room: Room, query: SessionQuery): SessionView[] {
  const { status, ...rest } = query
  // A session in review has ended, and one that has ended is not in review: as `status` says to people.
  const where =
    status === 'review' || status === 'ended'
      ? { status: 'ended' as const, review: status === 'review' }
      : status && { status }
  const rows = room.needs.store.sessions.query({ ...rest, ...where })
  return rows.map((row) => viewOf(room, newestOf(room, row)))
}

/** A running session is as new in memory as its last reading; its row is written now and then. */
function newestOf({ book }: Room, row: Parameters<typeof sessionOf>[0]): Session {
  return (row.status === 'ended' ? null : book.find(row.sessionId)) ?? sessionOf(row)
}

/** Register readings kept as facts, oldest first. */
export function readingsOf(room: Room, sessionId: string): RegisterReading[] {
  const facts = room.needs.store.outbox.byPrefix(`reading/${sessionId}/`, mostReadings)
  return facts
    .map(([, , body]) => (JSON.parse(body) as FactOf<'session.reading.v1'>).reading)
    .toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at))
}

export const findRunning: (
  room: Room,
  wanted: Parameters<IntakeRoom['sessions']['running']>[0]
) => ReturnType<IntakeRoom['sessions']['running']> = (room, { sessionId, transactionId, chargerId }) => {
  for (const session of room.book.open()) {
    const isIt =
      (sessionId === undefined || session.sessionId === sessionId) &&
      (transactionId === undefined || session.transactionId === transactionId) &&
      (chargerId === undefined || session.chargerId === chargerId)
    if (isIt && (sessionId !== undefined || transactionId !== undefined)) return session
  }
  return null
}

/** Cost so far by the pinned plan; null without a plan or without registers to tell from. */
export function costOf(room: Room, session: Session): Money | null {
  const atMs = room.needs.now()
  const known = costs.get(session)
  if (known && (isSettled(session) || !planOf(room, session)?.rules || atMs - known.atMs < costFreshMs))
    return known.cost
  const cost = computeCost(room, session)
  costs.set(session, { cost, atMs })
  return cost
}

/** Over, and no vehicle stands there: time changes nothing any more. */
const isSettled = ({ end, left }: Session): boolean => end !== null && (!end.standing || left !== undefined)

const planOf = (room: Room, { tariff }: Session): Plan | undefined =>
  tariff ? pinnedPlan(room.config.now.tariffs.plans, tariff) : undefined

function computeCost(room: Room, session: Session): Money | null {
  const { end } = session
  const plan = planOf(room, session)
  const from = begin(session)
  if (!plan || !from || end?.energyWh === null) return null
  const heard = readingsOf(room, session.sessionId)
  const readings = rising([from, ...(end ? heard : thin(heard)), ...newest(session)])
  const now = instant(room.needs.now())
  try {
    const priced = pricedOf(keptOf(room, session, { plan, readings, now }), now)
    return rate({ ...priced, plan, timeZone: plan.timeZone }).total
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    logOnce(room, `plan ${plan.tariffId} cannot be rated`, { error: error.message })
    return null // Only the display is without it; the bill is made in the cloud.
  }
}

type Metered = { readonly plan: Plan; readonly readings: Kept['readings']; readonly now: string }

/** What the cloud will know of it, out of the same facts. */
function keptOf(room: Room, session: Session, metered: Metered): Kept {
  const { startedAt, end, left, priced } = session
  return {
    startedAt,
    endedAt: end?.endedAt ?? null,
    leftAt: left?.at ?? null,
    standing: end?.standing === true && !left,
    readings: metered.readings,
    ...besideOf(startedAt, priced ?? null),
    ...notedOf(room, session, metered)
  }
}

function besideOf(
  startedAt: string,
  priced: Session['priced']
): Pick<Kept, 'groups' | 'coupons' | 'reservation'> {
  const { groups, coupons, reservedFrom } = priced ?? { groups: [], coupons: [], reservedFrom: null }
  const reservation =
    reservedFrom === null ? null : ({ from: reservedFrom, until: startedAt, outcome: 'used' } as const)
  return { groups, coupons, reservation }
}

/** Time of use asks for nothing beside the registers. */
function notedOf(
  room: Room,
  { sessionId, startedAt: from, end, left }: Session,
  { plan, now }: Metered
): Pick<Kept, 'suspensions' | 'signals'> {
  if (!plan.rules) return { suspensions: [], signals: [] }
  const until = left?.at ?? (end && !end.standing ? end.endedAt : now)
  return { suspensions: suspensionsOf(room, sessionId), signals: signalsFor(room, plan, { from, until }) }
}

const mostSuspensions = 5_000

function suspensionsOf(room: Room, sessionId: string): Suspension[] {
  const facts = room.needs.store.outbox.byPrefix(`suspended/${sessionId}/`, mostSuspensions)
  return facts.map(([, , body]) => {
    const { at, suspended, by } = JSON.parse(body) as FactOf<'session.suspended.v1'>
    return { at, by: suspended ? by : null }
  })
}

/** The registers that no reading fact has: the last one heard, and the one of the stop. */
function newest({ last, end }: Session): RegisterReading[] {
  const stop = end?.meterStopWh ?? null
  const known = last ? [last] : []
  return end && stop !== null ? [...known, { at: end.endedAt, registerWh: stop, trust: 'good' }] : known
}

/** Only what rises: the one rating function refuses a register that goes backwards. */
function rising(readings: readonly RegisterReading[]): RegisterReading[] {
  const inOrder = readings
    .filter(({ trust }) => trust === 'good')
    .toSorted(
      (left, right) => Date.parse(left.at) - Date.parse(right.at) || left.registerWh - right.registerWh
    )
  let highest = -Infinity
  return inOrder.filter(({ registerWh }) => {
    const rises = registerWh >= highest
    if (rises) highest = registerWh
    return rises
  })
}

function thin(readings: readonly RegisterReading[]): readonly RegisterReading[] {
  const step = Math.ceil(readings.length / pointsForCost)
  return step <= 1 ? readings : readings.filter((_, index) => index % step === 0)
}

function viewOf(room: Room, session: Session): SessionView {
  const { sessionId, chargerId, evseId, connectorId, transactionId, tokenUid, startedAt, meterStartWh } =
    session
  const { tariff, review } = session
  return {
    id: sessionId,
    chargerId,
    evseId,
    connectorId,
    transactionId,
    tokenUid,
    startedAt,
    meterStartWh,
    ...endingOf(session),
    cost: costOf(room, session),
    tariffId: tariff?.tariffId ?? null,
    tariffVersion: tariff?.version ?? null,
    review
  }
}

function endingOf(
  session: Session
): Pick<SessionView, 'status' | 'endedAt' | 'meterStopWh' | 'energyWh' | 'stopReason'> {
  const { end, review, status } = session
  if (!end)
    return { status, endedAt: null, meterStopWh: null, energyWh: energySoFar(session), stopReason: null }
  const { endedAt, meterStopWh, energyWh, stopReason } = end
  return { status: review.length > 0 ? 'review' : 'ended', endedAt, meterStopWh, energyWh, stopReason }
}

/** Up to the last good register; null while there is none. */
export function energySoFar(session: Session): number | null {
  const from = begin(session)
  return from && session.last ? session.last.registerWh - from.registerWh : null
}
