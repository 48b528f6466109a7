import { existsSync } from 'node:fs'
import path from 'node:path'
import { freePort } from '@nova/deploy/local'
import type { Browser } from 'playwright-core'
import type { Test } from 'tap'
import { chanceOf } from '../../world/chance.ts'
import { demoChargers } from '../demo-chargers.ts'
import { openDemoSite, type DemoSite } from '../demo-site.ts'
import { allKnown } from '../fleet.ts'
import { meteredSite } from '../metered-site.ts'
import { startStack, type Stack } from '../stack.ts'
import {
  barriers,
  chromiumHere,
  openBrowser,
  overhang,
  patienceMs,
  picture,
  type Person
} from './chromium.ts'

const voltageV = 230
const gridA = 125

/** Where the pages lie when they are made. */
export const web = path.join(import.meta.dirname, '..', '..', '..', 'cloud', 'web')

export const here = chromiumHere()

/** Why pages cannot be tried on this machine; false: they can. */
export function skipReason(): string | false {
  if ('missing' in here) return here.missing
  return existsSync(path.join(web, 'dist', 'index.html'))
    ? false
    : 'cloud/web/dist is not built (npm run setup)'
}

/** One stack with demo chargers behind a meter, and a browser, for all tests of a file. */
export type World = { readonly stack: Stack; readonly site: DemoSite; readonly browser: Browser }

export async function openWorld(executablePath: string, chargerCount: number): Promise<World> {
  const browser = await openBrowser(executablePath)
  const meterPort = await freePort()
  const stack = await startStack({ site: meteredSite(meterPort, gridA, voltageV) })
  const chargers = (await demoChargers(stack.dataDir)).slice(0, chargerCount)
  const known = chargers.map(({ id }) => id)
  await allKnown(stack, known)
  const site = await openDemoSite({
    chargers,
    ocppUrl: stack.edge.ocppUrl,
    meterPort,
    voltageV,
    baseW: { leastW: 1_000, mostW: 2_000 },
    stateDir: path.join(stack.dataDir, 'stations'),
    chance: chanceOf(7)
  })
  await Promise.all(site.stations.map(async (station) => await station.settled(patienceMs)))
  return { stack, site, browser }
}

export async function closeWorld({ stack, site, browser }: World): Promise<void> {
  await browser.close()
  await site.close()
  await stack.stop()
}

/** No barrier, nothing wider than the window, no complaint of the browser; and a picture to look at. */
export async function soundPage(
  t: Test,
  { page, complaints }: Pick<Person, 'page' | 'complaints'>,
  name: string
): Promise<void> {
  await picture(page, name)
  t.strictSame(await barriers(page), [], `${name}: no serious barrier`)
  t.equal(await overhang(page), 0, `${name}: not wider than its window`)
  t.strictSame(complaints, [], `${name}: no complaint, nothing asked of anybody else`)
}
