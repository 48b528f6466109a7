import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'tap'
import { loadSettings, type Settings } from './index.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'nova-vehicle-settings-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

function vehicle(more: string): Settings['participants'][number] | undefined {
  const file = path.join(folder, 'site.yaml')
  writeFileSync(
    file,
    `site: {id: demo-site, tenant: demo, name: Demo, timeZone: Europe/Berlin, currency: EUR}
local: {port: 9280, token: change-me}
grid: {limitA: [100, 100, 100]}
devices:
  - {id: v2g, kind: vehicle, driver: sunspec, address: 'tcp://127.0.0.1:1505', maxPowerW: 10000, maxChargeW: 11000, capacityWh: 60000${more}}
`
  )
  return loadSettings(file, { environment: {}, checks: [] }).participants[0]
}

void test('a car feeds back only where its driver has said when it leaves and with how much', async (t) => {
  t.match(vehicle(", trip: {percent: 80, departAt: '07:30'}"), {
    participant: { kind: 'vehicle', rating: { leastW: -10_000, mostW: 11_000 }, minSocPercent: 30 },
    trip: { percent: 80, departAt: '07:30' }
  })
  t.match(vehicle(''), { participant: { rating: { leastW: 0, mostW: 11_000 } }, trip: null })
})
