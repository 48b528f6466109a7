import { knownMeters, openModbusMeter } from '../drivers/modbus/index.ts'
import type { SiteFile } from '../settings/index.ts'
import type { Ground, NamedMeter } from './rooms.ts'

/** One driver for each meter of the site file; they dial in the background. */
export function openMeters({ settings, clock, log }: Ground): readonly NamedMeter[] {
  return settings.devices.map((device) => ({
    id: device.id,
    model: device.model,
    // History is written by the clock (housekeeping.ts), more rarely than the meter speaks.
    driver: openModbusMeter(device, { clock, log, sampled: () => undefined })
  }))
}

/** Models that no driver knows, as complaints about the site file. */
export const strangeModels = ({ devices }: SiteFile) =>
  devices.flatMap((device, index) =>
    device.kind !== 'meter' || knownMeters.includes(device.model)
      ? []
      : [{ path: ['devices', index, 'model'], found: `"${device.model}"`, allowed: knownMeters.join(', ') }]
  )
