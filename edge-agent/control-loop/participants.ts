import type { PerPhase } from '@nova/shared-protocol/units'
import { phasesOf } from '@nova/shared-protocol/model'
import { totalW, type EffectiveLimit } from '../core/allocator/index.ts'
import {
  beyondMeterW,
  capFeedIn,
  freshShaving,
  mostDrawW,
  shave,
  type FeedInCap,
  type Part,
  type PartSetPoint,
  type PowerRange,
  type ShaveState
} from '../core/schedule/index.ts'
import type { ParticipantDriver, ParticipantSetPoint } from '../drivers/contract.ts'
import type { Needs } from './needs.ts'

/** What the loop remembers of its inverters and batteries. */
export type Participants = { readonly held: Map<string, Held>; shaving: ShaveState }

type Held = {
  confirmed: Part['confirmed']
  sent: PowerRange | null // On its way, or unanswered: it may have arrived.
  told: { readonly point: Told; readonly atMs: number } | null
  busy: boolean
  tryAgainAtMs: number
}

/** A set-point without its lease: `limits` for PV, which gives what the sun does; a power for what can store. */
type Told =
  | { readonly kind: 'power'; readonly powerW: number }
  | { readonly kind: 'limits'; readonly importW: number | null; readonly exportW: number | null }

const leaseS = 60 // The device's own timer ends it: well above two missed renewals of a cycle at half of it.
const answerMs = 5_000
const pauseMs = 5_000
const dustW = 100 // A smaller rise is not worth a write to the device.
const dustShare = 0.02

export const noParticipants = (): Participants => ({ held: new Map(), shaving: freshShaving })

/** Each driver's device as the pure part sees it, with what it was told and has confirmed. */
export function partsOf({ held }: Participants, drivers: readonly ParticipantDriver[]): Part[] {
  return drivers.map(({ participant, latest, abilities }) => {
    const { id, kind, rating, capacityWh, minSocPercent } = participant
    const known = held.get(id)
    const heard = latest()
    return {
      id,
      kind,
      rating,
      capacityWh,
      reservePercent: minSocPercent,
      reading: heard === null ? null : { ...heard.reading, atMs: heard.takenAtMs },
      confirmed: known?.confirmed ?? null,
      sent: known === undefined || known.sent === null ? [] : [known.sent],
      // One without a timer of its own keeps what it was told last, for ever: anything it can do may be that.
      fallback: abilities()?.reversion ? (abilities()?.afterReversion ?? rating) : rating
    }
  })
}

/**
 * What participants may come to draw beyond what the site's meter shows, by grid phase; without a trusted meter, all
 * that they may draw. A discharge that is not confirmed frees nothing.
 */
export function beyondBase(
  drivers: readonly ParticipantDriver[],
  parts: readonly Part[],
  {
    metered,
    voltageV,
    nowMs
  }: { readonly metered: boolean; readonly voltageV: number; readonly nowMs: number }
): PerPhase {
  const sum: [number, number, number] = [0, 0, 0]
  parts.forEach((part, at) => {
    const watts = Math.max(0, metered ? beyondMeterW(part, nowMs) : mostDrawW(part, nowMs))
    const phases = phasesOf(drivers[at]?.participant.phaseRotation ?? 'RST')
    for (const phase of phases) sum[phase] += Math.ceil((watts * 1000) / (phases.length * voltageV))
  })
  return sum
}

/** What this cycle has to know for its participants. */
export type Look = {
  readonly nowMs: number
  readonly limit: EffectiveLimit
  readonly voltageV: number
  readonly grid: { readonly totalW: number; readonly atMs: number } | null // null: no meter to trust.
  readonly chargeRoomW: number // What limits and commitments leave.
}

/** Batteries shave what would pass the limit and are filled again below it; all hold the export limit. */
export function tellParticipants(
  state: Participants,
  needs: Pick<Needs, 'clock' | 'log' | 'participants'>,
  parts: readonly Part[],
  look: Look
): void {
  const drivers = needs.participants?.() ?? []
  if (drivers.length === 0) return
  const { nowMs, grid, limit, voltageV } = look
  const peakW = totalW(limit, voltageV)
  const batteries = parts.filter(({ kind }) => kind !== 'pv')
  const chargeRoomW = Math.max(0, look.chargeRoomW)
  const [shaving, told] = shave(state.shaving, {
    nowMs,
    grid,
    peakW,
    rechargeBelowW: peakW * rechargeShare,
    chargeRoomW,
    batteries
  })
  state.shaving = shaving
  const caps = capFeedIn({ nowMs, grid, exportLimitW: limit.exportWatts?.value ?? null, parts })
  parts.forEach((part, at) => {
    const driver = drivers[at]
    const point = pointFor(part, told, caps)
    if (driver !== undefined && point !== null) send(state, { driver, part, point }, needs)
  })
}

const rechargeShare = 0.9 // Filled up to there: what wanders in the load does not turn the battery round each second.

function pointFor(part: Part, told: readonly PartSetPoint[], caps: readonly FeedInCap[]): Told | null {
  const exportW = caps.find(({ id }) => id === part.id)?.exportW ?? null
  if (part.kind === 'pv') return { kind: 'limits', importW: null, exportW }
  const powerW = told.find(({ id }) => id === part.id)?.powerW
  return powerW === undefined ? null : { kind: 'power', powerW: Math.max(powerW, -(exportW ?? Infinity)) }
}

type Sending = { readonly driver: ParticipantDriver; readonly part: Part; readonly point: Told }

function send(
  state: Participants,
  { driver, part, point }: Sending,
  { clock, log }: Pick<Needs, 'clock' | 'log'>
): void {
  const nowMs = clock.monotonicMs()
  const known = state.held.get(part.id) ?? {
    confirmed: null,
    sent: null,
    told: null,
    busy: false,
    tryAgainAtMs: 0
  }
  state.held.set(part.id, known)
  if (known.busy || nowMs < known.tryAgainAtMs || !isDue(known.told, point, nowMs)) return
  const range = rangeUnder(point, part)
  Object.assign(known, { busy: true, sent: range })
  const patience = new AbortController()
  const timer = clock.after(answerMs, () => patience.abort())
  const lease: ParticipantSetPoint = { ...point, reversionS: leaseS }
  driver
    .setPoint(lease, patience.signal)
    .then((deed) => {
      if (deed.kind !== 'accepted') known.tryAgainAtMs = clock.monotonicMs() + pauseMs
      // Unanswered it may have arrived: it counts beside what was confirmed, until the next answer.
      if (deed.kind === 'failed') return
      known.sent = null
      if (deed.kind === 'rejected') return
      known.confirmed = { range, untilMs: nowMs + leaseS * 1000 }
      known.told = { point, atMs: nowMs }
    })
    .catch((cause: unknown) => {
      known.tryAgainAtMs = clock.monotonicMs() + pauseMs
      log.warn({ err: cause, id: part.id }, 'a set-point for a participant failed')
    })
    .finally(() => {
      timer.cancel()
      known.busy = false
    })
    .catch((cause: unknown) => log.warn({ err: cause, id: part.id }, 'a participant’s answer was not taken'))
}

/** Less to draw, or more beyond dust, or half of its lease gone. */
function isDue(told: Held['told'], point: Told, nowMs: number): boolean {
  if (told === null || nowMs - told.atMs >= (leaseS * 1000) / 2) return true
  const before = told.point
  if (before.kind === 'power' && point.kind === 'power') {
    const moreW = point.powerW - before.powerW
    // Down at once: it may be what a limit lacks.
    return moreW < 0 || moreW > Math.max(dustW, dustShare * Math.abs(before.powerW))
  }
  return JSON.stringify(before) !== JSON.stringify(point)
}

/** What the device may do under a set-point: a power is a range of one value, PV gives from nothing to its cap. */
function rangeUnder(point: Told, { rating }: Part): PowerRange {
  if (point.kind === 'power') return { leastW: point.powerW, mostW: point.powerW }
  const { importW, exportW } = point
  return {
    leastW: Math.max(rating.leastW, -(exportW ?? Infinity)),
    mostW: Math.min(rating.mostW, importW ?? Infinity)
  }
}
