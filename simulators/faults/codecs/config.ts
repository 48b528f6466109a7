import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadSettings, SettingsFault } from '@nova/edge-agent/settings'
import { type Codec, mustHold, text } from './codec.ts'

const good = `site: {id: demo-site, tenant: demo, name: Demo, timeZone: Asia/Shanghai, currency: CNY}
local: {port: 9280, token: change-me}
grid: {limitA: [400, 400, 400], voltageV: 230, meter: grid-meter, baseLoadReserveW: 5000}
circuits:
  - {id: feeder-1, parent: grid, limitA: [200, 200, 200]}
failsafe: {cloudSilentSeconds: 120, limitW: 60000, meterSilentSeconds: 5}
offline: {unknownToken: refuse, maxEnergyWh: 30000}
ocpp: {port: 9220}
chargers:
  - id: CP16-1
    protocol: ocpp1.6
    identity: CP16-1
    security: {profile: 1, password: 'at-least-16-characters'}
    circuit: feeder-1
    phaseRotation: RST
    fallbackA: 6
    evses: [{id: 1, connectors: [{id: 1, type: type2, maxPowerW: 22000}]}]
devices:
  - {id: grid-meter, kind: meter, driver: modbus, model: eastron-sdm630, address: 'tcp://127.0.0.1:1502', unit: 1}
tokens:
  - {uid: TAG-001, type: ISO14443, status: accepted, group: null}
`

/** The site file: settings, or a fault that names line, field, what was found and what is allowed, each. */
export function config(): Codec {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-codecs-'))
  const file = path.join(folder, 'site.yaml')
  return {
    name: 'config',
    share: 0.02,
    good: [good],
    declared: (cause) => cause instanceof SettingsFault,
    read(input) {
      writeFileSync(file, text(input))
      try {
        loadSettings(file, { environment: {}, checks: [] })
      } catch (cause) {
        if (!(cause instanceof SettingsFault)) throw cause
        mustHold(cause.problems.length > 0, 'a refusal says why')
        for (const { line, field, found, allowed } of cause.problems)
          mustHold(
            line >= 1 && field !== '' && found !== '' && allowed !== '',
            'each reason says line, field and words'
          )
      }
    },
    end: () => rmSync(folder, { recursive: true, force: true })
  }
}
