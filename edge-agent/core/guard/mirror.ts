import type { Watts } from '@nova/shared-protocol/units'
import type { Rest } from './doubt.ts'

/**
 * A meter that goes wrong while nothing flows shows nothing of it, and an inverter that follows it drifts away with it in
 * steps that are too small for any one look. But read backwards it stays, all the way from there, what devices and
 * chargers show beside the rest that was left where either sign was right.
 */
export type Mirror = {
  readonly restW: Watts // What all but chargers and devices drew where either sign was right,
  readonly chargersW: Watts // and what chargers showed then: as much more, if they had stopped and not said so.
  readonly fits: number // Looks in a row that only a turned meter explains.
}

export type MirrorLook = {
  readonly powerW: Watts
  readonly beforeW: Watts // At the look before.
  readonly devicesW: Watts
  readonly unsureW: Watts // What devices may feed in more than they show.
  readonly chargersW: Watts // As shown: any of them may have stopped since, and not have said so.
  readonly before: Rest // What that left.
}

const nothingW = 150 // So little flows that either sign is right.
const tellingW = 1_000
const nearW = 400
const nearShare = 0.1
const fitsNeeded = 3 // Meter, devices and chargers are read in different seconds.

/** One look. @returns null: nothing to compare with, until nothing flows again */
export function mirrored(mirror: Mirror | null, look: MirrorLook): Mirror | null {
  const { powerW, beforeW, devicesW, chargersW, before } = look
  if (Math.abs(powerW) < nothingW)
    return anchorOf({ besideDevicesW: powerW - devicesW, restW: powerW - devicesW - chargersW })
  const near = Math.max(nearW, nearShare * Math.abs(powerW))
  const isBack = { ...look, powerW: -powerW, unsureW: 0 }
  const turning = powerW * beforeW < 0 ? anchorOf(before) : null
  const known = [mirror, turning].find((each) => each !== null && isExplained(isBack, each.restW, near))
  if (!known) return null
  const isNear = Math.abs(-powerW - devicesW - chargersW - known.restW) <= near
  const isTelling = Math.abs(powerW) >= tellingW && isNear && !isHonest(look, known, near)
  return { ...known, fits: isTelling ? known.fits + 1 : 0 }
}

const anchorOf = ({ besideDevicesW, restW }: Rest): Mirror => ({
  restW,
  chargersW: besideDevicesW - restW,
  fits: 0
})

/** As it is, with chargers that had stopped when nothing flowed, and have said so since. */
const isHonest = (look: MirrorLook, { restW, chargersW }: Mirror, near: Watts): boolean =>
  isExplained({ ...look, chargersW: look.chargersW + chargersW }, restW, near)

/** With the rest as it was: chargers may have stopped since, and devices feed in more than they have shown. */
function isExplained(
  { powerW, devicesW, chargersW, unsureW }: MirrorLook,
  restW: Watts,
  near: Watts
): boolean {
  const off = powerW - devicesW - chargersW - restW
  return off <= near && off + chargersW + unsureW >= -near
}

/** @returns what is to be held against the meter; null: no sign of it */
export const turnedSince = (mirror: Mirror | null): Watts | null =>
  mirror !== null && mirror.fits >= fitsNeeded ? mirror.restW : null
