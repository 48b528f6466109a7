import type { PerPhase } from '@nova/shared-protocol/units'
import { baseReserveOf } from '../core/allocator/index.ts'
import { drawValidMs, residualOf, watchBase, watchCloud, watchMeter } from '../core/guard/index.ts'
import { drawBounds, within } from './bounds.ts'
import type { LoopState } from './entry.ts'
import { insisting } from './insist.ts'
import { chargersSum } from './observe.ts'
import type { Snapshot } from './snapshot.ts'
import { lookForLiars } from './suspects.ts'

const chargersNowMs = 2_000
const voltageHeldMs = 300_000

/** The second's look at the meter and the cloud: verdicts, base load, voltage. The same sample twice counts once. */
export function watch(state: LoopState, { meter, hasMeter, cloud, nowMs }: Snapshot): void {
  const { failsafe, grid, feedInMilliA: feedIn } = state.site
  const silentMs = failsafe.cloudSilentSeconds * 1000
  state.cloud = watchCloud(state.cloud, { contact: cloud, silentMs, nowMs })
  if (!hasMeter) return
  const { entries } = state
  const before = state.meter.last?.takenAtMs
  state.meter = watchMeter(state.meter, {
    sample: meter,
    nowMs,
    silentMs: failsafe.meterSilentSeconds * 1000,
    limitMilliA: limitOf(state),
    voltageV: grid.voltageV,
    chargers: chargersSum(entries.values(), nowMs, drawValidMs),
    chargersNow: chargersSum(entries.values(), nowMs, chargersNowMs),
    ...(feedIn === undefined ? {} : { feedIn })
  })
  if (meter === null || state.meter.verdict !== 'good') {
    state.insistAtMs = null // Nobody knows whether it is above its limit.
    return lookForLiars(state, null, nowMs)
  }
  if (meter.takenAtMs === before) return
  lookForLiars(state, meter.reading.currentMilliA ?? null, nowMs)
  const { least, shown, most } = drawBounds(entries.values(), nowMs, drawValidMs)
  const rest = (chargers: PerPhase): PerPhase => residualOf(meter.reading, chargers, grid.voltageV)
  state.rest = within(state.rest ?? firstGuess(state, rest(shown)), rest(most), rest(least))
  state.base = watchBase(state.base, insisting(state, meter.reading, nowMs), nowMs)
  state.voltage = highest(state, Math.max(grid.voltageV, ...(meter.reading.voltageV ?? [])), nowMs)
}

/** Before anything is known, what the installer reserved; without that, all that no charger is seen to draw. */
function firstGuess({ site }: LoopState, unseen: PerPhase): PerPhase {
  const reserve = baseReserveOf(site)
  return reserve > 0 ? [reserve, reserve, reserve] : unseen
}

const limitOf = ({ tree }: LoopState): PerPhase => tree.nodes[0]?.limitMilliA ?? [0, 0, 0]

/** Watts are counted at the highest voltage of late, so that a limit in watts holds when the voltage is high. */
function highest({ voltage }: LoopState, volts: number, nowMs: number): LoopState['voltage'] {
  const whole = Math.ceil(volts)
  const lapsed = nowMs - voltage.sinceMs > voltageHeldMs
  return whole > voltage.volts || lapsed ? { volts: whole, sinceMs: nowMs } : voltage
}
