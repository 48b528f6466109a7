import { instantAt } from '@nova/shared-protocol/codecs/ocpp'
import { withoutTransaction } from '@nova/shared-protocol/codecs/ocpp/composite'
import { registerWh, setting, type Body, type Outlet } from './body.ts'
import { meterValue } from './messages.ts'
import { chargingStatus } from './power.ts'

/** Somebody was let in: the transaction begins as soon as a car is there. */
export function permit(body: Body, outlet: Outlet, idTag: string): void {
  outlet.permit = { idTag, untilMs: body.nowMs + setting(body, 'ConnectionTimeOut') * 1000 }
  if (outlet.status === 'Available' || outlet.status === 'Reserved') outlet.status = 'Preparing'
  beginIfReady(body, outlet)
}

export function beginIfReady(body: Body, outlet: Outlet): void {
  if (!outlet.permit || !outlet.vehicle || outlet.transaction) return
  const { idTag } = outlet.permit
  const local = `${body.identity}-${body.nowMs}-${body.nextLocal++}`
  const meterStartWh = registerWh(outlet)
  const { reservation } = outlet
  outlet.transaction = { local, id: null, idTag, startedMs: body.nowMs, meterStartWh }
  outlet.permit = null
  outlet.reservation = null
  outlet.sampledMs = body.nowMs
  outlet.status = 'Charging'
  body.backlog.push({
    action: 'StartTransaction',
    local,
    tries: 0,
    payload: {
      connectorId: outlet.number,
      idTag,
      meterStart: meterStartWh,
      timestamp: instantAt(body.nowMs),
      ...(reservation ? { reservationId: reservation.id } : {})
    }
  })
}

/** Ends the transaction at the outlet, when there is one. `idTag` is the card that stopped it. */
export function stop(body: Body, outlet: Outlet, reason: string, idTag?: string): void {
  const { transaction } = outlet
  if (!transaction) return
  outlet.transaction = null
  outlet.drawnMilliA = 0
  outlet.status = outlet.vehicle ? 'Finishing' : 'Available'
  body.profiles = withoutTransaction(body.profiles, outlet.number)
  body.backlog.push({
    action: 'StopTransaction',
    local: transaction.local,
    tries: 0,
    payload: {
      meterStop: registerWh(outlet),
      timestamp: instantAt(body.nowMs),
      reason,
      ...(idTag === undefined ? {} : { idTag }),
      transactionData: [meterValue(body, outlet, 'Transaction.End')]
    }
  })
  if (outlet.inoperativeAfter) setOperative(outlet, false)
}

export function setOperative(outlet: Outlet, operative: boolean): void {
  outlet.operative = operative
  outlet.inoperativeAfter = false
  if (outlet.transaction || outlet.status === 'Faulted') return
  outlet.status = operative ? (outlet.vehicle ? 'Preparing' : 'Available') : 'Unavailable'
}

/** What time alone brings about: permits and reservations run out, samples fall due, statuses follow the current. */
export function timePasses(body: Body, outlet: Outlet): void {
  expire(body, outlet)
  if (!outlet.transaction) return
  outlet.status = chargingStatus(body, outlet)
  const everyMs = setting(body, 'MeterValueSampleInterval') * 1000
  if (everyMs > 0 && body.nowMs - outlet.sampledMs >= everyMs) sample(body, outlet, outlet.transaction.local)
}

function expire({ nowMs }: Body, outlet: Outlet): void {
  if (outlet.permit && nowMs >= outlet.permit.untilMs) {
    outlet.permit = null
    if (!outlet.vehicle && outlet.status === 'Preparing') outlet.status = 'Available'
  }
  if (outlet.reservation && nowMs >= outlet.reservation.untilMs) {
    outlet.reservation = null
    if (outlet.status === 'Reserved') outlet.status = 'Available'
  }
}

const mostWaiting = 10_000 // A day offline with 12 connectors; then samples are thinned, never starts and stops.

function sample(body: Body, outlet: Outlet, local: string): void {
  outlet.sampledMs = body.nowMs
  if (body.backlog.length >= mostWaiting) {
    const oldest = body.backlog.findIndex(({ action }) => action === 'MeterValues')
    if (oldest > 0) body.backlog.splice(oldest, 1)
  }
  body.backlog.push({
    action: 'MeterValues',
    local,
    tries: 0,
    payload: { connectorId: outlet.number, meterValue: [meterValue(body, outlet, 'Sample.Periodic')] }
  })
}
