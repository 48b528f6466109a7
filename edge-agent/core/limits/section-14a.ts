const leastW = 4_200 // BNetzA BK6-22-300: what a controllable device keeps when the grid operator dims it.

/** Simultaneity in percent for n = 2 … 8 devices behind an energy management system; from 9 on 45 %. */
const simultaneity = [100, 80, 75, 70, 65, 60, 55, 50] as const
const simultaneityOfMany = 45

/** GZF in percent for so many controllable devices. */
export const gzfPercent = (devices: number): number =>
  simultaneity[Math.max(0, devices - 1)] ?? simultaneityOfMany

/**
 * What a dimmed site may still draw with its controllable devices (§14a EnWG).
 * With an energy management system 4.2 kW + (n − 1) · GZF · 4.2 kW for all together; without one each is dimmed
 * by itself to 4.2 kW.
 * @throws RangeError when there is no device to dim, which is a mistake of the configuration
 */
export function section14aW({ devices, ems }: { readonly devices: number; readonly ems: boolean }): number {
  if (!Number.isInteger(devices) || devices < 1) throw new RangeError(`not a number of devices: ${devices}`)
  if (!ems) return devices * leastW
  return leastW + Math.round(((devices - 1) * gzfPercent(devices) * leastW) / 100)
}
