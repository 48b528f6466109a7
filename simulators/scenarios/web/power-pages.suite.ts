import type { Browser } from 'playwright-core'
import type { Test } from 'tap'
import type { Stack } from '../stack.ts'
import { somebody, signIn, type Person } from './chromium.ts'

export type PowerWorld = {
  readonly stack: Stack
  readonly browser: Browser
  /** No barrier, nothing wider than its window, no complaint; and a picture to look at. */
  sound(t: Test, person: Person, name: string): Promise<void>
}

const patienceMs = 90_000
const desk = { width: 1440, height: 900, locale: 'en-GB' as const }
const phone = { width: 390, height: 844, locale: 'zh-CN' as const, dark: true }
const page = '/operator/sites/demo-site/power'

/** The tree, the limits, who gets what; the plan under another limit; that limit for later, seen planned, and lifted. */
export async function planALimit(t: Test, { stack, browser, sound }: PowerWorld): Promise<void> {
  const operator = await somebody(browser, stack.cloudUrl, desk)
  const { page: screen } = operator
  await signIn(operator, `${stack.cloudUrl}/operator/sites/demo-site`, 'operator@nova.test')
  await screen.getByRole('link', { name: 'Power plan' }).click()
  const who = screen.getByRole('region', { name: 'Who gets what, and why' })
  await who.locator('tr', { hasText: 'CP16-01:1:1' }).getByRole('img').waitFor({ timeout: patienceMs })
  await screen.getByRole('region', { name: 'Limit tree' }).getByText('feeder-2').waitFor()
  await screen.getByRole('img', { name: /limits: 1 in force/ }).waitFor()
  await sound(t, operator, 'operator-power')
  await screen.getByRole('button', { name: 'Add' }).click()
  const dialog = screen.getByRole('dialog')
  await dialog.getByLabel('Whole site at most').fill('-3')
  await dialog.getByLabel(/Reason/).fill('Evening peak')
  await dialog.getByText('From 0 to 100000 kW').waitFor() // It is not made 0 kW, which would pause every car.
  t.ok(await dialog.getByRole('button', { name: 'Set limit' }).isDisabled())
  await dialog.getByLabel('Whole site at most').fill('4')
  await dialog.getByRole('button', { name: 'See the plan' }).click()
  await dialog
    .getByRole('row', { name: /CP16-01:1:1 less/ })
    .getByRole('img')
    .nth(1)
    .waitFor({ timeout: patienceMs })
  await sound(t, operator, 'operator-power-plan')
  await dialog.getByLabel(/Starts/).fill(tomorrow())
  await dialog.getByText('It begins later').waitFor()
  await dialog.getByRole('button', { name: 'Set limit' }).click()
  await dialog.waitFor({ state: 'hidden', timeout: patienceMs })
  const line = screen.getByRole('row', { name: /planned.*Evening peak/ })
  await line.getByText('4.0 kW').waitFor({ timeout: patienceMs })
  await sound(t, operator, 'operator-power-planned')
  await line.getByRole('button', { name: 'Lift' }).click()
  await dialog.getByRole('button', { name: 'Lift' }).click()
  await line.waitFor({ state: 'detached', timeout: patienceMs })
  await operator.context.close()
}

const dayMs = 86_400_000
/** This time tomorrow on the clock of the demo's site, as the browser's field wants it. */
const tomorrow = (): string =>
  new Date(Date.now() + dayMs)
    .toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' })
    .slice(0, 16)
    .replace(' ', 'T')

// What stands in it in any language: names, units, what people wrote.
const sameEverywhere = /feeder-\d|CP16-[\d:]+|Demo|Nova-X|operator@nova\.test|k?Wh?|L[123]|\bA\b|\bMW\b/g

/** All of it in Chinese on a phone in the dark; and when the edge is away, as of when, and why there is no plan. */
export async function chineseAndOld(t: Test, { stack, browser, sound }: PowerWorld): Promise<void> {
  const operator = await somebody(browser, stack.cloudUrl, phone)
  const { page: screen } = operator
  await signIn(operator, `${stack.cloudUrl}${page}`, 'operator@nova.test')
  const who = screen.getByRole('region', { name: '谁得多少，为什么' })
  await who.locator('tr', { hasText: 'CP16-01:1:1' }).getByRole('img').waitFor({ timeout: patienceMs })
  const words = (await screen.locator('main').innerText()).replaceAll(sameEverywhere, '')
  t.notMatch(words, /[A-Za-z]{3,}/, 'no English is left')
  await sound(t, operator, 'zh-operator-power')
  await stack.edge.kill()
  await screen.getByText('边缘网关失联。').first().waitFor({ timeout: patienceMs })
  await screen.getByRole('button', { name: '新增' }).click()
  await screen.getByLabel('全站最高').fill('4')
  await screen.getByRole('button', { name: '查看计划' }).click()
  await screen.getByText('边缘网关没有应答，无法给出计划').waitFor({ timeout: patienceMs })
  await sound(t, operator, 'zh-operator-power-away')
  await stack.edge.start()
  await operator.context.close()
}
