/** How fast a set-point may rise; it may fall at once. */
export type Ramp =
  | { readonly kind: 'share'; readonly perSecond: number } // 0.03: by 3 % of what it was, each second.
  | { readonly kind: 'step'; readonly step: number; readonly everyMs: number } // 3 A at a time, every two minutes.

/**
 * What may be told now, on the way to a target. A rise from less than the floor is a start: it begins there.
 * @param from what holds, and for how long; any one unit for all: watts or milliamperes
 * @param least the floor of the device
 */
export function risen(
  from: { readonly value: number; readonly forMs: number },
  target: number,
  least: number,
  ramp: Ramp
): number {
  if (!(target > from.value)) return target > 0 ? target : 0
  if (!(from.value >= least)) return Math.min(target, least)
  const most =
    ramp.kind === 'share'
      ? from.value * (1 + (ramp.perSecond * from.forMs) / 1000)
      : from.value + (from.forMs >= ramp.everyMs ? ramp.step : 0)
  return Math.min(target, most)
}
