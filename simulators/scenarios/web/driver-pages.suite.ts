import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { usualVehicle, type ChargePoint } from '../../chargers/index.ts'
import { eventually } from '../api.ts'
import { addChargers, reaching } from '../fleet.ts'
import { stubborn } from '../stubborn.ts'
import { choose, signIn, somebody, textSeen, type Person } from './chromium.ts'
import { apiFor, atDesk, chineseSmall, sure } from './clerk-pages.suite.ts'
import type { MoneyWorld } from './money-pages.suite.ts'

const patienceMs = 60_000
const phone = { width: 390, height: 844, locale: 'en-GB' as const }
const chinesePhone = { width: 390, height: 844, locale: 'zh-CN' as const, dark: true }
const cny = (amountMinor: number) => ({ currency: 'CNY', amountMinor })

export type DriverWorld = MoneyWorld & { readonly stations: readonly ChargePoint[] }

async function onPhone(
  world: MoneyWorld,
  path: string,
  look: Parameters<typeof somebody>[2] = phone
): Promise<Person> {
  const driver = await somebody(world.browser, world.stack.cloudUrl, look)
  await signIn(driver, `${world.stack.cloudUrl}/driver${path}`, 'driver@nova.test')
  return driver
}

type Settings = Readonly<Record<string, unknown>>

/** Refunds above 30.00 need two people, and a twentieth stays here. */
async function twoPeople(world: MoneyWorld): Promise<void> {
  const admin = await apiFor(world, 'admin')
  const settings = await admin.get<Settings>('/payments/settings')
  await admin.put('/payments/settings', { ...settings, twoPeopleAboveMinor: 3000, walletRefundFeePercent: 5 })
}

async function fillWallet(world: MoneyWorld, amountMinor: number): Promise<void> {
  const driver = await apiFor(world, 'driver')
  const { items } = await driver.get<{ items: { id: string; provider: string }[] }>('/payment-methods')
  const card = items.find(({ provider }) => provider === 'bank')
  await driver.post('/wallet/top-ups', { amount: cny(amountMinor), paymentMethodId: card?.id })
  type Purses = { items: { available: { amountMinor: number } }[] }
  await eventually(
    async () => driver.get<Purses>('/wallet'),
    ({ items: purses }) => (purses[0]?.available.amountMinor ?? 0) >= amountMinor,
    { withinMs: patienceMs, what: 'the top-up in the wallet' }
  )
}

async function askBack(page: Page, amount: string): Promise<void> {
  await page.getByRole('button', { name: 'Get money back' }).click()
  await page.getByLabel('Amount in CNY').first().fill(amount)
}

/** The rest of a wallet: its cost said before, a second person's yes and no, each seen by the driver. */
export async function walletBack(t: Test, world: MoneyWorld): Promise<void> {
  await twoPeople(world)
  await fillWallet(world, 10_000)
  const driver = await onPhone(world, '/wallet')
  const { page } = driver
  await askBack(page, '999999')
  await page.getByText(/^At most ¥/).waitFor({ timeout: patienceMs })
  await page.getByLabel('Amount in CNY').first().fill('40')
  await page.getByText('You get ¥38.00').waitFor({ timeout: patienceMs })
  await page.getByText('Fee: ¥2.00').first().waitFor()
  await world.sound(t, driver, 'driver-back-form')
  await page.getByRole('button', { name: 'Send ¥38.00 back' }).click()
  await page.getByText('waits for a second person').waitFor({ timeout: patienceMs })
  await askBack(page, '50')
  await page.getByRole('button', { name: 'Send ¥47.50 back' }).click()
  await page.getByText('¥50.00 out of your wallet').waitFor({ timeout: patienceMs })
  await decideRefunds(t, world)
  await page.getByText('sent', { exact: true }).waitFor({ timeout: patienceMs })
  await page.getByText('refused', { exact: true }).waitFor({ timeout: patienceMs })
  await world.sound(t, driver, 'driver-back')
  await driver.context.close()
  const chinese = await onPhone(world, '/wallet', chinesePhone)
  await chinese.page.getByText('已退回', { exact: true }).waitFor({ timeout: patienceMs })
  await world.sound(t, chinese, 'zh-driver-back')
  await chinese.context.close()
}

async function decideRefunds(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await atDesk(world, '/refunds', 'operator')
  const { page } = operator
  const row = (amount: string) => page.getByRole('row', { name: new RegExp(amount) })
  await row('¥38.00').getByRole('button', { name: 'Agree' }).click()
  await page.getByText('Send ¥38.00 back?').waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'operator-refund-agree')
  await sure(page, 'Agree').click()
  await row('¥38.00').waitFor({ state: 'detached', timeout: patienceMs })
  await row('¥47.50').getByRole('button', { name: 'Refuse' }).click()
  await sure(page, 'Refuse').click()
  await page.getByText('No refund waits for a second person.').waitFor({ timeout: patienceMs })
  await operator.context.close()
  const chinese = await atDesk(world, '/refunds', 'operator', chineseSmall)
  await choose(chinese.page, chinese.page.getByLabel('显示'), '全部')
  await chinese.page.getByText('钱包余额退回').first().waitFor({ timeout: patienceMs })
  await world.sound(t, chinese, 'zh-operator-refunds')
  await chinese.context.close()
}

/** A driver agrees that a difference may be taken later, sees it so, and takes it back. */
export async function laterCharges(t: Test, world: MoneyWorld): Promise<void> {
  const driver = await onPhone(world, '/wallet')
  const { page } = driver
  const agree = page.getByRole('button', { name: 'Agree', exact: true })
  await agree.first().waitFor({ timeout: patienceMs })
  const before = await agree.count()
  await agree.first().click()
  await page.getByText('agreed', { exact: true }).waitFor({ timeout: patienceMs })
  await page.reload()
  await page.getByText('agreed', { exact: true }).waitFor({ timeout: patienceMs })
  await world.sound(t, driver, 'driver-later-charges')
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('agreed', { exact: true }).waitFor({ state: 'detached', timeout: patienceMs })
  t.equal(await agree.count(), before, 'none is agreed any more')
  await driver.context.close()
}

/** 2.00 an hour reserved, 5.00 for nobody coming; 360.00 an hour after twenty seconds of standing finished. */
const rules = {
  currency: 'CNY',
  elements: [
    { components: [{ dimension: 'flat', price: '5' }], restrictions: { reservation: 'expired' } },
    { components: [{ dimension: 'reservation', price: '2' }], restrictions: { reservation: 'expired' } },
    { components: [{ dimension: 'reservation', price: '2' }], restrictions: { reservation: 'made' } },
    { name: 'idle', components: [{ dimension: 'idle', price: '360' }], restrictions: { minIdleS: 20 } },
    { components: [{ dimension: 'energy', price: '100' }] }
  ]
}

async function priced(world: DriverWorld): Promise<void> {
  const operator = await apiFor(world, 'operator')
  const assignments = ['CP16-02:1:1', 'CP16-03:1:1'].map((connector) => ({ siteId: 'demo-site', connector }))
  await reaching(world.stack, 'tariffs', async () =>
    operator.post('/tariffs', { id: 'standing-web', name: 'Standing', rules, assignments })
  )
}

/** A connector is kept free: what that costs is said before; it stands, is seen, and is cancelled. */
export async function reservations(t: Test, world: DriverWorld): Promise<void> {
  await priced(world)
  const driver = await onPhone(world, '/c/CP16-02:1:1')
  const { page } = driver
  await page.getByRole('button', { name: 'Come later? Keep it free' }).click()
  await page.getByRole('button', { name: '60 min' }).click()
  await page.getByText('If you do not come').waitFor({ timeout: patienceMs })
  const fee = await page.locator('dl.facts', { hasText: 'If you do not come' }).textContent()
  t.match(fee, /If you come at the end.*¥2\.00.*If you do not come.*¥7\.00/, 'an hour at 2.00, and 5.00 more')
  await world.sound(t, driver, 'driver-reserve-form')
  await page.getByRole('button', { name: 'Reserve', exact: true }).click()
  await page.getByText(/^Reserved for you until/).waitFor({ timeout: patienceMs })
  await world.sound(t, driver, 'driver-reserved')
  await page.goto(`${world.stack.cloudUrl}/driver/sessions`)
  await page.getByRole('heading', { name: 'Reservations' }).waitFor({ timeout: patienceMs })
  const chinese = await onPhone(world, '/sessions', chinesePhone)
  await chinese.page.getByText(/^已为您保留至/).waitFor({ timeout: patienceMs })
  await world.sound(t, chinese, 'zh-driver-reservations')
  await chinese.context.close()
  await page.getByRole('button', { name: 'Cancel the reservation' }).click()
  await page.getByText('cancelled', { exact: true }).waitFor({ timeout: patienceMs })
  await world.sound(t, driver, 'driver-reservations')
  await driver.context.close()
}

/** A full car stands there: its driver is told before it costs, and when it does, on every page. */
export async function idleTold(t: Test, world: DriverWorld): Promise<void> {
  const station = world.stations[2]
  station?.plugIn(1, { ...usualVehicle, storedWh: 49_990 })
  const driver = await onPhone(world, '/c/CP16-03:1:1')
  const { page } = driver
  await textSeen(page, 'Plugged in', patienceMs)
  await page.getByRole('button', { name: 'Start charging' }).click()
  await page
    .getByText(/^Your car has finished\. From .* costs ¥360\.00 an hour/)
    .waitFor({ timeout: patienceMs })
  await page.getByText('Your car has finished: please move it').waitFor({ timeout: patienceMs })
  await world.sound(t, driver, 'driver-idle-soon')
  await page.getByText('Standing there costs now').waitFor({ timeout: patienceMs })
  await page
    .getByText(/^Your car has finished\. Standing here costs ¥360\.00 an hour since/)
    .waitFor({ timeout: patienceMs })
  const understood = page.getByRole('button', { name: 'Understood' })
  const chinese = await onPhone(world, '/wallet', chinesePhone)
  await chinese.page
    .getByText(/占位费已开始计收|车辆已充完，请尽快挪车/)
    .first()
    .waitFor({ timeout: patienceMs })
  await chinese.page.getByRole('link', { name: '查看充电' }).first().click()
  await chinese.page.getByText(/^车辆已充完。.* 起占位每小时 ¥360\.00/).waitFor({ timeout: patienceMs })
  await world.sound(t, chinese, 'zh-driver-idle-begun')
  await chinese.context.close()
  await page.getByRole('button', { name: 'Stop charging' }).click()
  await page.getByText('Your car is still plugged in').waitFor({ timeout: patienceMs })
  await world.sound(t, driver, 'driver-idle-standing')
  t.equal(await understood.count(), 1, 'the second word stands for the first')
  await understood.click()
  await understood.waitFor({ state: 'detached', timeout: patienceMs })
  station?.unplug(1)
  await textSeen(page, 'The lines add up to the total', patienceMs)
  await driver.context.close()
}

const password = 'sixteen-letters-0'

/** What a charger told that belongs to no session waits for a person, with what to do, and is closed. */
export async function reviewWithoutSession(t: Test, world: DriverWorld): Promise<void> {
  const operator = await apiFor(world, 'operator')
  await addChargers(operator, ['ODD-1'], password)
  const odd = stubborn({ url: world.stack.edge.ocppUrl, identity: 'ODD-1', password })
  const about = { chargePointVendor: 'Test', chargePointModel: 'Odd' }
  await odd.say('BootNotification', about)
  const stop = { transactionId: 987_654, meterStop: 4711, timestamp: new Date().toISOString() }
  await odd.say('StopTransaction', stop)
  odd.close()
  const desk = await atDesk(world, '/reviews', 'operator')
  const { page } = desk
  const row = page.getByRole('row', { name: /unknown transaction/ })
  await row.getByText('no session').waitFor({ timeout: patienceMs })
  await row.getByText(/exchanged or reset/).waitFor()
  await world.sound(t, desk, 'operator-reviews')
  await row.getByRole('button', { name: 'Close' }).click()
  t.ok(await sure(page, 'Close').last().isDisabled(), 'what was found has to be said')
  await page.getByLabel('What you found').fill('The charger was exchanged on Tuesday.')
  await page.locator('.ant-modal-footer').getByRole('button', { name: 'Close' }).click()
  await row.waitFor({ state: 'detached', timeout: patienceMs })
  await page.getByText('resolved', { exact: true }).click()
  await page.getByText('The charger was exchanged on Tuesday.').waitFor({ timeout: patienceMs })
  await desk.context.close()
  const chinese = await atDesk(world, '/reviews', 'operator', chineseSmall)
  await chinese.page.getByText('已处理', { exact: true }).click()
  await chinese.page.getByText('已关闭').first().waitFor({ timeout: patienceMs })
  await world.sound(t, chinese, 'zh-operator-reviews')
  await chinese.context.close()
}
