import type { Ground, NamedMeter } from './rooms.ts'

/** One driver for each meter of the site file. */
export function openMeters({ settings, log }: Ground): readonly NamedMeter[] {
  for (const device of settings.devices) log.warn({ device: device.id }, 'no driver for this device yet')
  return []
}
