import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { t as file, test } from 'tap'
import { typesFrom, type OpenApi } from '../../../cloud/web/tools/api-types.ts'
import { usualVehicle } from '../../chargers/index.ts'
import { demoCards } from '../demo-chargers.ts'
import type { DemoSite } from '../demo-site.ts'
import { localGet } from '../fleet.ts'
import { codeAt, fromBase32 } from '../one-time-code.ts'
import type { Stack } from '../stack.ts'
import { patienceMs, signIn, somebody, textSeen } from './chromium.ts'
import {
  bringPrices,
  closeTheBooks,
  editATariff,
  importATariff,
  moneyInChinese,
  proveAnEntry,
  readAnInvoice,
  topUp
} from './money-pages.suite.ts'
import { couponAndIdling } from './idle-pages.suite.ts'
import { chineseAndOld, planALimit } from './power-pages.suite.ts'
import { closeWorld, here, openWorld, skipReason, soundPage, web, type World } from './world.suite.ts'

const skip = skipReason()
const timeout = 600_000 // Two cores, a database, a browser: each test waits for conditions, this only ends a hang.
const english = { locale: 'en-GB' as const }
const chinese = { locale: 'zh-CN' as const }
const phone = { width: 390, height: 844 }
const desk = { width: 1440, height: 900 }

file.setTimeout(1_000_000) // The whole file; tap's own half a minute is for single functions.

// Opened by the first test, closed by the last: one stack serves all of them.
let world: World
let stack: Stack
let site: DemoSite
let browser: Browser

void test('the whole stack, four chargers and a browser are there', { skip, timeout }, async (t) => {
  if (!('path' in here)) return
  world = await openWorld(here.path, 4)
  ;({ stack, site, browser } = world)
  t.ok(stack.cloudUrl)
})

void test(
  'the types that the screens are written against are those of the real cloud',
  { skip, timeout },
  async (t) => {
    const answer = await fetch(`${stack.cloudUrl}/api/v1/openapi.json`)
    const kept = await readFile(path.join(web, 'kit', 'generated', 'api.ts'), 'utf8')
    t.equal(kept, typesFrom((await answer.json()) as OpenApi), 'else: npm run api-types')
  }
)

void test(
  'an operator sees a car on a card charge, live, with its limit and the reason',
  { skip, timeout },
  async (t) => {
    const operator = await somebody(browser, stack.cloudUrl, { ...desk, ...english })
    const { page } = operator
    await signIn(operator, `${stack.cloudUrl}/operator`, 'operator@nova.test')
    await page.getByText('everything durable').waitFor({ timeout: patienceMs })
    await soundPage(t, operator, 'operator-home')
    await page.goto(`${stack.cloudUrl}/operator/sites/demo-site`)
    const card = page.locator('article', { hasText: 'CP16-01:1:1' })
    await card.getByText('Available').waitFor({ timeout: patienceMs })
    site.stations[0]?.plugIn(1, usualVehicle)
    await site.stations[0]?.swipe(1, demoCards[0])
    await card.getByText('Charging').waitFor({ timeout: patienceMs })
    await card.getByText(demoCards[0]).waitFor({ timeout: patienceMs })
    await card.getByText(/up to \d/).waitFor({ timeout: patienceMs })
    await page.getByRole('img', { name: /Stacked power/ }).waitFor()
    await soundPage(t, operator, 'operator-site')
    await operator.context.close()
  }
)

void test('a driver finds, starts, watches, stops, and the receipt adds up', { skip, timeout }, async (t) => {
  const driver = await somebody(browser, stack.cloudUrl, { ...phone, ...english })
  const { page } = driver
  await signIn(driver, `${stack.cloudUrl}/driver`, 'driver@nova.test')
  await page.getByRole('button', { name: 'Near me' }).click()
  await page
    .getByText(/\d km|\d m$/)
    .first()
    .waitFor({ timeout: patienceMs })
  await soundPage(t, driver, 'driver-find')
  await page.getByRole('link', { name: /Demo/ }).first().click()
  await page.getByText('Price now').waitFor({ timeout: patienceMs })
  await soundPage(t, driver, 'driver-site')
  site.stations[1]?.plugIn(1, usualVehicle)
  await page.goto(`${stack.cloudUrl}/driver/c/CP16-02:1:1`)
  await textSeen(page, 'Plugged in', patienceMs)
  const start = page.getByRole('button', { name: 'Start charging' })
  await start.isEnabled({ timeout: patienceMs })
  await page.getByText(/¥\d+\.\d\d are held/).waitFor({ timeout: patienceMs })
  await page.getByLabel('You need, kWh').fill('much')
  t.equal(await start.isDisabled(), true, 'what makes no sense is not sent')
  await page.getByLabel('You need, kWh').fill('20')
  await page.getByLabel('You leave at').fill('07:30')
  await soundPage(t, driver, 'driver-start')
  await start.click()
  const stop = page.getByRole('button', { name: 'Stop charging' })
  await stop.waitFor({ timeout: patienceMs })
  await page
    .getByText(/^0\.0[1-9]/)
    .first()
    .waitFor({ timeout: patienceMs })
  await page.locator('.big').getByText('kW').waitFor({ timeout: patienceMs })
  await soundPage(t, driver, 'driver-charging')
  type Known = { readonly items: readonly { readonly id: string }[] }
  const [mine] = (await localGet<Known>(stack, '/sessions?chargerId=CP16-02&status=started')).items
  type Wished = { readonly wish: { readonly energyWh?: number; readonly departAt?: string } | null }
  const here = await localGet<Wished>(stack, `/sessions/${mine?.id}`)
  t.equal(here.wish?.energyWh, 20_000, 'the edge knows what the driver wants')
  t.match(here.wish?.departAt, /T23:30:00/, '07:30 on the site’s clock, in Shanghai')
  await stop.click()
  await page.getByText('The lines add up to the total').waitFor({ timeout: patienceMs })
  await soundPage(t, driver, 'driver-receipt')
  t.match(await page.locator('.receipt tfoot').textContent(), /¥0\.\d\d/)
  await page.getByRole('link', { name: 'Sessions' }).click()
  await page.getByText('Ended').first().waitFor({ timeout: patienceMs })
  await soundPage(t, driver, 'driver-history')
  await driver.context.close()
})

void test(
  'the same session on the operator’s page: curve, bill, entries that sum to zero',
  { skip, timeout },
  async (t) => {
    const operator = await somebody(browser, stack.cloudUrl, { ...desk, ...english })
    const { page } = operator
    await signIn(operator, `${stack.cloudUrl}/operator/sessions`, 'operator@nova.test')
    await page.locator('tr', { hasText: 'CP16-02:1:1' }).getByRole('link').first().click()
    await page.getByText('lines = total').waitFor({ timeout: patienceMs })
    await page.getByText('sums to zero').waitFor({ timeout: patienceMs })
    await page.getByText('Captured').first().waitFor({ timeout: patienceMs })
    await page.getByText('Limit changed').first().waitFor({ timeout: patienceMs })
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByText('"StopTransaction"').waitFor({ timeout: patienceMs })
    await soundPage(t, operator, 'operator-session')
    await page.goto(`${stack.cloudUrl}/operator/ledger`)
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('none changed').waitFor({ timeout: patienceMs })
    await soundPage(t, operator, 'operator-ledger')
    await operator.context.close()
  }
)

void test(
  'a command is sent, and the charger’s own answer comes back with its times',
  { skip, timeout },
  async (t) => {
    const operator = await somebody(browser, stack.cloudUrl, { ...desk, ...english })
    const { page } = operator
    await signIn(operator, `${stack.cloudUrl}/operator/chargers/CP16-03`, 'operator@nova.test')
    await page.getByText('StatusNotification').waitFor({ timeout: patienceMs })
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('The charger’s own answer').waitFor({ timeout: patienceMs })
    await page.getByText('"Accepted"').waitFor({ timeout: patienceMs })
    await soundPage(t, operator, 'operator-charger')
    await operator.context.close()
  }
)

void test(
  'an operator’s limit says what it will do, holds, and is lifted again',
  { skip, timeout },
  async (t) => {
    const operator = await somebody(browser, stack.cloudUrl, { ...desk, ...english })
    const { page } = operator
    await signIn(operator, `${stack.cloudUrl}/operator/sites/demo-site`, 'operator@nova.test')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByLabel('Whole site at most').fill('5')
    await page.getByLabel(/Reason/).fill('browser test')
    await page.getByText(/less within seconds|pause\.|Nobody gets less/).waitFor({ timeout: patienceMs })
    await soundPage(t, operator, 'operator-limit')
    await page.getByRole('button', { name: 'Set limit' }).click()
    await page.locator('dl').getByText('5.0').waitFor({ timeout: patienceMs })
    await page.getByRole('button', { name: 'Lift', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Lift', exact: true }).click()
    await page
      .locator('dl')
      .getByText('5.0', { exact: true })
      .waitFor({ state: 'detached', timeout: patienceMs })
    await operator.context.close()
  }
)

void test(
  'the power page: tree, limits, who gets what; another limit is looked at before it is set',
  { skip, timeout },
  async (t) => planALimit(t, { stack, browser, sound: soundPage })
)

void test(
  'a charger that nobody knows knocks, is seen, claimed, and told its password once',
  { skip, timeout },
  async (t) => {
    const stranger = new WebSocket(`${stack.edge.ocppUrl}/NEW-01`, ['ocpp1.6'])
    stranger.addEventListener('error', () => undefined) // The edge may hang up on it; it has been seen by then.
    const operator = await somebody(browser, stack.cloudUrl, { ...desk, ...english })
    const { page } = operator
    await signIn(operator, `${stack.cloudUrl}/operator/chargers`, 'operator@nova.test')
    await page.getByText('NEW-01').waitFor({ timeout: patienceMs })
    await soundPage(t, operator, 'operator-unclaimed')
    await page.getByRole('button', { name: 'Claim' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Add charger' }).click()
    await page
      .getByText('Type this into the charger')
      .waitFor({ timeout: patienceMs })
      .catch(async (cause: unknown) => {
        throw new Error(`the page says ${await page.locator('body').innerText()}`, { cause })
      })
    await soundPage(t, operator, 'operator-claimed')
    await page.goto(`${stack.cloudUrl}/operator/chargers/NEW-01`)
    await page.locator('main h1', { hasText: 'NEW-01' }).waitFor({ timeout: patienceMs })
    stranger.close()
    await operator.context.close()
  }
)

const money = () => ({ stack, browser, sound: soundPage })

void test(
  'money: a tariff is edited with its picture and a priced session, kept, and held against the past',
  { skip, timeout },
  async (t) => editATariff(t, money())
)

void test(
  'money: a partner’s tariff comes in with its losses, and its rules are edited',
  { skip, timeout },
  async (t) => importATariff(t, money())
)

// Side by side: these mostly wait, each with a browser of its own.
void test(
  'money: dynamic prices are brought, an invoice explains itself, a ledger entry is proved and a forged one is not',
  { skip, timeout },
  async (t) => {
    await Promise.all([bringPrices(t, money()), readAnInvoice(t, money()), proveAnEntry(t, money())])
  }
)

void test(
  'money: a driver tops up a wallet; a day is reconciled and settled',
  { skip, timeout },
  async (t) => {
    await Promise.all([topUp(t, money()), closeTheBooks(t, money())])
  }
)

void test('money: the pages in Chinese and in the dark', { skip, timeout }, async (t) =>
  moneyInChinese(t, money())
)

// After the money pages, which look at the newest invoice and its hours.
void test(
  'a coupon at the start, a full car that stays, and a bill that says both, in both languages',
  { skip, timeout },
  async (t) =>
    couponAndIdling(t, {
      stack,
      browser,
      station: site.stations[3],
      connector: 'CP16-04:1:1',
      sound: soundPage
    })
)

void test(
  'who has a second factor is asked for it, and comes in with the code',
  { skip, timeout },
  async (t) => {
    const call = async (where: string, body: object, token = '') => {
      const answer = await fetch(`${stack.cloudUrl}/api/v1${where}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body)
      })
      return (await answer.json().catch(() => ({}))) as Record<string, string>
    }
    const admin = { email: 'admin@nova.test', password: 'nova-demo' }
    const { accessToken = '' } = await call('/auth/login', admin)
    const { uri = '' } = await call('/auth/totp', {}, accessToken)
    const secret = fromBase32(new URL(uri).searchParams.get('secret') ?? '')
    const step = () => Math.floor(Date.now() / 30_000)
    const used = step() - 1 // The step before counts too, so that the present one stays free for the page.
    await call('/auth/totp/confirm', { otp: codeAt(secret, used) }, accessToken)
    const person = await somebody(browser, stack.cloudUrl, { ...desk, ...english })
    const { page } = person
    await page.goto(`${stack.cloudUrl}/operator`)
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByLabel('One-time code').waitFor({ timeout: patienceMs })
    await soundPage(t, person, 'operator-second-factor')
    await page.getByLabel('One-time code').fill(codeAt(secret, Math.max(step(), used + 1)))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('main h1').waitFor({ timeout: patienceMs })
    await person.context.close()
  }
)

const operatorPages = ['', '/sessions', '/chargers', '/commands', '/tokens', '/tariffs', '/ledger', '/alarms']

void test(
  'every page stands in Chinese and in the dark, for operators and drivers at 320 px',
  { skip, timeout },
  async (t) => {
    const operator = await somebody(browser, stack.cloudUrl, { ...desk, ...chinese, dark: true })
    await signIn(operator, `${stack.cloudUrl}/operator`, 'operator@nova.test')
    for (const each of operatorPages) {
      await operator.page.goto(`${stack.cloudUrl}/operator${each}`)
      await operator.page.locator('main h1').waitFor({ timeout: patienceMs })
      await operator.page.locator('.bones').first().waitFor({ state: 'detached', timeout: patienceMs })
      await soundPage(t, operator, `zh-operator${each.replace('/', '-')}`)
    }
    await operator.context.close()
    const driver = await somebody(browser, stack.cloudUrl, {
      width: 320,
      height: 640,
      ...chinese,
      dark: true
    })
    await signIn(driver, `${stack.cloudUrl}/driver`, 'driver@nova.test')
    for (const each of ['', '/sites/demo-site', '/c/CP16-03:1:1', '/scan', '/sessions', '/wallet']) {
      await driver.page.goto(`${stack.cloudUrl}/driver${each}`)
      await driver.page.locator('main h1').waitFor({ timeout: patienceMs })
      await driver.page.locator('.bones').first().waitFor({ state: 'detached', timeout: patienceMs })
      await soundPage(t, driver, `zh-driver${each.replaceAll(/[/:]/g, '-')}`)
    }
    await driver.context.close()
  }
)

void test(
  'the power page in Chinese, and when the edge is away: how old it is and why there is no plan',
  { skip, timeout },
  async (t) => chineseAndOld(t, { stack, browser, sound: soundPage })
)

void test('a lost stream shows, and heals by itself', { skip, timeout }, async (t) => {
  const operator = await somebody(browser, stack.cloudUrl, { ...desk, ...english })
  const { page, context } = operator
  await signIn(operator, `${stack.cloudUrl}/operator`, 'operator@nova.test')
  const light = page.getByRole('status').filter({ hasText: /Live/ })
  await light.getByText('Live', { exact: true }).waitFor({ timeout: patienceMs })
  await context.setOffline(true)
  await stack.cloud.kill()
  await page.getByText('Live updates interrupted').waitFor({ timeout: patienceMs })
  await stack.cloud.start()
  await context.setOffline(false)
  await page.getByText('Live', { exact: true }).waitFor({ timeout: patienceMs })
  t.pass('live again')
  await context.close()
})

void test('everything is put away', { skip, timeout }, async (t) => {
  await closeWorld(world)
  t.pass('closed')
})
