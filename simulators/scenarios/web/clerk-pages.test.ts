import type { Browser } from 'playwright-core'
import { t as file, test } from 'tap'
import { startStack, type Stack } from '../stack.ts'
import { coupons, deniedAndDown, disputes, fleetPayment, schedules } from './clerk-pages.suite.ts'
import { adjustments, bankStatement, takenBack } from './bank-pages.suite.ts'
import type { MoneyWorld } from './money-pages.suite.ts'
import { openBrowser } from './chromium.ts'
import { here, skipReason, soundPage } from './world.suite.ts'

const skip = skipReason()
const timeout = 600_000 // Two cores, a database, a browser: each step waits for conditions, this only ends a hang.

file.setTimeout(1_000_000)

// Opened by the first test, closed by the last: one stack, that sells nothing, serves all of them.
let stack: Stack
let browser: Browser

const world = (): MoneyWorld => ({
  stack,
  browser,
  sound: soundPage
})

void test('the whole stack and a browser are there', { skip, timeout }, async (t) => {
  if (!('path' in here)) return
  stack = await startStack()
  browser = await openBrowser(here.path)
  t.ok(stack.cloudUrl)
})

const cases = [
  ['a part of a statement is disputed, decided by another person, the hold-back released', disputes],
  ['a settlement schedule is made, seen and stopped', schedules],
  ['a fleet’s payment is noted by one person and agreed to by another', fleetPayment],
  ['a bank’s file is seen and agreed to by a second administrator', bankStatement],
  ['a payment on the wrong fleet is taken back by two people', takenBack],
  ['adjustments by hand wait for another person', adjustments],
  ['coupons are made, limited, ended', coupons],
  ['who may not see it is told, and so is who gets no answer', deniedAndDown]
] as const
for (const [title, act] of cases) void test(title, { skip, timeout }, async (t) => act(t, world()))

void test('everything stops', { skip, timeout }, async (t) => {
  await browser.close()
  await stack.stop()
  t.pass()
})
