/** What a device is, as its plate says. Powers are magnitudes in W. */
export type Plate = {
  readonly kind: 'pv' | 'battery'
  readonly ratingW: number
  readonly capacityWh: number // 0 for PV.
  readonly lagMs: number // Between a new target and the first move.
  readonly rampWPerS: number
}

/** AC power, import positive: what is asked of it may move between these. */
export type Window = { readonly leastW: number; readonly mostW: number }

export type Body = {
  powerW: number
  storedWh: number
  targetW: number
  changedAtMs: number
}

const oneWay = 0.96 // Each way through the inverter; 92 % there and back.

export const bodyAt = (storedWh: number, nowMs: number): Body => ({
  powerW: 0,
  storedWh,
  targetW: 0,
  changedAtMs: nowMs
})

/**
 * One step of physics: toward the target after its lag, no faster than its ramp, no charge beyond full or below
 * empty; what the sun does not give is gone at once.
 * @param wish what it does by itself, import positive: −sun for PV
 * @param window what it is held to
 */
export function stepBody(
  body: Body,
  plate: Plate,
  { wishW, window, nowMs, stepMs }: { wishW: number; window: Window; nowMs: number; stepMs: number }
): void {
  const targetW = within(wishW, window, plate)
  if (Math.abs(targetW - body.targetW) > plate.ratingW / 100) body.changedAtMs = nowMs
  body.targetW = targetW
  const waits = nowMs - body.changedAtMs < plate.lagMs
  const reach = waits ? 0 : (plate.rampWPerS * stepMs) / 1000
  body.powerW += Math.min(reach, Math.max(-reach, targetW - body.powerW))
  if (plate.kind === 'pv') body.powerW = Math.max(body.powerW, wishW)
  else charge(body, plate, stepMs)
}

function within(wishW: number, { leastW, mostW }: Window, { kind, ratingW }: Plate): number {
  const [floor, ceiling] = [Math.max(-ratingW, leastW), Math.min(kind === 'pv' ? 0 : ratingW, mostW)]
  return Math.min(ceiling, Math.max(floor, wishW)) + 0
}

function charge(body: Body, { capacityWh }: Plate, stepMs: number): void {
  const hours = stepMs / 3_600_000
  const intoWh = body.powerW > 0 ? body.powerW * oneWay * hours : (body.powerW / oneWay) * hours
  const storedWh = Math.min(capacityWh, Math.max(0, body.storedWh + intoWh))
  if (storedWh !== body.storedWh + intoWh) body.powerW = 0 // Full, or empty.
  body.storedWh = storedWh
}

export const socPercent = ({ storedWh }: Body, { capacityWh }: Plate): number =>
  capacityWh > 0 ? (storedWh / capacityWh) * 100 : 0
