import type { PerPhase, Watts } from '@nova/shared-protocol/units'

/** A group of cars behind one connection with a battery, as its meters show it. */
export type ClusterSnapshot = {
  readonly limitW: PerPhase<Watts> // What each phase may carry.
  readonly flowsW: PerPhase<Watts> | null // What each phase carries, import positive; null: the meter is stale.
  readonly carsW: Watts // What the cars of the group draw of it now.
  readonly batteryW: Watts // What the battery gives now; below 0: it takes. Ends as soon as somebody says so.
  readonly firmDischargeW: Watts // What it has confirmed to go on giving.
}

/**
 * Power that can be shared among cars that load the phases evenly: the fullest phase decides for all three. What the
 * battery gives now is taken out, and only what it has confirmed comes in again. Without a meter there is nothing.
 */
export function sharedRoomW({ limitW, flowsW, carsW, batteryW, firmDischargeW }: ClusterSnapshot): Watts {
  if (flowsW === null || !flowsW.every(Number.isFinite)) return 0
  const least = Math.min(limitW[0] - flowsW[0], limitW[1] - flowsW[1], limitW[2] - flowsW[2])
  const roomW = 3 * least + carsW - batteryW + firmDischargeW
  return roomW > 0 ? roomW : 0
}

/**
 * What the limit relay of a German control box (§ 14a EnWG) asks for, of one device under direct control. The relay
 * is closed (`true`) while the operator sets no limit: a cut wire limits. Only a clear "no limit" frees; a relay that
 * cannot be read limits, and so does one that says so while the site believes itself off the grid.
 */
export const relayLimitW = (input: boolean | null): Watts | null => (input === true ? null : directControlW)

const directControlW = 4_200

/**
 * The load of a circuit as the account takes it: infinite when its meter has been silent for longer than patience,
 * so that nothing behind it may rise and what follows set-points is sent to its least.
 */
export function circuitLoad(
  reading: { readonly value: number; readonly atMs: number } | null,
  nowMs: number,
  patienceMs: number
): number {
  if (reading === null || !Number.isFinite(reading.value)) return Infinity
  return nowMs - reading.atMs > patienceMs ? Infinity : reading.value
}
