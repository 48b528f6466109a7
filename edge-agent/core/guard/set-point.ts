import type { MilliAmps } from '@nova/shared-protocol/units'

export type Asked = {
  readonly asked: MilliAmps
  readonly ratingMilliA: MilliAmps
  readonly allocatedMilliA: MilliAmps // The share that was decided; nobody after that may raise it.
}

const floorMilliA = 6_000 // IEC 61851-1: between 0 and 6 A a pilot says nothing.

/**
 * The last word before hardware: a whole number of milliamperes between 0 and the least of rating and share.
 * What is no number becomes 0; what is too small to be a pilot becomes 0.
 */
export function lastWord({ asked, ratingMilliA, allocatedMilliA }: Asked): MilliAmps {
  const least = Math.min(asked, ratingMilliA, allocatedMilliA)
  if (!Number.isFinite(least) || least < floorMilliA) return 0
  return Math.floor(least)
}
