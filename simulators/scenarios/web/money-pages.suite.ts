import type { Browser, Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Stack } from '../stack.ts'
import { signIn, somebody, type Person } from './chromium.ts'

export type MoneyWorld = {
  readonly stack: Stack
  readonly browser: Browser
  /** No barrier, nothing wider than its window, no complaint; and a picture to look at. */
  sound(t: Test, person: Person, name: string): Promise<void>
}

const patienceMs = 90_000
const desk = { width: 1440, height: 900, locale: 'en-GB' as const }
const darkChinese = { width: 1440, height: 900, locale: 'zh-CN' as const, dark: true }

const asOperator = async (
  { stack, browser }: MoneyWorld,
  path: string,
  look: Parameters<typeof somebody>[2] = desk
) => {
  const operator = await somebody(browser, stack.cloudUrl, look)
  await signIn(operator, `${stack.cloudUrl}/operator${path}`, 'operator@nova.test')
  return operator
}

/** A next version is typed, looked at, priced while it is typed, and kept; the past is priced by it. */
export async function editATariff(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await asOperator(world, '/tariffs')
  const { page } = operator
  await page.getByRole('link', { name: 'New version' }).first().click()
  const service = page.getByLabel(/^Service/).first()
  await service.fill('0.9x')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('A price such as 0.65').waitFor({ timeout: patienceMs })
  await service.fill('0,91')
  t.equal(await service.inputValue(), '0.91', 'as half of Europe types it')
  await page.getByText(/rounded once/).waitFor({ timeout: patienceMs })
  await page.getByRole('button', { name: /^Sat/ }).click()
  await page.getByRole('img', { name: /Prices on Sat/ }).waitFor()
  await world.sound(t, operator, 'operator-tariff-form')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Prices of version 2').waitFor({ timeout: patienceMs })
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('region', { name: 'What the past would have cost' }).waitFor({ timeout: patienceMs })
  await page.getByRole('button', { name: 'Export as OCPI' }).click()
  await page.getByText('What OCPI cannot say').waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'operator-tariff')
  await operator.context.close()
}

const partner = {
  id: 'NL-ABC-12',
  currency: 'EUR',
  elements: [
    { price_components: [{ type: 'FLAT', price: 0.5, vat: 21, step_size: 1 }] },
    {
      price_components: [{ type: 'ENERGY', price: 0.25, vat: 21, step_size: 1 }],
      restrictions: { start_time: '23:00', end_time: '07:00' }
    },
    {
      price_components: [
        { type: 'ENERGY', price: 0.4, vat: 21, step_size: 1 },
        { type: 'PARKING_TIME', price: 6, vat: 21, step_size: 300 }
      ]
    }
  ],
  energy_mix: { is_green_energy: true }
}

/** A partner's tariff comes in with what was lost, its rules are edited, and a session is tried by them. */
export async function importATariff(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await asOperator(world, '/tariffs')
  const { page } = operator
  await page.getByRole('button', { name: 'Import OCPI' }).click()
  await page.getByLabel('The Tariff object as JSON').fill(JSON.stringify(partner))
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText('energy_mix').waitFor({ timeout: patienceMs })
  await page.getByRole('button', { name: 'Show it' }).click()
  await page.getByText('Prices of version 1').waitFor({ timeout: patienceMs })
  await page.getByRole('link', { name: 'New version' }).click()
  await page.getByLabel('Plugged in').fill('2026-06-01T20:00')
  await page.getByLabel('Stays after').fill('30')
  // 0.50 + 30 kWh × 0.40 + 0.5 h × 6.00 = 15.50; with 21 % tax 18.755, rounded half up.
  await page.locator('.try-total').getByText('€18.76').waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'operator-tariff-rules-form')
  await operator.context.close()
}

/** A day of prices is brought as it was pasted, and drawn. */
export async function bringPrices(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await asOperator(world, '/price-series')
  const { page } = operator
  const curve = Array.from({ length: 96 }, (_, quarter) => (0.21 + 0.14 * Math.sin(quarter / 11)).toFixed(4))
  await page.getByLabel(/^Prices in order/).fill(curve.slice(1).join('\n'))
  await page.getByText('95 prices of 15 minutes').waitFor()
  await page.getByRole('button', { name: 'Keep this day' }).click()
  await page.getByText(/24 hours/).waitFor({ timeout: patienceMs })
  await page.getByLabel(/^Prices in order/).fill(curve.join('\n'))
  await page.getByRole('button', { name: 'Keep this day' }).click()
  await page.getByRole('img', { name: /96 prices/ }).waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'operator-series')
  await operator.context.close()
}

/** An invoice explains itself line by line, and its paper comes as a file. */
export async function readAnInvoice(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await asOperator(world, '/invoices')
  const { page } = operator
  await page.locator('tbody tr').first().waitFor({ timeout: patienceMs })
  await page.locator('tbody a').first().click()
  await page.getByText('lines = total').waitFor({ timeout: patienceMs })
  await page.getByText(/rounded once/).waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Invoice as PDF' }).click()
  ])
  t.match(file.suggestedFilename(), /\.pdf$/)
  await world.sound(t, operator, 'operator-invoice')
  await operator.context.close()
}

/** An entry is proved in the browser; when one byte on its way is another, the page says which step fails. */
export async function proveAnEntry(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await asOperator(world, '/ledger')
  const { page } = operator
  await page.locator('tbody a').first().click()
  await page.getByText('proved', { exact: true }).waitFor({ timeout: patienceMs })
  t.equal(await page.locator('.proof .dot[data-tone=free]').count(), 5)
  await world.sound(t, operator, 'operator-proof')
  await forge(page)
  await page.reload()
  await page.getByText('not proved').waitFor({ timeout: patienceMs })
  t.equal(await page.locator('.proof .dot[data-tone=fault]').count(), 1, 'the digest, and nothing else')
  await operator.context.close()
}

/** A day is reconciled, a settlement computed; both say how they stand, and their papers come. */
export async function closeTheBooks(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await asOperator(world, '/reconciliation')
  const { page } = operator
  await page.getByRole('button', { name: 'Reconcile' }).click()
  await page.getByRole('heading', { name: /Reconciliation of/ }).waitFor({ timeout: patienceMs })
  await page.getByText('Money of the day').waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'operator-reconciliation-day')
  await page.getByRole('link', { name: 'Reconciliation' }).first().click()
  await page.locator('tbody tr').first().waitFor({ timeout: patienceMs })
  await page.getByRole('link', { name: 'Settlements' }).click()
  await page.getByRole('button', { name: 'Compute' }).click()
  await page
    .getByText('Your role does not cover this')
    .or(page.getByRole('alert'))
    .first()
    .waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'operator-settlements')
  await operator.context.close()
  const admin = await somebody(world.browser, world.stack.cloudUrl, desk)
  await signIn(admin, `${world.stack.cloudUrl}/operator/settlements`, 'admin@nova.test')
  await admin.page.getByRole('button', { name: 'Compute' }).click()
  await admin.page.getByRole('heading', { name: /^Settlement \d/ }).waitFor({ timeout: patienceMs })
  await world.sound(t, admin, 'operator-settlement')
  await admin.context.close()
}

/** A driver tops up, sees it arrive, and finds the receipt. */
export async function topUp(t: Test, world: MoneyWorld): Promise<void> {
  const driver = await somebody(world.browser, world.stack.cloudUrl, {
    width: 390,
    height: 844,
    locale: 'en-GB'
  })
  const { page } = driver
  await signIn(driver, `${world.stack.cloudUrl}/driver/wallet`, 'driver@nova.test')
  await page.getByRole('button', { name: '¥100.00' }).click()
  await page.getByRole('button', { name: 'Top up ¥100.00' }).click()
  await page.getByText('¥100.00 is in your wallet.').waitFor({ timeout: patienceMs })
  await page.getByRole('region', { name: 'To spend' }).getByText('¥100.00').waitFor({ timeout: patienceMs })
  await page.getByText('Topped up').waitFor({ timeout: patienceMs })
  await page.getByRole('heading', { name: 'Receipts' }).waitFor()
  await world.sound(t, driver, 'driver-wallet')
  await driver.context.close()
}

/** Somebody between cloud and browser makes one digit of the transfer another. */
async function forge(page: Page): Promise<void> {
  await page.route('**/ledger/entries/*/proof', async (route) => {
    const answer = await route.fetch()
    const proof = (await answer.json()) as { content: string }
    const content = proof.content.replace(
      /(\d)(\]+)$/,
      (_, digit: string, end: string) => `${(Number(digit) + 1) % 10}${end}`
    )
    await route.fulfill({ response: answer, json: { ...proof, content } })
  })
}

const pages = [
  '/tariffs/demo-tou',
  '/tariffs/demo-tou/new',
  '/price-series',
  '/settlements',
  '/reconciliation',
  '/invoices'
] as const

/** The money pages in Chinese and in the dark. */
export async function moneyInChinese(t: Test, world: MoneyWorld): Promise<void> {
  const operator = await asOperator(world, '/invoices', darkChinese)
  const { page } = operator
  for (const each of pages) {
    await page.goto(`${world.stack.cloudUrl}/operator${each}`)
    await page.locator('main h1').waitFor({ timeout: patienceMs })
    await page.locator('.bones').first().waitFor({ state: 'detached', timeout: patienceMs })
    await world.sound(t, operator, `zh-operator${each.replaceAll('/', '-')}`)
  }
  await page.locator('tbody a').first().click()
  await page.getByText(/仅舍入一次/).waitFor({ timeout: patienceMs })
  await page
    .getByText(/分时 \d\d:\d\d/)
    .first()
    .waitFor()
  await world.sound(t, operator, 'zh-operator-invoice')
  await page.goto(`${world.stack.cloudUrl}/operator/ledger`)
  await page.locator('tbody a').first().click()
  await page.getByText('已证明').waitFor({ timeout: patienceMs })
  await world.sound(t, operator, 'zh-operator-proof')
  await operator.context.close()
}
