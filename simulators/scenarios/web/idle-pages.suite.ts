import type { Browser, Page } from 'playwright-core'
import type { Test } from 'tap'
import { usualVehicle, type ChargePoint } from '../../chargers/index.ts'
import { signIn as asOperator } from '../api.ts'
import { reaching } from '../fleet.ts'
import type { Stack } from '../stack.ts'
import { signIn, somebody, textSeen, type Person } from './chromium.ts'

const patienceMs = 60_000
const phone = { width: 390, height: 844 }

export type IdleWorld = {
  readonly stack: Stack
  readonly browser: Browser
  readonly station: ChargePoint | undefined
  readonly connector: string
  readonly sound: (t: Test, person: Person, name: string) => Promise<void>
}

/** 100.00 a kilowatt-hour, for the car takes ten watt-hours; 0.10 for each second that a full car stands there; half of the energy off with the coupon. */
const rules = {
  currency: 'CNY',
  elements: [
    { components: [{ dimension: 'energy', price: '100' }] },
    { name: 'idle', components: [{ dimension: 'idle', price: '360' }] }
  ],
  discounts: [{ name: 'WELCOME', percent: '50', on: ['energy'], restrictions: { coupons: ['WELCOME'] } }]
}

async function prepare({ stack, connector }: IdleWorld): Promise<void> {
  const api = await asOperator(stack.cloudUrl, 'operator@nova.test')
  await api.post('/coupons', { code: 'WEB50', name: 'WELCOME' })
  const assignments = [{ siteId: 'demo-site', connector }]
  await reaching(stack, 'tariffs', async () =>
    api.post('/tariffs', { id: 'idle-web', name: 'Idle', rules, assignments })
  )
}

/** A coupon at the start, a car that stays when it is full, and a bill that says both, in both languages. */
export async function couponAndIdling(t: Test, world: IdleWorld): Promise<void> {
  const { stack, browser, station, connector, sound } = world
  await prepare(world)
  station?.plugIn(1, { ...usualVehicle, storedWh: 49_990 })
  const driver = await somebody(browser, stack.cloudUrl, { ...phone, locale: 'en-GB' })
  const { page } = driver
  await signIn(driver, `${stack.cloudUrl}/driver`, 'driver@nova.test')
  await page.goto(`${stack.cloudUrl}/driver/c/${connector}`)
  await textSeen(page, 'Plugged in', patienceMs)
  await page.getByText('Idling after charging').waitFor({ timeout: patienceMs })
  const coupon = page.getByLabel('Coupon, if you have one')
  await coupon.fill('nope')
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByText('There is no such coupon.').waitFor({ timeout: patienceMs })
  await coupon.fill('web 50')
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByText('WELCOME counts for this session.').waitFor({ timeout: patienceMs })
  await sound(t, driver, 'driver-coupon')
  await page.getByRole('button', { name: 'Start charging' }).click()
  const stop = page.getByRole('button', { name: 'Stop charging' })
  await stop.waitFor({ timeout: patienceMs })
  // The first moments without a limit of its own are a pause too: the car has charged when it shows.
  await page
    .getByText(/^0\.0[1-9]/)
    .first()
    .waitFor({ timeout: patienceMs })
  await page.getByText('Your car has paused charging.').waitFor({ timeout: patienceMs * 2 })
  await stop.click()
  await page.getByText('Your car is still plugged in').waitFor({ timeout: patienceMs })
  await page.locator('[data-cost]').getByText(/¥\d/).waitFor({ timeout: patienceMs })
  await sound(t, driver, 'driver-standing')
  await costRises(page)
  station?.unplug(1)
  await page.getByText('The lines add up to the total').waitFor({ timeout: patienceMs })
  const receipt = await page.locator('.receipt').textContent()
  t.match(receipt, /WELCOME[\s\S]*[-−]¥0\.[45]\d/, 'the coupon is a line of its own')
  t.match(receipt, /idle[\s\S]*h × ¥360\.00/, 'and so is the time after charging, with its price')
  await sound(t, driver, 'driver-idle-receipt')
  const where = page.url()
  await driver.context.close()
  await inChinese(t, world, where)
}

/** Less than a second on the cable stood nowhere (`edge-agent/core/sessions/leave.ts`): a quick browser must not end it before. */
async function costRises(page: Page): Promise<void> {
  const cost = async (): Promise<number> =>
    Number((await page.locator('[data-cost]').textContent())?.replace('¥', ''))
  const first = await cost()
  for (const end = Date.now() + patienceMs; !((await cost()) >= first + 0.2); await page.waitForTimeout(200))
    if (Date.now() > end) throw new Error(`the cost of standing stays at ${first}`)
}

async function inChinese(t: Test, { stack, browser, sound }: IdleWorld, where: string): Promise<void> {
  const driver = await somebody(browser, stack.cloudUrl, { ...phone, locale: 'zh-CN' })
  await signIn(driver, `${stack.cloudUrl}/driver`, 'driver@nova.test')
  await driver.page.goto(where)
  await driver.page.getByText('占位时长').waitFor({ timeout: patienceMs })
  await sound(t, driver, 'driver-idle-receipt-zh')
  await driver.context.close()
}
