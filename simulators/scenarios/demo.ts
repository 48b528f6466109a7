import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chanceOf } from '../world/chance.ts'
import { demoCards, demoChargers } from './demo-chargers.ts'
import { type DemoSite, openDemoSite } from './demo-site.ts'
import { type Outlet, traffic } from './traffic.ts'

/**
 * The demo's world beside `npm start`: charge points with cars, a site meter with the building's own load, panels on its
 * roof, a battery, drivers who come and go with cards. It knows the edge by its OCPP and Modbus addresses only. Ends
 * with SIGTERM.
 */
const voltageV = 230
const roof = { ratingW: 6_000, port: Number(process.env['NOVA_PV_PORT'] ?? '1503') }
const battery = { ratingW: 5_000, port: Number(process.env['NOVA_BATTERY_PORT'] ?? '1504') }
const baseW = { leastW: 4_000, mostW: 14_000 } // A small office building beside the car park.
const say = (fields: object, message: string) =>
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level: 'info', ...fields, message })}\n`
  )

const dataDir = process.env['NOVA_DATA_DIR'] ?? '.nova'
const ending = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort())

const chance = chanceOf(Number(process.env['NOVA_DEMO_SEED'] ?? Date.now() % 1_000_000))
const chargers = await demoChargers(dataDir)
const site = await openDemoSite({
  chargers,
  ocppUrl: `ws://127.0.0.1:${process.env['NOVA_EDGE_OCPP_PORT'] ?? '9220'}/ocpp`,
  meterPort: Number(process.env['NOVA_METER_PORT'] ?? '1502'),
  voltageV,
  baseW,
  behind: { pv: roof, battery, hour: hourInShanghai },
  stateDir: path.join(dataDir, 'demo', 'stations'),
  chance
})
say({ chargers: chargers.length, meterPort: site.meter.port }, 'demo world is open')
await live(site).catch((cause: unknown) => {
  if (!ending.signal.aborted) throw cause
})
await site.close()
say({}, 'demo world is closed')

async function live({ stations }: DemoSite): Promise<void> {
  const nowS = () => performance.now() / 1_000
  const places = stations.flatMap((station) => station.outlets().map(({ number }) => ({ station, number })))
  const outlets = places.map((place, index): Outlet => ({
    ...place,
    card: demoCards[index % demoCards.length] ?? demoCards[0], // One each: a card is in one place at a time.
    parked: index === places.length - 1
  }))
  const drivers = outlets.map((outlet, index) => traffic(outlet, chance.fork(`driver ${index}`), nowS()))
  for (;;) {
    for (const driver of drivers) driver.tick(nowS())
    await wait(1_000, undefined, { signal: ending.signal })
  }
}

/** Of the demo site's time zone, which has no summer time: China Standard Time is UTC+8. */
function hourInShanghai(): number {
  const now = new Date()
  return (now.getUTCHours() + 8 + now.getUTCMinutes() / 60) % 24
}
