import { existsSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '@nova/deploy/local'
import type { Browser } from 'playwright-core'
import { t as file, test } from 'tap'
import { chanceOf } from '../../world/chance.ts'
import { demoChargers } from '../demo-chargers.ts'
import { openDemoSite, type DemoSite } from '../demo-site.ts'
import { allKnown } from '../fleet.ts'
import { startStack, type Stack } from '../stack.ts'
import { barriers, chromiumHere, openBrowser, overhang, patienceMs, picture } from './chromium.ts'
import {
  idleTold,
  laterCharges,
  reservations,
  reviewWithoutSession,
  walletBack,
  type DriverWorld
} from './driver-pages.suite.ts'

const here = chromiumHere()
const built = existsSync(
  path.join(import.meta.dirname, '..', '..', '..', 'cloud', 'web', 'dist', 'index.html')
)
const why = 'missing' in here ? here.missing : built ? '' : 'cloud/web/dist is not built (npm run setup)'
const skip = why === '' ? false : why
const timeout = 240_000 // Two cores, a database, a browser: each step waits for conditions, this only ends a hang.
const voltageV = 230

file.setTimeout(400_000)

// Opened by the first test, closed by the last: one stack with three chargers serves all of them.
let stack: Stack
let site: DemoSite
let browser: Browser

async function openWorld(executablePath: string): Promise<void> {
  browser = await openBrowser(executablePath)
  const meterPort = await freePort()
  stack = await startStack({ site: siteOf(meterPort) })
  const chargers = (await demoChargers(stack.dataDir)).slice(0, 3)
  const known = chargers.map(({ id }) => id)
  await allKnown(stack, known)
  site = await openDemoSite({
    chargers,
    ocppUrl: stack.edge.ocppUrl,
    meterPort,
    voltageV,
    baseW: { leastW: 1_000, mostW: 2_000 },
    stateDir: path.join(stack.dataDir, 'stations'),
    chance: chanceOf(7)
  })
  await Promise.all(site.stations.map(async (station) => await station.settled(patienceMs)))
}

const siteOf = (meterPort: number) => ({
  grid: { limitA: [125, 125, 125], voltageV, meter: 'grid-meter', baseLoadReserveW: 2_000 },
  circuits: ['feeder-1', 'feeder-2'].map((id) => ({ id, parent: 'grid', limitA: [80, 80, 80] })),
  devices: [
    {
      id: 'grid-meter',
      kind: 'meter',
      driver: 'modbus',
      model: 'eastron-sdm630',
      address: `tcp://127.0.0.1:${meterPort}`,
      unit: 1
    }
  ]
})

const world = (): DriverWorld => ({
  stack,
  browser,
  stations: site.stations,
  async sound(own, { page, complaints }, name) {
    own.strictSame(await barriers(page), [], `${name}: no serious barrier`)
    await picture(page, name)
    own.equal(await overhang(page), 0, `${name}: not wider than its window`)
    own.strictSame(complaints, [], `${name}: no complaint, nothing asked of anybody else`)
  }
})

void test('the whole stack, three chargers and a browser are there', { skip, timeout }, async (t) => {
  if ('path' in here) await openWorld(here.path)
  t.ok(stack.cloudUrl)
})

const cases = [
  ['a driver agrees that a difference may be taken later, and takes that back', laterCharges],
  ['the rest of a wallet goes back: cost said before, a second person decides, both see it', walletBack],
  ['a connector is reserved with its fee told before, and the reservation cancelled', reservations],
  ['a driver is told before a finished car costs, and when it does', idleTold],
  ['a review without a session says what to do and is closed', reviewWithoutSession]
] as const
for (const [title, act] of cases) void test(title, { skip, timeout }, async (t) => act(t, world()))

void test('everything stops', { skip, timeout }, async (t) => {
  await browser.close()
  await site.close()
  await stack.stop()
  t.pass()
})
