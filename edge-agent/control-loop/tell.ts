import type { Allocation } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import {
  directionAt,
  mainReason,
  perPhaseOf,
  reasonOf,
  totalW,
  turnEndsMs,
  type Decision,
  type Seat,
  type Telling
} from '../core/allocator/index.ts'
import type { Sight } from '../core/picture/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { LoopState } from './entry.ts'
import { keyed } from './observe.ts'
import { refusingChargers } from './store-fallback.ts'
import type { Alarm, Needs } from './needs.ts'
import type { Outcome, Snapshot } from './snapshot.ts'

const greetingMs = 10_000 // At a cold start the cloud is not heard before the line is up: no alarm for that.
const alarmHeldMs = 30_000
const readingValidMs = 120_000 // Older power is not shown as now.

/** What the cycle decided, for screens, the live topic and the API. */
export function allocationOf(state: LoopState, snapshot: Snapshot, outcome: Outcome): Allocation {
  const { limit, scene, decisions } = outcome
  const volts = state.site.grid.voltageV // As people reckon; the rows count with the highest voltage of late.
  const meter = snapshot.hasMeter ? state.meter.verdict : 'none'
  const views = keyed(snapshot.views)
  const telling: Telling = {
    rows: scene.network.rows,
    now: { instant: snapshot.instant, timeZone: state.site.timeZone },
    held: snapshot.strategy?.because ?? null,
    turnEndsAt: decisions.some(({ guided, target }) => guided && target === 0)
      ? turnEndsAt(state, snapshot)
      : null
  }
  return {
    at: snapshot.instant,
    limitMilliA: [...perPhaseOf(limit)] as [number, number, number],
    limitW: totalW(limit, volts),
    limitReason: mainReason(limit, volts).slice(0, 300),
    limits: [...limit.valid],
    baseLoadW: wattsOf(scene.base, volts),
    siteW: meter === 'good' ? (state.meter.last?.reading.powerW ?? null) : null,
    meter,
    missingW: outcome.missingW,
    connectors: scene.seats.flatMap((seat, index) => {
      const decision = decisions[index]
      const view = views.get(seat.place.key)
      return decision === undefined
        ? []
        : [connectorOf({ seat, decision, view }, telling, state, snapshot.nowMs)]
    })
  }
}

/** The same decision a moment later: only the time and what the site's meter shows are new. */
export function stillAllocated(before: Allocation, state: LoopState, { instant }: Snapshot): Allocation {
  const siteW = before.meter === 'good' ? (state.meter.last?.reading.powerW ?? null) : null
  return { ...before, at: instant, siteW }
}

type Told = {
  readonly seat: Seat
  readonly decision: Decision
  readonly view: ConnectorView | undefined
}

function connectorOf(
  { seat, decision, view }: Told,
  telling: Telling,
  state: LoopState,
  nowMs: number
): Allocation['connectors'][number] {
  const { chargerId, evseId, connectorId } = seat.place
  const limitMilliA = Math.round(decision.guided ? decision.level : decision.committed)
  const phases = directionAt(seat, nowMs).reduce((sum, each) => sum + each, 0)
  return {
    chargerId,
    evseId,
    connectorId,
    limitMilliA,
    committedMilliA: Math.round(decision.committed),
    powerW: powerNow(view, nowMs),
    limitW: Math.floor((limitMilliA * phases * state.site.grid.voltageV) / 1000), // A rating's last milliampere is rounded up.
    reason: reasonOf(seat, decision, telling)
  }
}

/** What it draws as far as is known: old power, and that of the car that has left, is not shown as now. */
function powerNow(view: ConnectorView | undefined, nowMs: number): number | null {
  const isOld = nowMs - (view?.readingHeardAtMs ?? -Infinity) > readingValidMs
  const hasLeft = view?.session === null && view.status === 'available'
  return isOld || hasLeft ? null : (view?.reading?.powerW ?? null)
}

/** The monotonic end of a turn as an instant: time from now on runs alike on both clocks. */
function turnEndsAt(state: LoopState, { nowMs, instant }: Snapshot): string | null {
  const cars = [...state.entries.values()].flatMap(({ car }) => (car === null ? [] : [car]))
  const endsMs = turnEndsMs(cars)
  if (endsMs === null) return null
  return textOf(Date.parse(instant) + Math.max(0, Math.round(endsMs - nowMs)))
}

let said = { atMs: Number.NaN, text: '' } // A turn's end is told each second, and stays the same for minutes.

function textOf(atMs: number): string {
  if (said.atMs !== atMs) said = { atMs, text: Temporal.Instant.fromEpochMilliseconds(atMs).toString() }
  return said.text
}

/** All that is wrong at this moment; whoever keeps them raises and clears on the edges. */
function alarmsOf(state: LoopState, snapshot: Snapshot, outcome: Outcome): Alarm[] {
  return [
    ...meterAlarms(state, snapshot),
    ...cloudAlarms(state, snapshot.nowMs),
    ...reachAlarms(outcome),
    ...liars(state)
  ]
}

function meterAlarms(state: LoopState, { hasMeter, site, nowMs }: Snapshot): Alarm[] {
  const { verdict, because } = state.meter
  const graceMs = site.failsafe.meterSilentSeconds * 1000
  if (!hasMeter || verdict === 'good' || verdict === 'none' || nowMs - state.startedAtMs < graceMs) return []
  const subject = site.grid.meter ?? 'grid-meter'
  const advice =
    'Check the meter, its wiring and its address. The limit holds with the reserve for the base load.'
  const detail = `Site meter: ${because ?? verdict}.`
  const code = verdict === 'silent' ? 'meter-silent' : 'meter-untrusted'
  return [{ code, severity: 'urgent', subject, detail, advice }]
}

function cloudAlarms({ cloud, site }: LoopState, nowMs: number): Alarm[] {
  if (!cloud.failsafe || nowMs - cloud.sinceMs < greetingMs) return []
  const { limitW } = site.failsafe
  const detail =
    limitW === null
      ? 'The cloud is silent; no limit changes by that.'
      : `The cloud is silent: ${limitW} W hold.`
  const advice = 'Check the internet connection. Charging goes on; nothing is lost.'
  return [{ code: 'cloud-silent', severity: 'warning', subject: 'site', detail, advice }]
}

function reachAlarms({ missingW }: Outcome): Alarm[] {
  if (missingW === 0) return []
  const detail = `${missingW} W above the limit may be drawn and no set-point reaches them.`
  const advice = 'Look for silent or unmanaged chargers and for a base load above the limit.'
  return [{ code: 'limit-out-of-reach', severity: 'urgent', subject: 'site', detail, advice }]
}

function liars(state: LoopState): Alarm[] {
  return [...state.entries.values()].flatMap(({ place, conduct }): Alarm[] => {
    if (conduct.kind !== 'ignores') return []
    const worst = Math.round(conduct.worstMilliA / 100) / 10
    const detail = `Drew ${worst} A per phase against its limit; paused, then stopped; ${worst} A stay reserved.`
    const advice = 'Have the charger looked at, then tell the edge that it can be trusted again.'
    return [{ code: 'charger-ignores-limit', severity: 'urgent', subject: place.key, detail, advice }]
  })
}

const wattsOf = (currents: PerPhase, volts: number): number =>
  Math.round(((currents[0] + currents[1] + currents[2]) * volts) / 1000)

/** Limits are those of the cycle; volts as people reckon, as in the allocation. */
export const sightOf = (
  { site }: LoopState,
  { instant, limits }: Snapshot,
  { scene, decisions }: Outcome
): Sight => ({
  instant,
  site,
  scene,
  decisions,
  limits,
  voltageV: site.grid.voltageV
})

type Teller = (allocation: Allocation, snapshot: Snapshot, outcome: Outcome) => void

/** Says a cycle to whoever listens: each allocation, changed limits, alarms when they begin and end. */
export function teller(needs: Needs, state: LoopState): Teller {
  let standing: Standing = new Map()
  let before: Limit | null = null
  let refusedText = ''
  return (allocation, snapshot, outcome) => {
    needs.allocated(allocation)
    const { limitMilliA, limitW, limitReason } = allocation
    const now: Limit = { limitMilliA, watts: outcome.limit.watts, limitReason }
    if (limitW >= 0 && (before === null || !isSameLimit(before, now))) needs.limitChanged(allocation)
    before = now
    const refused = outcome.refused.join('; ')
    if (refused !== refusedText && refused !== '') needs.log.warn({ refused }, 'unsound limits refused')
    refusedText = refused
    const wanted = [...alarmsOf(state, snapshot, outcome), ...refusingChargers(state)]
    standing = onTheEdges(needs, standing, wanted, snapshot.nowMs)
  }
}

type Limit = Pick<Allocation, 'limitMilliA' | 'limitReason'> & { readonly watts: Outcome['limit']['watts'] }

const isSameLimit = (one: Limit, other: Limit): boolean =>
  one.limitReason === other.limitReason &&
  one.limitMilliA.every((each, at) => each === other.limitMilliA[at]) &&
  isSameBound(one.watts, other.watts)

const isSameBound = (one: Limit['watts'], other: Limit['watts']): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    one.value === other.value &&
    one.because === other.because &&
    one.until === other.until)

type Standing = ReadonlyMap<string, { readonly alarm: Alarm; readonly seenMs: number }>

/** Raised at once, cleared when it has been gone for a while: an alarm that flickers tells nobody anything. */
function onTheEdges({ alarms }: Needs, before: Standing, wanted: readonly Alarm[], nowMs: number): Standing {
  if (wanted.length === 0 && before.size === 0) return before
  const now = new Map(before)
  for (const alarm of wanted) {
    const key = `${alarm.code} ${alarm.subject}`
    if (!before.has(key)) alarms.raise(alarm)
    now.set(key, { alarm, seenMs: nowMs })
  }
  for (const [key, { alarm, seenMs }] of before) {
    if (now.get(key)?.seenMs === nowMs || nowMs - seenMs < alarmHeldMs) continue
    alarms.clear(alarm.code, alarm.subject)
    now.delete(key)
  }
  return now
}
