import { partOf, type Device } from './device.ts'
import type { Needs } from './needs.ts'

type Latest = NonNullable<ReturnType<NonNullable<Needs['meter']>['latest']>>
type Reading = Latest['reading']

/** The reading that a meter shows, and the least that each device has fed in since it was shown first. */
export type Same = { readonly reading: Reading; readonly shownW: ReadonlyMap<string, number> }

/**
 * One look a second. A real meter trembles: what shows the very same to the last digit, whatever instant it writes beside
 * it, has not seen what devices moved since. The guard knows it for frozen only after seconds.
 * @returns what was shown before, and what each device showed at the highest since, import positive, by its id
 */
export function watchSame(
  same: Same | null,
  reading: Reading | null,
  devices: readonly Device[]
): Same | null {
  if (reading === null) return null
  const before = same !== null && isSame(same.reading, reading) ? same.shownW : new Map<string, number>()
  const shown = devices.flatMap((device): (readonly [string, number])[] => {
    const { id, reading: shows } = partOf(device)
    return shows === null ? [] : [[id, Math.max(before.get(id) ?? -Infinity, shows.totalW)]]
  })
  return { reading, shownW: new Map(shown) }
}

/** Energy is left out: it stands still at no load while all else trembles. */
const isSame = (left: Reading, right: Reading): boolean =>
  left.powerW === right.powerW &&
  isSameThree(left.currentMilliA, right.currentMilliA) &&
  isSameThree(left.voltageV, right.voltageV)

type Three = Reading['currentMilliA']

const isSameThree = (left: Three, right: Three): boolean =>
  left === right ||
  (left !== undefined && right !== undefined && left.every((each, phase) => each === right[phase]))
