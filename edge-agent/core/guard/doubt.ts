import type { MilliAmps, PerPhase, Watts } from '@nova/shared-protocol/units'

/**
 * What batteries and inverters show by grid phase, import positive, and by how much they may be feeding in more than
 * that: one that nobody hears or believes by all it can.
 */
export type DevicesShow = { readonly milliA: PerPhase; readonly unsure: PerPhase }

/**
 * Where something feeds in, a reading of the other sign or ten times what it was is one that sun could explain. So it is
 * held against what the devices themselves show: what is left for everything else has to be what it was before.
 */
export type Doubt = {
  readonly because: string
  readonly sinceMs: number
  readonly restW: Watts // What all but chargers and devices drew before.
  readonly agreed: number // Looks in a row at which it was so again.
}

export type DoubtLook = {
  readonly nowMs: number
  readonly jumped: string | null // What this look alone shows, and what it would show read backwards.
  readonly jumpedBack: string | null
  readonly powerW: Watts
  readonly before: Watts // What all but chargers and devices drew at the look before, and at this one.
  readonly restW: Watts
}

const agreedLooks = 10
const longestMs = 600_000 // Nothing bore it out: somebody has put on what draws twice what was fed in.
const nearW = 1_000
const nearShare = 0.15
const tellingW = 1_000 // Near nothing either sign fits.

/** One look. @returns what to hold against the meter from now on; null: nothing */
export function doubted(doubt: Doubt | null, look: DoubtLook): Doubt | null {
  const { nowMs, jumped, jumpedBack, restW, before, powerW } = look
  if (doubt === null)
    return jumped === null ? null : { because: jumped, sinceMs: nowMs, restW: before, agreed: 0 }
  if (jumpedBack === doubt.because || nowMs - doubt.sinceMs >= longestMs) return null
  const isNear = Math.abs(restW - doubt.restW) <= Math.max(nearW, nearShare * Math.abs(powerW))
  if (!isNear) return { ...doubt, agreed: 0 }
  if (Math.abs(powerW) < tellingW) return doubt
  return doubt.agreed + 1 >= agreedLooks ? null : { ...doubt, agreed: doubt.agreed + 1 }
}

/** What is left of the meter's power for all that is no charger and no device. */
export function restOf(
  powerW: Watts,
  chargers: PerPhase,
  { devices, voltageV }: { readonly devices: DevicesShow; readonly voltageV: number }
): Watts {
  const [l1, l2, l3] = devices.milliA
  return powerW - ((sum(chargers) + l1 + l2 + l3) * voltageV) / 1000
}

const sum = ([l1, l2, l3]: PerPhase): MilliAmps => l1 + l2 + l3
