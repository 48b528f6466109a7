import { openInverter, sunOver, type InverterSimulator } from '../inverters/index.ts'
import type { Chance } from '../world/chance.ts'
import { together, type Draw } from './site-load.ts'

/** Inverter and battery behind a site's meter; a rating of 0: there is none. A port of 0: any. */
export type Behind = {
  readonly pv: { readonly ratingW: number; readonly port: number }
  readonly battery: { readonly ratingW: number; readonly port: number }
  readonly voltageV: number
  readonly hour: () => number // Of the local day, 0 to 24.
  readonly nowMs: () => number
}

export type DevicesBehind = {
  readonly devices: readonly InverterSimulator[] // PV before the battery.
  readonly draw: Draw
  stop(): Promise<void>
}

const hoursOfStorage = 2

/**
 * Opens what stands behind the meter beside chargers and base load; their currents belong into its sum.
 * @throws Error when a port is taken
 */
export async function openBehind(plan: Behind, chance: Chance): Promise<DevicesBehind> {
  const { pv, battery, voltageV, nowMs } = plan
  const common = { generation: 'classic', phases: 3, voltageV, nowMs } as const
  const devices: InverterSimulator[] = []
  if (pv.ratingW > 0) {
    const sun = sunOver(pv.ratingW, chance, plan.hour, nowMs)
    devices.push(await openInverter({ ...common, ...pv, kind: 'pv', wishW: () => -sun() }))
  }
  if (battery.ratingW > 0) {
    const capacityWh = battery.ratingW * hoursOfStorage
    devices.push(await openInverter({ ...common, ...battery, kind: 'battery', capacityWh }))
  }
  return {
    devices,
    draw: together(...devices.map(({ drawnMilliA }) => drawnMilliA)),
    stop: async () => {
      await Promise.all(devices.map((device) => device.stop()))
    }
  }
}
