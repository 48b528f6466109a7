import { epochMsOf } from '../units/index.ts'
import { bill, type RatedSession } from './bill.ts'
import { bordersOf } from './borders.ts'
import { slicesOfSession, type Cuttable } from './cut.ts'
import { nought } from './fraction.ts'
import { energyOf, type Judged } from './judge.ts'
import type { TariffPrices } from './model.ts'
import { judgeSession, reviewed } from './review.ts'
import { signalsOf, spanOf, statesOf, type MeteredSession, type StateLine } from './session.ts'
import { nobody, type Driver, type Slice } from './slice.ts'
import { wallOf, type Wall } from './wall.ts'

type Pinned = { readonly tariff: TariffPrices; readonly timeZone: string; readonly judged: Judged }

/** A session whose readings can be billed, by the full model. */
export function ratedByTariff(session: MeteredSession, { tariff, timeZone, judged }: Pinned): RatedSession {
  const slices = slicesWith(session, { tariff, timeZone, judged })
  const billed = bill(tariff, slices, driverOf(session))
  if (billed.priceMissingAt.length > 0) return reviewed(tariff, { ...judged, review: ['price-missing'] })
  return { ...billed, energyWh: energyOf(judged), review: [], notes: judged.notes }
}

/** The slices a session is priced by: what a CDR shows as charging periods. Empty for one under review. */
export function slicesFor(session: MeteredSession, tariff: TariffPrices, timeZone: string): readonly Slice[] {
  const judged = judgeSession(session)
  return judged.review.length > 0 ? [] : slicesWith(session, { tariff, timeZone, judged })
}

function slicesWith(session: MeteredSession, { tariff, timeZone, judged }: Pinned): readonly Slice[] {
  const wall = wallOf(timeZone)
  const states = statesOf(session)
  const span = spanOf(session, endsOf(judged.points, states))
  const charged = span ? slicesOfSession(cuttable({ session, tariff, wall, judged, states, span })) : []
  return session.reservation ? [...reservedSlices(session, tariff, wall), ...charged] : charged
}

/** The first and the last instant of which something is known; points and states are in order of time. */
function endsOf(
  points: Judged['points'],
  states: StateLine
): { readonly first: number; readonly last: number } {
  const [point, state] = [points[0], states[0]]
  const [lastPoint, lastState] = [points.at(-1), states.at(-1)]
  return {
    first: Math.min(point?.at ?? Number.POSITIVE_INFINITY, state?.at ?? Number.POSITIVE_INFINITY),
    last: Math.max(lastPoint?.at ?? Number.NEGATIVE_INFINITY, lastState?.at ?? Number.NEGATIVE_INFINITY)
  }
}

type Whole = {
  readonly session: MeteredSession
  readonly tariff: TariffPrices
  readonly wall: Wall
  readonly judged: Judged
  readonly states: StateLine
  readonly span: { readonly from: number; readonly to: number }
}

const cuttable = ({ session, tariff, wall, judged, states, span }: Whole): Cuttable => ({
  ...span,
  points: judged.points,
  digits: judged.digits,
  states,
  signals: signalsOf(session),
  idleFrom: idleFrom(states, session.idleToldAt),
  wall,
  borders: bordersOf(tariff)
})

/** Charging ended with the last state, and the driver has been told; null while it may go on. */
function idleFrom(states: StateLine, toldAt: string | null | undefined): number | null {
  const ended = states.findLast(({ state }) => state !== 'finished')
  const first = states.find(({ state, at }) => state === 'finished' && at >= (ended?.at ?? at))
  return first ? Math.max(first.at, toldAt ? epochMsOf(toldAt) : first.at) : null
}

const empty = { points: [], digits: 0, states: [], signals: [], idleFrom: null }

/** The time from the reservation until the vehicle came, or until nobody came. */
function reservedSlices({ reservation }: MeteredSession, tariff: TariffPrices, wall: Wall): Slice[] {
  if (!reservation) return []
  const [from, to] = [epochMsOf(reservation.from), epochMsOf(reservation.until)]
  const borders = { ...bordersOf(tariff), energiesWh: [], needsPower: false }
  const span = { from, to: Math.max(from, to), wall, borders }
  const slices = slicesOfSession({ ...empty, ...span })
  const outcome = reservation.outcome === 'expired' ? 'expired' : 'made'
  return slices.map((slice) => ({
    ...slice,
    quantities: { reservation: slice.quantities.time ?? nought },
    reservation: outcome
  }))
}

const driverOf = ({ driver }: MeteredSession): Driver =>
  driver ? { groups: new Set(driver.groups), coupons: new Set(driver.coupons) } : nobody
