import { directionAt, totalW } from '../core/allocator/index.ts'
import { mostDrawW } from '../core/schedule/index.ts'
import type { LoopState } from './entry.ts'
import type { Needs } from './needs.ts'
import { partsOf, tellParticipants } from './participants.ts'
import type { Outcome, Snapshot } from './snapshot.ts'

/** After the chargers: batteries and inverters, by what the chargers and everything else leave. */
export function leadParticipants(
  needs: Pick<Needs, 'clock' | 'log' | 'participants'>,
  state: LoopState,
  snapshot: Snapshot,
  outcome: Outcome
): void {
  if (snapshot.participants.length === 0) return
  const { nowMs } = snapshot
  const { voltageV } = state.site.grid
  const parts = partsOf(state.participants, snapshot.participants)
  const last = snapshot.hasMeter && state.meter.verdict === 'good' ? state.meter.last : null
  const powerW = last?.reading.powerW
  const grid = last === null || powerW === undefined ? null : { totalW: powerW, atMs: last.takenAtMs }
  // What they draw themselves is theirs to go on drawing.
  const own = parts.reduce((sum, part) => sum + Math.max(0, mostDrawW(part, nowMs)), 0)
  const chargeRoomW = roomW(outcome, voltageV) + own
  tellParticipants(state.participants, needs, parts, {
    nowMs,
    limit: outcome.limit,
    voltageV,
    grid,
    chargeRoomW
  })
}

/** What limits leave beside the base load and everything that chargers may draw: of the fullest phase, three times. */
function roomW({ limit, scene, decisions }: Outcome, voltageV: number): number {
  const used: [number, number, number] = [...scene.base]
  scene.seats.forEach((seat, at) => {
    const direction = directionAt(seat, scene.nowMs)
    for (const phase of phases) used[phase] += direction[phase] * (decisions[at]?.committed ?? 0)
  })
  const least = Math.min(...phases.map((phase) => limit.phases[phase].value - used[phase]))
  const totalLeftW = totalW(limit, voltageV) - ((used[0] + used[1] + used[2]) * voltageV) / 1000
  return Math.min((3 * least * voltageV) / 1000, totalLeftW)
}

const phases = [0, 1, 2] as const
