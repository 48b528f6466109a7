import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { ApiFault, eventually, signIn as apiOf, type Api } from '../api.ts'
import { closeSoon, seedSettlement } from './books-pages.suite.ts'
import { choose, signIn, somebody, textSeen, type Look, type Person } from './chromium.ts'
import type { MoneyWorld } from './money-pages.suite.ts'

const patienceMs = 60_000
const dayMs = 86_400_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
export const small = { width: 1280, height: 800, locale: 'en-GB' as const }
export const chineseSmall = { width: 1280, height: 800, locale: 'zh-CN' as const, dark: true }

/** Somebody at the operator's desk: by name, at a page. */
export async function atDesk(
  world: MoneyWorld,
  path: string,
  name: string,
  look: Look = small
): Promise<Person> {
  const person = await somebody(world.browser, world.stack.cloudUrl, look)
  await signIn(person, `${world.stack.cloudUrl}/operator${path}`, `${name}@nova.test`)
  return person
}

export const apiFor = async ({ stack }: MoneyWorld, name: string): Promise<Api> =>
  apiOf(stack.cloudUrl, `${name}@nova.test`)

/** The window that asks once more: its button. */
export const sure = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true })

export const gone = async (page: Page): Promise<void> =>
  page.getByRole('dialog').waitFor({ state: 'hidden', timeout: patienceMs })

/** An administrator makes a schedule, changes and stops it; an operator sees it and may not. */
export async function schedules(t: Test, world: MoneyWorld): Promise<void> {
  const admin = await atDesk(world, '/settlements', 'admin')
  const { page } = admin
  await page.getByText('No schedule yet').waitFor({ timeout: patienceMs })
  await page.getByRole('button', { name: 'New schedule' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Name').fill('Hosts')
  t.ok(await sure(page, 'Save').isDisabled(), 'a name has small letters')
  await form.getByLabel('Name').fill('hosts-weekly')
  await choose(page, form.getByLabel('Parties to contracts'), 'site-host:demo')
  await page.keyboard.press('Escape')
  await choose(page, form.getByLabel('Each'), 'Week')
  await form.getByLabel('Held back').fill('7,5')
  await form.getByLabel(/^Closes a run/).uncheck()
  await world.sound(t, admin, 'operator-schedule-form')
  await sure(page, 'Save').click()
  await textSeen(page, 'hosts-weekly', patienceMs)
  await gone(page)
  await textSeen(page, /site-host:demo · next: Week from/, patienceMs)
  await page.getByText(/Held back 7.5 %/).waitFor()
  await page.getByRole('button', { name: 'New schedule' }).click()
  await form.getByLabel('Name').fill('again')
  await choose(page, form.getByLabel('Parties to contracts'), 'site-host:demo')
  await page.keyboard.press('Escape')
  await sure(page, 'Save').click()
  await page.getByText(/Another schedule settles site-host:demo/).waitFor({ timeout: patienceMs })
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Stop' }).click()
  await sure(page, 'Stop').click()
  await page.getByText('stopped', { exact: true }).waitFor({ timeout: patienceMs })
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('runs', { exact: true }).waitFor({ timeout: patienceMs })
  await world.sound(t, admin, 'operator-schedules')
  await admin.context.close()
  const operator = await atDesk(world, '/settlements', 'operator', chineseSmall)
  await textSeen(operator.page, 'hosts-weekly', patienceMs)
  await operator.page.getByText('结算计划由管理员设立与停止。').waitFor()
  t.equal(await operator.page.getByRole('button', { name: /停\s*止/ }).count(), 0)
  await world.sound(t, operator, 'zh-operator-schedules')
  await operator.context.close()
}

/** The tenant's first order makes its days ones that can be reconciled; its way into the books is that of every event. */
async function reconcileSoon(world: MoneyWorld, admin: Api, date: string): Promise<void> {
  const driver = await apiFor(world, 'driver')
  const { items } = await driver.get<{ items: { id: string; provider: string }[] }>('/payment-methods')
  const card = items.find(({ provider }) => provider === 'bank')
  const amount = { currency: 'CNY', amountMinor: 10_000 }
  await driver.post('/wallet/top-ups', { amount, paymentMethodId: card?.id })
  await eventually(
    async () => admin.post(`/reconciliation/${date}`, undefined).catch(notYet),
    (answer) => answer !== null,
    { withinMs: patienceMs, everyMs: 1000, what: 'something to reconcile' }
  )
}

function notYet(error: unknown): null {
  if (error instanceof ApiFault && error.status === 404) return null
  throw error
}

/** A dispute is opened by the operator, decided by the administrator; what is held back is released. */
export async function disputes(t: Test, world: MoneyWorld): Promise<void> {
  const admin = await apiFor(world, 'admin')
  const yesterday = dayOf(Date.now() - dayMs)
  const made = await seedSettlement(admin, world.stack, yesterday)
  const operator = await atDesk(world, `/settlements/${made.id}`, 'operator')
  const { page } = operator
  const row = page.getByRole('row', { name: /site-host:demo/ })
  await row.getByRole('button', { name: 'Dispute it' }).click()
  await page.getByLabel('Amount in CNY').fill('99')
  await page.getByLabel('What is wrong').fill('The meter of bay 3 was exchanged.')
  t.ok(await sure(page, 'Dispute it').isDisabled(), 'more than the statement pays is not sent')
  await page.getByLabel('Amount in CNY').fill('4.00')
  await world.sound(t, operator, 'operator-dispute-form')
  await sure(page, 'Dispute it').click()
  await page.getByText('The meter of bay 3 was exchanged.').last().waitFor({ timeout: patienceMs })
  await row.getByText('of it in dispute: ¥11.00').waitFor({ timeout: patienceMs })
  t.equal(
    await row.getByRole('button', { name: /^Release/ }).count(),
    0,
    'only when it is closed, by an administrator'
  )
  await reconcileSoon(world, admin, yesterday)
  await closeSoon(admin, made.id)
  await operator.context.close()
  await decide(t, world, made.id)
}

async function decide(t: Test, world: MoneyWorld, id: string): Promise<void> {
  const person = await atDesk(world, `/settlements/${id}`, 'admin')
  const { page } = person
  const row = page.getByRole('row', { name: /site-host:demo/ })
  await page.getByText('Somebody else than who opened it decides.').waitFor({ timeout: patienceMs })
  await page.getByRole('button', { name: 'Uphold' }).click()
  await page.getByText('¥4.00 go to operator.').waitFor({ timeout: patienceMs })
  await page.getByLabel('Why').fill('The protocol of the exchange is there.')
  await sure(page, 'Uphold').click()
  await page.getByText('upheld', { exact: true }).waitFor({ timeout: patienceMs })
  await row.getByRole('button', { name: 'Release ¥1.50' }).click()
  await sure(page, 'Release').click()
  await row.getByText('of it released: ¥1.50').waitFor({ timeout: patienceMs })
  t.equal(await row.getByRole('button', { name: /^Release/ }).count(), 0, 'nothing is left to release')
  await world.sound(t, person, 'operator-disputes')
  await person.context.close()
  const chinese = await atDesk(world, `/settlements/${id}`, 'operator', chineseSmall)
  await chinese.page.getByText('其中已解除：¥1.50').waitFor({ timeout: patienceMs })
  await world.sound(t, chinese, 'zh-operator-disputes')
  await chinese.context.close()
}

/** The operator notes what a fleet has paid; only another person can agree to it. */
export async function fleetPayment(t: Test, world: MoneyWorld): Promise<void> {
  const admin = await apiFor(world, 'admin')
  const limit = { currency: 'CNY', amountMinor: 2_000_000 }
  await admin.put('/fleet-accounts/vans', { name: 'Harbour vans', limit, active: true })
  const operator = await atDesk(world, '/invoices', 'operator')
  const { page } = operator
  await page.getByRole('button', { name: 'Note a payment' }).click()
  await page.getByLabel('Amount in CNY').fill('12.345')
  await page.getByLabel('Reference of the bank').fill('2026-BANK-0001')
  t.ok(await sure(page, 'Note a payment').isDisabled(), 'fen have two digits')
  await page.getByLabel('Amount in CNY').fill('3456.00')
  await world.sound(t, operator, 'operator-fleet-form')
  await sure(page, 'Note a payment').click()
  await page.getByText('noted by you: somebody else agrees').waitFor({ timeout: patienceMs })
  await gone(page)
  await page.getByRole('button', { name: 'Note a payment' }).click()
  await page.getByLabel('Amount in CNY').fill('1')
  await page.getByLabel('Reference of the bank').fill('2026-BANK-0001')
  await sure(page, 'Note a payment').click()
  await page.getByText(/This reference was noted with another amount/).waitFor({ timeout: patienceMs })
  await operator.context.close()
  const chinese = await atDesk(world, '/invoices', 'admin', chineseSmall)
  await chinese.page.getByRole('button', { name: /同\s*意/ }).waitFor({ timeout: patienceMs })
  await world.sound(t, chinese, 'zh-operator-fleets')
  await chinese.page.getByRole('button', { name: /同\s*意/ }).click()
  await chinese.page.getByText('已入账', { exact: true }).waitFor({ timeout: patienceMs })
  await chinese.context.close()
}

/** A coupon is made, limited and ended; a second one with its code is refused in words. */
export async function coupons(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await atDesk(world, '/coupons', 'operator')
  const { page } = operator
  await page.getByText('No coupons yet').waitFor({ timeout: patienceMs })
  const make = async (code: string) => {
    await page.getByLabel('Code').fill(code)
    await page.getByLabel('Name in the tariff').fill('WELCOME')
    await page.getByRole('button', { name: 'Make it' }).click()
  }
  await make('spring 26')
  const row = page.getByRole('row', { name: /SPRING26/ })
  await row.getByText('valid', { exact: true }).waitFor({ timeout: patienceMs })
  await make('SPRING26')
  await page.getByText('There is a coupon with this code.').waitFor({ timeout: patienceMs })
  await row.getByRole('button', { name: '0 of 100' }).click()
  await page.getByText('Nobody has brought it yet.').waitFor({ timeout: patienceMs })
  await row.getByRole('button', { name: 'Change the limit' }).click()
  await page.getByLabel('How often, at most').last().fill('5')
  await sure(page, 'Save').click()
  await row.getByRole('button', { name: '0 of 5' }).waitFor({ timeout: patienceMs })
  await make('summer-26')
  const next = page.getByRole('row', { name: /SUMMER-26/ })
  await next.getByRole('button', { name: 'End', exact: true }).click()
  await world.sound(t, operator, 'operator-coupon-end')
  await sure(page, 'End').click()
  await next.getByText('ended', { exact: true }).waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'operator-coupons')
  await operator.context.close()
  const chinese = await atDesk(world, '/coupons', 'operator', chineseSmall)
  await textSeen(chinese.page, '已终止', patienceMs)
  await world.sound(t, chinese, 'zh-operator-coupons')
  await chinese.context.close()
}

const newPages = [
  ['/settlements', 'settlements'],
  ['/coupons', 'coupons'],
  ['/refunds', 'payments/refunds'],
  ['/reviews', 'reviews']
] as const

/** Who may not see them is told so; where the cloud does not answer, that is said and tried again. */
export async function deniedAndDown(t: Test, world: MoneyWorld): Promise<void> {
  const stranger = await atDesk(world, '/coupons', 'driver', chineseSmall)
  for (const [path] of newPages) {
    await stranger.page.goto(`${world.stack.cloudUrl}/operator${path}`)
    await stranger.page.getByText('无权查看').first().waitFor({ timeout: patienceMs })
  }
  await world.sound(t, stranger, 'zh-operator-denied')
  await stranger.context.close()
  const operator = await atDesk(world, '/alarms', 'operator')
  const { page } = operator
  for (const [path, call] of newPages) {
    await page.route(`**/api/v1/${call}*`, async (route) => route.abort())
    await page.goto(`${world.stack.cloudUrl}/operator${path}`)
    await page.getByText('Nova-X does not answer').first().waitFor({ timeout: patienceMs })
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await page.getByText('Nova-X does not answer').first().waitFor({ state: 'hidden', timeout: patienceMs })
  }
  await operator.context.close()
}
