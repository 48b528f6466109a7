import type { Place } from '../core/allocator/index.ts'
import type { PerPhase } from '@nova/shared-protocol/units'

type Hangs = Pick<Place, 'loop' | 'phases'>

// Between two lines a current stands 30° off either line's voltage.
const inPhase = Math.cos(Math.PI / 6)

/**
 * What a charger's own current adds to the site's three lines. One that hangs between two lines runs through both; of
 * that counts what is in phase with them, which is never more than what it adds to their magnitude.
 * @param currents by grid phase; a loop's at its first line
 */
export function onLines({ loop, phases }: Hangs, currents: PerPhase): PerPhase {
  const [first] = phases
  if (loop !== true || first === undefined) return currents
  const each = currents[first] * inPhase
  const lines: [number, number, number] = [0, 0, 0]
  lines[first] = each
  lines[((first + 1) % 3) as 0 | 1 | 2] = each
  return lines
}

/** The voltage that its current runs at. @param voltageV from line to neutral */
export const voltsAcross = ({ loop }: Hangs, voltageV: number): number =>
  loop === true ? voltageV * Math.sqrt(3) : voltageV
