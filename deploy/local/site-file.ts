import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import type { Settings } from './settings.ts'

/** Of the demo's local API; a real site has its own. */
export const demoToken = 'change-me'

const head =
  '# Written at each `npm start`: changes here are lost. Copy it, and run `npm run edge -- --config your-site.yaml`.\n'

/**
 * The demo site: a 125 A connection that twelve 32 A connectors overload four times, so the limit binds.
 * Chargers, tokens and tariffs are not here: the cloud owns them.
 */
export function siteFile(settings: Settings, natsUrl: string): string {
  const { simulators } = settings
  return (
    head +
    stringify({
      site: { id: 'demo-site', tenant: 'demo', name: 'Demo', timeZone: 'Asia/Shanghai', currency: 'CNY' },
      cloud: { nats: natsUrl, credentials: './site.creds' },
      local: { port: settings.localPort, token: demoToken },
      grid: {
        limitA: [125, 125, 125],
        voltageV: 230,
        ...(simulators ? { meter: 'grid-meter', baseLoadReserveW: 5000 } : { baseLoadReserveW: 1000 })
      },
      circuits: [
        { id: 'feeder-1', parent: 'grid', limitA: [80, 80, 80] },
        { id: 'feeder-2', parent: 'grid', limitA: [80, 80, 80] }
      ],
      failsafe: { cloudSilentSeconds: 120, limitW: 60_000, meterSilentSeconds: 5 },
      offline: { unknownToken: 'refuse', maxEnergyWh: 30_000 },
      ocpp: { port: settings.ocppPort },
      ...(simulators ? { devices: devices(settings) } : {})
    })
  )
}

/** What the simulators open beside the chargers: the meter, 6 kW on the roof, a battery of two hours. */
function devices({ meterPort, pvPort, batteryPort }: Settings): readonly object[] {
  const at = (port: number) => ({ address: `tcp://127.0.0.1:${port}`, unit: 1 })
  return [
    { id: 'grid-meter', kind: 'meter', driver: 'modbus', model: 'eastron-sdm630', ...at(meterPort) },
    { id: 'roof', kind: 'pv', driver: 'sunspec', maxPowerW: 6_000, ...at(pvPort) },
    {
      id: 'battery',
      kind: 'battery',
      driver: 'sunspec',
      maxPowerW: 5_000,
      capacityWh: 10_000,
      ...at(batteryPort)
    }
  ]
}

/** @returns the path of the file written */
export function writeSiteFile(settings: Settings, natsUrl: string): string {
  const folder = path.join(settings.dataDir, 'demo')
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'site.yaml')
  writeFileSync(file, siteFile(settings, natsUrl), { mode: 0o600 })
  return file
}
