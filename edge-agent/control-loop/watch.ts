import type { Reading } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import { baseReserveOf } from '../core/allocator/index.ts'
import {
  drawValidMs,
  residualOf,
  watchBase,
  watchCloud,
  watchMeter,
  type DevicesShow
} from '../core/guard/index.ts'
import { drawBounds, restAtMost, within, type Bounds } from './bounds.ts'
import type { LoopState } from './entry.ts'
import { forgetOver, insisting } from './insist.ts'
import { chargersSum } from './observe.ts'
import { watchQuiet } from './quiet.ts'
import type { Snapshot } from './snapshot.ts'
import { lookForLiars } from './suspects.ts'

const chargersNowMs = 2_000
const voltageHeldMs = 300_000

/** The second's look at the meter and the cloud: verdicts, base load, voltage. The same sample twice counts once. */
export function watch(state: LoopState, { meter, hasMeter, cloud, nowMs, devices: showing }: Snapshot): void {
  const { failsafe, grid } = state.site
  const silentMs = failsafe.cloudSilentSeconds * 1000
  state.cloud = watchCloud(state.cloud, { contact: cloud, silentMs, nowMs })
  if (!hasMeter) return
  const { entries } = state
  const before = state.meter.last?.takenAtMs
  const devices = devicesOf(state.site, showing)
  state.meter = watchMeter(state.meter, {
    sample: meter,
    nowMs,
    silentMs: failsafe.meterSilentSeconds * 1000,
    limitMilliA: limitOf(state),
    voltageV: grid.voltageV,
    chargers: chargersSum(entries.values(), nowMs, drawValidMs),
    chargersNow: chargersSum(entries.values(), nowMs, chargersNowMs),
    ...(devices === null ? {} : { devices })
  })
  if (meter === null || state.meter.verdict !== 'good') {
    state.look = null
    state.restAtMost = null
    watchQuiet(state, null)
    forgetOver(state)
    return lookForLiars(state, null, nowMs)
  }
  if (meter.takenAtMs === before) return
  lookForLiars(state, besideDevices(meter.reading, showing), nowMs)
  watchQuiet(state, residualOf(meter.reading, zero, grid.voltageV))
  const bounds = drawBounds(entries.values(), nowMs, drawValidMs)
  const { least, shown, most } = bounds
  const rest = (chargers: PerPhase): PerPhase => residualOf(meter.reading, chargers, grid.voltageV)
  const known = state.rest ?? firstGuess(state, rest(shown))
  const site = rest(zero)
  state.rest = within(withRise(known, state.look, { site, bounds }), rest(most), rest(least))
  state.restAtMost = restAtMost(state.rest, rest(least), bounds.unshown)
  state.look = { site, shown }
  state.fed = fedIn(devices)
  state.base = watchBase(state.base, insisting(state, meter.reading, nowMs), nowMs)
  state.voltage = highest(state, Math.max(grid.voltageV, ...(meter.reading.voltageV ?? [])), nowMs)
}

const zero: PerPhase = [0, 0, 0]
const noticedMilliA = 500 // Meters tremble.

/**
 * What was known, and by how much the site has risen since the look before beyond what any charger explains: one that was
 * only told less draws no more by that, though nobody knows yet how far it has fallen.
 */
function withRise(
  known: PerPhase,
  before: LoopState['look'],
  { site, bounds: { shown, rising } }: { readonly site: PerPhase; readonly bounds: Bounds }
): PerPhase {
  if (before === null) return known
  const at = (phase: 0 | 1 | 2): number => {
    const told = Math.max(0, shown[phase] - before.shown[phase])
    const rise = site[phase] - before.site[phase] - rising[phase] - told
    return rise > noticedMilliA ? known[phase] + rise : known[phase]
  }
  return [at(0), at(1), at(2)]
}

/** Before anything is known, what the installer reserved; without that, all that no charger is seen to draw. */
function firstGuess({ site }: LoopState, unseen: PerPhase): PerPhase {
  const reserve = baseReserveOf(site)
  return reserve > 0 ? [reserve, reserve, reserve] : unseen
}

/** Who feeds in and shows nothing of it may be feeding in all it can; null: nothing here can. */
export const devicesOf = (
  { feedInMilliA }: LoopState['site'],
  shown: DevicesShow | null
): DevicesShow | null =>
  feedInMilliA === undefined ? null : (shown ?? { milliA: zero, unsure: feedInMilliA })

/** What devices may be feeding in, by phase: as far as nobody knows that they do not. */
export function fedIn(devices: DevicesShow | null): PerPhase {
  if (devices === null) return zero
  const at = (phase: 0 | 1 | 2): number => Math.max(0, devices.unsure[phase] - devices.milliA[phase])
  return [at(0), at(1), at(2)]
}

/** What batteries and inverters move by themselves is no step of a charger's. */
function besideDevices({ currentMilliA }: Reading, showing: DevicesShow | null): PerPhase | null {
  if (currentMilliA === undefined) return null
  const [l1, l2, l3] = showing?.flows ?? zero
  return [currentMilliA[0] - l1, currentMilliA[1] - l2, currentMilliA[2] - l3]
}

const limitOf = ({ tree }: LoopState): PerPhase => tree.nodes[0]?.limitMilliA ?? [0, 0, 0]

/** Watts are counted at the highest voltage of late, so that a limit in watts holds when the voltage is high. */
function highest({ voltage }: LoopState, volts: number, nowMs: number): LoopState['voltage'] {
  const whole = Math.ceil(volts)
  const lapsed = nowMs - voltage.sinceMs > voltageHeldMs
  return whole > voltage.volts || lapsed ? { volts: whole, sinceMs: nowMs } : voltage
}
