import type { Reading } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import type { DevicesShow } from './doubt.ts'

/** What stands behind the meter, as it shows itself. */
type Behind = {
  readonly chargersNow: PerPhase // What chargers showed within the last two seconds.
  readonly devices?: DevicesShow
}

const belowMilliA = 3_000
const belowShare = 0.15
const trembleMilliA = 100 // Of a meter of class 1.
const noDevices: DevicesShow = { milliA: [0, 0, 0], unsure: [0, 0, 0] }

export const tooLow = ({ devices }: Behind, { currentMilliA }: Reading): string =>
  devices === undefined && currentMilliA !== undefined && isFedIn(currentMilliA)
    ? 'shows feed-in where nothing feeds in'
    : 'shows less than the chargers behind it'

/** On every phase although nothing here can: one on one phase alone may be somebody's panel on a balcony. */
const isFedIn = ([l1, l2, l3]: PerPhase): boolean => Math.max(l1, l2, l3) < -trembleMilliA

/** What the site's own generation may feed in, as it shows itself, is not missing: the sun is no fault of the meter. */
export function isBelow({ chargersNow, devices = noDevices }: Behind, { currentMilliA }: Reading): boolean {
  if (currentMilliA === undefined) return false
  if (devices === noDevices && isFedIn(currentMilliA)) return true // Left out: nothing here can.
  const { milliA, unsure } = devices
  return ([0, 1, 2] as const).some((phase) => {
    const shown = chargersNow[phase] + Math.abs(milliA[phase])
    const tolerance = Math.max(belowMilliA, belowShare * shown)
    return currentMilliA[phase] < chargersNow[phase] + milliA[phase] - unsure[phase] - tolerance
  })
}
