import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import { test } from 'tap'
import { plugIn } from '../charge-point.suite.ts'
import { openEdge, token, until } from '../edge.suite.ts'

const program = process.env['NOVA_CHROMIUM'] ?? '/usr/bin/chromium'
const skip = existsSync(program) ? false : `no Chromium at ${program}`

void test('the installer’s screen in a real browser', { skip }, async (t) => {
  const edge = await openEdge()
  const charger = await plugIn(edge.ports().ocpp, 'CP-1')
  const stranger = await plugIn(edge.ports().ocpp, 'NOBODY')
  const browser = await chromium.launch({
    executablePath: program,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
  })
  t.teardown(async () => {
    await browser.close()
    charger.close()
    stranger.close()
    await edge.close()
  })
  await stranger.call('BootNotification', {
    chargePointVendor: '<img src=x onerror=alert(1)>',
    chargePointModel: 'Box'
  })
  await charger.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' })
  const at = new Date().toISOString()
  const { transactionId } = await charger.call('StartTransaction', {
    connectorId: 1,
    idTag: 'TAG-001',
    meterStart: 0,
    timestamp: at
  })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' })
  const sampledValue = [{ value: '120' }, { value: '7200', measurand: 'Power.Active.Import', unit: 'W' }]
  await charger.call('MeterValues', {
    connectorId: 1,
    transactionId,
    meterValue: [{ timestamp: at, sampledValue }]
  })
  await edge.ask('PUT', '/limits/operator', { limitA: 50, reason: 'cable repair' })
  const from = new Date(Date.now() + 3_600_000).toISOString()
  await edge.ask('PUT', '/limits/event-1', { limitW: 5_000, from, reason: 'evening peak' })

  const context = await browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  const faults: string[] = []
  const elsewhere: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on(
    'console',
    (line) => line.type() === 'error' && !line.text().includes('401') && faults.push(line.text())
  )
  const base = `http://127.0.0.1:${edge.ports().local}/`
  page.on('request', (request) => !request.url().startsWith(base) && elsewhere.push(request.url()))
  await page.goto(base)

  await t.test('asks for the token once, says when it is wrong, and keeps the right one', async (t) => {
    await page.fill('#token', 'not this one')
    await page.click('form .primary')
    await page.waitForSelector('#token-wrong:not(:empty)')
    await page.fill('#token', token)
    await page.click('form .primary')
    await page.waitForSelector('#board:not([hidden])')
    t.notMatch(page.url(), token)
    await page.reload()
    await page.waitForSelector('#board:not([hidden])')
    t.equal(await page.isVisible('#sign-in'), false)
  })

  await t.test(
    'shows state, power, limit and its reason, the tree, strangers as text and the outbox',
    async (t) => {
      const card = page.locator('[data-connector="CP-1:1:1"]')
      await card.getByText('charging').waitFor()
      t.match(await card.innerText(), /7\.2 kW/)
      t.match(await page.innerText('#tree'), /cable repair/)
      t.match(
        await page.innerText('[data-limit="operator"]'),
        /50\.0 A[\s\S]*in force[\s\S]*operator · this one rules[\s\S]*cable repair/
      )
      t.equal(await page.getAttribute('[data-limit="event-1"]', 'data-state'), 'planned')
      t.match(await page.innerText('[data-limit="event-1"]'), /5\.0 kW[\s\S]*planned[\s\S]*will rule/)
      t.match(await page.innerText('[data-branch="feeder-1"]'), /of 63\.0 A/)
      t.match(await page.innerText('#unclaimed'), /NOBODY/)
      t.match(await page.innerText('#unclaimed'), /<img src=x/)
      t.match(await page.innerText('#outbox'), /not yet in the cloud/)
      t.equal(await page.innerText('#uplink'), 'standalone')
    }
  )

  await t.test('the test buttons read, set 6 A and release, and show the answer', async (t) => {
    const row = page.locator('[data-test="CP-1:1:1"]')
    await row.getByRole('button', { name: /^Set 6 A/ }).click()
    await row.locator('output.free').waitFor()
    t.match(await row.innerText(), /accepted/)
    type Share = { allocations: { limitA: number }[] }
    const share = async () => (await edge.ask<Share>('GET', '/site')).body.allocations[0]?.limitA
    await until(share, (limitA) => limitA === 6, '6 A in force')
    await row.getByRole('button', { name: /^Release/ }).click()
    await until(share, (limitA) => (limitA ?? 0) > 6, 'released')
    await row.getByRole('button', { name: /^Read/ }).click()
    await until(
      () => charger.asked.some(({ action }) => action === 'TriggerMessage'),
      Boolean,
      'the charger was asked'
    )
  })

  await t.test('a free connector shows no power of the car before', async (t) => {
    const row = page.locator('[data-connector="CP-1:1:1"]')
    await charger.call('StopTransaction', {
      transactionId,
      meterStop: 200,
      timestamp: new Date().toISOString(),
      reason: 'EVDisconnected'
    })
    await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' })
    await row.getByText('available').waitFor()
    t.notMatch(await row.innerText(), /7\.2 kW/)
  })

  await t.test('speaks Chinese, and both looks read well by the rules of contrast', async (t) => {
    await page.click('#language')
    await page.getByRole('heading', { name: '充电接口' }).waitFor()
    t.equal(await page.getAttribute('html', 'lang'), 'zh-CN')
    const row = page.locator('[data-connector="CP-1:1:1"]')
    await row.getByText('预留').waitFor() // What the agent says of a share is said in Chinese too.
    for (const look of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: look })
      t.strictSame(await violations(page), [], look)
    }
    await page.setViewportSize({ width: 320, height: 640 })
    t.equal(await page.evaluate('document.documentElement.scrollWidth <= 320'), true, 'fits a small phone')
    if (process.env['NOVA_SCREENSHOTS']) {
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.screenshot({ path: `${process.env['NOVA_SCREENSHOTS']}/edge-zh-dark.png`, fullPage: true })
      await page.emulateMedia({ colorScheme: 'light' })
      await page.click('#language')
      await page.screenshot({ path: `${process.env['NOVA_SCREENSHOTS']}/edge-en-light.png`, fullPage: true })
    }
  })

  await t.test('an agent that goes away: values look old instead of vanishing', async (t) => {
    await context.setOffline(true)
    await page.waitForSelector('#stale:not([hidden])', { timeout: 15_000 })
    t.equal(await page.isVisible('[data-connector="CP-1:1:1"]'), true)
    await context.setOffline(false)
    await page.waitForSelector('#stale', { state: 'hidden', timeout: 15_000 })
  })

  t.strictSame(
    faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault)),
    []
  )
  t.strictSame(elsewhere, [], 'nothing is loaded from elsewhere')
})

/** @returns what axe has to say, WCAG 2.2 AA, each as one line */
async function violations(page: Page): Promise<string[]> {
  const { default: axe } = await import('axe-core')
  // Evaluated by the debugger, which the page's content security policy does not bind.
  await page.evaluate(axe.source)
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
  )
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
