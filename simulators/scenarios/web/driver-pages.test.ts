import { t as file, test } from 'tap'
import {
  idleTold,
  laterCharges,
  reservations,
  reviewWithoutSession,
  walletBack,
  type DriverWorld
} from './driver-pages.suite.ts'
import { closeWorld, here, openWorld, skipReason, soundPage, type World } from './world.suite.ts'

const skip = skipReason()
const timeout = 600_000 // Two cores, a database, a browser: each step waits for conditions, this only ends a hang.

file.setTimeout(1_000_000)

// Opened by the first test, closed by the last: one stack with three chargers serves all of them.
let opened: World

const world = (): DriverWorld => ({
  stack: opened.stack,
  browser: opened.browser,
  stations: opened.site.stations,
  sound: soundPage
})

void test('the whole stack, three chargers and a browser are there', { skip, timeout }, async (t) => {
  if (!('path' in here)) return
  opened = await openWorld(here.path, 3)
  t.ok(opened.stack.cloudUrl)
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
  await closeWorld(opened)
  t.pass()
})
