import type { SiteLimit } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import {
  baseReserveOf,
  committedLoad,
  effectiveLimit,
  expecting,
  equalShare,
  fallbacksWanted,
  missingW,
  networkOf,
  plan,
  scarcityOf,
  served,
  treeOf,
  wattsOver,
  type Ceiling,
  type Decision,
  type EffectiveLimit,
  type Scene,
  type Seat
} from '../core/allocator/index.ts'
import {
  baseNow,
  drawValidMs,
  isPaused,
  residualOf,
  soundLimits,
  sightMs,
  watchBase,
  watchCloud,
  watchMeter
} from '../core/guard/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Fallback } from '../drivers/contract.ts'
import { adopt, leaseMs, type Entry, type LoopState } from './entry.ts'
import type { Cap, CloudContact } from './needs.ts'
import { chargersSum, chargersWithRises, observe, standingOf } from './observe.ts'
import type { Sample } from './sample.ts'
import type { PowerSite } from '../core/allocator/index.ts'

/** The frozen picture of one cycle: nothing in it changes while the cycle thinks. */
export type Snapshot = {
  readonly nowMs: number
  readonly instant: string
  readonly site: PowerSite
  readonly views: readonly ConnectorView[]
  readonly limits: readonly SiteLimit[]
  readonly caps: ReadonlyMap<string, Cap>
  readonly meter: Sample | null
  readonly hasMeter: boolean
  readonly cloud: CloudContact | null
  readonly remembered: readonly Fallback[]
  isConnected(chargerId: string): boolean
}

export type Outcome = {
  readonly limit: EffectiveLimit
  readonly scene: Scene
  readonly decisions: readonly Decision[]
  readonly fallbacks: readonly number[] // Wanted, by place.
  readonly stops: readonly { readonly entry: Entry; readonly transactionId: string }[]
  readonly missingW: number
  readonly refused: readonly string[]
}

const chargersNowMs = 2_000
const outOfReachMs = 15_000 // Reaction, confirmation and a reading that shows it; then it is not on its way any more.
const loweringMs = 5_000 // A charger in order confirms within this.
const voltageHeldMs = 300_000

/** Freeze → judge → allocate. Changes `state`, sends nothing. */
export function cycle(state: LoopState, snapshot: Snapshot): Outcome {
  const { nowMs } = snapshot
  reconfigure(state, snapshot)
  const stops = observe(state, snapshot.views, (id) => snapshot.isConnected(id), nowMs)
  watch(state, snapshot)
  const sound = soundLimits(snapshot.limits, state.lastSound)
  state.lastSound = sound.lastSound
  const limits = [...sound.limits, ...failsafe(state)]
  const limit = effectiveLimit(state.site, limits, {
    instant: snapshot.instant,
    timeZone: state.site.timeZone
  })
  const before = sceneOf(state, snapshot, limit)
  state.scarce = scarcityOf(state.scarce, before)
  const fallbacks = fallbacksWanted(before.seats, before.network, state.scarce)
  const scene = {
    ...before,
    seats: before.seats.map((seat, at) => lowering(state, seat, fallbacks[at], nowMs))
  }
  const decisions = plan(scene)
  takeTurns(state, decisions, nowMs)
  return {
    limit,
    scene,
    decisions,
    fallbacks,
    stops,
    missingW: outOfReach(state, scene, decisions),
    refused: sound.refused
  }
}

function reconfigure(state: LoopState, { site, remembered, nowMs }: Snapshot): void {
  if (state.site === site && state.entries.size > 0) return
  state.site = site
  state.tree = treeOf(site)
  adopt(state, remembered, nowMs)
}

function watch(state: LoopState, { meter, hasMeter, cloud, nowMs }: Snapshot): void {
  const { failsafe, grid } = state.site
  const silentMs = failsafe.cloudSilentSeconds * 1000
  state.cloud = watchCloud(state.cloud, { contact: cloud, silentMs, nowMs })
  if (!hasMeter) return
  const entries = [...state.entries.values()]
  const before = state.meter.last?.takenAtMs
  state.meter = watchMeter(state.meter, {
    sample: meter,
    nowMs,
    silentMs: failsafe.meterSilentSeconds * 1000,
    limitMilliA: limitOf(state),
    voltageV: grid.voltageV,
    chargers: chargersSum(entries, nowMs, drawValidMs),
    chargersNow: chargersSum(entries, nowMs, chargersNowMs)
  })
  if (meter === null || state.meter.verdict !== 'good' || meter.takenAtMs === before) return
  const shown = chargersWithRises(entries, nowMs, drawValidMs)
  const residual = residualOf(meter.reading, shown, grid.voltageV)
  state.base = watchBase(state.base, residual, nowMs)
  state.voltage = highest(state, Math.max(grid.voltageV, ...(meter.reading.voltageV ?? [])), nowMs)
}

const limitOf = ({ tree }: LoopState): PerPhase => tree.nodes[0]?.limitMilliA ?? [0, 0, 0]

/** Watts are counted at the highest voltage of late, so that a limit in watts holds when the voltage is high. */
function highest({ voltage }: LoopState, volts: number, nowMs: number): LoopState['voltage'] {
  const whole = Math.ceil(volts)
  const lapsed = nowMs - voltage.sinceMs > voltageHeldMs
  return whole > voltage.volts || lapsed ? { volts: whole, sinceMs: nowMs } : voltage
}

function failsafe({ cloud, site }: LoopState): SiteLimit[] {
  const { limitW } = site.failsafe
  if (!cloud.failsafe || limitW === null) return []
  return [{ source: 'failsafe', limitW, reason: 'fail-safe, cloud silent' }]
}

function sceneOf(state: LoopState, snapshot: Snapshot, limit: EffectiveLimit): Scene {
  const { tree, site, meter, voltage } = state
  const trustedMeter = snapshot.hasMeter && meter.verdict === 'good'
  const seats = tree.places.flatMap((place): Seat[] => {
    const entry = state.entries.get(place.key)
    if (entry === undefined) return []
    const { account, car } = entry
    const [standing, ceiling] = [standingOf(entry), ceilingOf(entry, snapshot)]
    return [{ place, account, car, standing, ceiling, expected: account }]
  })
  return {
    tree,
    network: networkOf(tree, limit, voltage.volts),
    base: baseNow(state.base, trustedMeter ? 0 : baseReserveOf(site), baseSince(state, snapshot.nowMs)),
    seats,
    nowMs: snapshot.nowMs,
    settling: isSettling(state, snapshot.nowMs),
    strategy: equalShare
  }
}

/** Looks at the base load from here on count: as far back as the charging ones' readings are old. */
function baseSince({ entries }: LoopState, nowMs: number): number {
  const ages = [...entries.values()].flatMap(({ car, draw }) =>
    car === null || draw === null ? [] : [Math.min(drawValidMs, nowMs - draw.heardAtMs)]
  )
  return nowMs - sightMs(Math.max(0, ...ages))
}

/**
 * A fallback that has just been told to fall is counted as fallen when power is shared, or else every car would
 * be paused for the second that this takes. Whoever does not confirm in time counts in full again.
 */
function lowering(state: LoopState, seat: Seat, wanted: number | undefined, nowMs: number): Seat {
  const entry = state.entries.get(seat.place.key)
  if (entry === undefined || wanted === undefined) return seat
  const falls = isReachable(seat) && wanted < (seat.account.storedMilliA ?? Infinity)
  entry.loweringSinceMs = falls ? (entry.loweringSinceMs ?? nowMs) : null
  const inTime = entry.loweringSinceMs !== null && nowMs - entry.loweringSinceMs < loweringMs
  return inTime ? { ...seat, expected: expecting(seat.account, wanted) } : seat
}

const isReachable = ({ standing }: Seat): boolean =>
  standing.managed && standing.connected && standing.distrustMilliA === null

/** Until everyone who was here before our start has confirmed a set-point of ours, or their leases are over. */
function isSettling(state: LoopState, nowMs: number): boolean {
  if (nowMs - state.startedAtMs >= leaseMs) return false
  return [...state.entries.values()].some(
    ({ place, account, connected, car }) =>
      place.managed &&
      state.posts.get(place.chargerId)?.inherited === true &&
      account.confirmed === null &&
      (!connected || car !== null)
  )
}

const cautiousMilliA = 6_000 // A charger that ignored its limit once gets the least there is.

function ceilingOf({ place, conduct, car }: Entry, { caps, nowMs }: Snapshot): Ceiling {
  if (car !== null && isPaused(conduct, car.transactionId))
    return { milliA: 0, because: 'paused, the charger ignored its limit' }
  if (car !== null && nowMs < car.restsUntilMs)
    return { milliA: 0, because: 'waits, there was no room a moment ago' }
  const cap = caps.get(place.key)
  const wish = car?.wishMilliA ?? null
  const ceilings: Ceiling[] = [
    { milliA: place.ratingMilliA, because: 'rating of the connector' },
    ...(cap === undefined ? [] : [{ milliA: cap.limitMilliA, because: cap.reason }]),
    ...(wish === null ? [] : [{ milliA: wish, because: 'the car takes no more' }]),
    ...(conduct.kind === 'ignores'
      ? [{ milliA: cautiousMilliA, because: 'the charger ignored its limit before' }]
      : [])
  ]
  return ceilings.reduce((least, each) => (each.milliA < least.milliA ? each : least))
}

function takeTurns(state: LoopState, decisions: readonly Decision[], nowMs: number): void {
  state.tree.places.forEach((place, index) => {
    const entry = state.entries.get(place.key)
    const decision = decisions[index]
    if (entry === undefined || entry.car === null || decision?.guided !== true) return
    entry.car = served(entry.car, decision.target, nowMs)
  })
}

/** Missing for certain, or still missing although everyone has had time to follow. */
function outOfReach(state: LoopState, scene: Scene, decisions: readonly Decision[]): number {
  const volts = state.voltage.volts
  const certain = missingW(scene, volts)
  const all = wattsOver(
    committedLoad(
      scene,
      decisions.map(({ committed }) => committed)
    ),
    volts
  )
  state.overrunSinceMs = all > 0 ? (state.overrunSinceMs ?? scene.nowMs) : null
  const lasting = state.overrunSinceMs !== null && scene.nowMs - state.overrunSinceMs >= outOfReachMs
  return lasting ? Math.max(certain, all) : certain
}
