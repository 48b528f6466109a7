import type { Body, Outlet } from './body.ts'
import { allowedMilliA, allowedPhases, stationMilliA } from './profiles.ts'
import { charged, isFull, leastMilliA, takenMilliA } from './vehicle.ts'

/** What the station lets each outlet draw per phase now, by number. */
export function offers(body: Body): ReadonlyMap<number, number> {
  const active = body.outlets.filter(({ transaction }) => transaction !== null)
  const obeys = !['accepted-but-ignored', 'accepted-but-forgotten'].includes(body.temper.profiles)
  const station = obeys ? stationMilliA(body) : null
  const share = station === null ? Infinity : Math.floor(station / Math.max(1, active.length))
  return new Map(
    active.map((outlet) => [
      outlet.number,
      Math.min(outlet.maxMilliA, share, obeys ? (allowedMilliA(body, outlet) ?? Infinity) : Infinity)
    ])
  )
}

/** Lets current flow for `ms`: registers and batteries grow by what was drawn. */
export function flow(body: Body, ms: number): void {
  const offered = offers(body)
  for (const outlet of body.outlets) {
    const { vehicle } = outlet
    const taken = vehicle && outlet.transaction ? takenMilliA(vehicle, offered.get(outlet.number) ?? 0) : 0
    outlet.drawnMilliA = taken
    outlet.drawnPhases = Math.min(allowedPhases(body, outlet), vehicle?.phases ?? 1) === 3 ? 3 : 1
    const milliJ = powerW(body, outlet) * ms
    outlet.registerMilliJ += Math.round(milliJ)
    if (vehicle && milliJ > 0) outlet.vehicle = charged(vehicle, milliJ / 3_600_000)
  }
}

export const powerW = ({ voltageV }: Pick<Body, 'voltageV'>, { drawnMilliA, drawnPhases }: Outlet): number =>
  (drawnMilliA * drawnPhases * voltageV) / 1000

/** The current on the station's own phases L1, L2, L3; single-phase cars hang on L1. */
export function drawnMilliA({ outlets }: Pick<Body, 'outlets'>): readonly [number, number, number] {
  let [all, first] = [0, 0]
  for (const { drawnMilliA: each, drawnPhases } of outlets) {
    if (drawnPhases === 3) all += each
    else first += each
  }
  return [all + first, all, all]
}

/** The status that a running transaction shows (OCPP 1.6 §4.9). */
export function chargingStatus(body: Body, outlet: Outlet): 'Charging' | 'SuspendedEV' | 'SuspendedEVSE' {
  if (outlet.drawnMilliA > 0) return 'Charging'
  const offered = offers(body).get(outlet.number) ?? 0
  if (offered < leastMilliA) return 'SuspendedEVSE'
  return outlet.vehicle && !isFull(outlet.vehicle) ? 'Charging' : 'SuspendedEV'
}
