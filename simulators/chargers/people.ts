import type { FromStation16, IdTagInfo } from '@nova/shared-protocol/codecs/ocpp'
import { switchedOn, type Body, type Outlet } from './body.ts'
import type { Line } from './line.ts'
import { listed } from './local-list.ts'
import type { Swipe } from './options.ts'
import { beginIfReady, permit, setOperative, stop } from './sessions.ts'
import type { Vehicle } from './vehicle.ts'

/** @throws RangeError when the station has no such outlet, or a car stands there already */
export function plugIn(body: Body, outlet: Outlet, vehicle: Vehicle): void {
  if (outlet.vehicle) throw new RangeError(`${body.identity}: outlet ${outlet.number} is taken`)
  outlet.vehicle = vehicle
  if (outlet.status === 'Available') outlet.status = 'Preparing'
  beginIfReady(body, outlet)
}

export function unplug(body: Body, outlet: Outlet): void {
  if (!outlet.vehicle) return
  stop(body, outlet, 'EVDisconnected')
  outlet.vehicle = null
  outlet.permit = null
  if (outlet.status === 'Faulted') return
  if (outlet.reservation) outlet.status = 'Reserved'
  else setOperative(outlet, outlet.operative)
}

export function fault(body: Body, outlet: Outlet, errorCode: string): void {
  outlet.errorCode = errorCode
  if (errorCode === 'NoError') {
    outlet.status = 'Available'
    return setOperative(outlet, outlet.operative)
  }
  stop(body, outlet, 'Other')
  outlet.status = 'Faulted'
}

/** OCPP 1.6 §3.4, §3.5: asks the back office; without one the local list decides. */
export async function swipe(body: Body, line: Line, outlet: Outlet, idTag: string): Promise<Swipe> {
  if (outlet.transaction) {
    if (outlet.transaction.idTag !== idTag) return 'refused'
    stop(body, outlet, 'Local', idTag)
    return 'stopped'
  }
  if (!outlet.operative || outlet.status === 'Faulted') return 'refused'
  const verdict = await authorised(body, line, idTag)
  if (!verdict.allowed || isReservedForOthers(outlet, idTag, verdict.group) || outlet.transaction)
    return 'refused'
  permit(body, outlet, idTag)
  return outlet.vehicle ? 'started' : 'waits-for-car'
}

const isReservedForOthers = ({ reservation }: Outlet, idTag: string, group: string | null): boolean =>
  reservation !== null && reservation.idTag !== idTag && (group === null || reservation.group !== group)

type Verdict = { readonly allowed: boolean; readonly group: string | null }

async function authorised(body: Body, line: Line, idTag: string): Promise<Verdict> {
  const own = listed(body, idTag)
  if (own?.status === 'Accepted' && switchedOn(body, 'LocalPreAuthorize')) return verdictOf(own)
  const outcome = await line.call('Authorize', { idTag })
  if (outcome.kind === 'result')
    return verdictOf((outcome.payload as FromStation16['Authorize'][1]).idTagInfo)
  if (!switchedOn(body, 'LocalAuthorizeOffline')) return { allowed: false, group: null }
  return own ? verdictOf(own) : { allowed: switchedOn(body, 'AllowOfflineTxForUnknownId'), group: null }
}

const verdictOf = ({ status, parentIdTag }: IdTagInfo): Verdict => ({
  allowed: status === 'Accepted',
  group: parentIdTag ?? null
})
