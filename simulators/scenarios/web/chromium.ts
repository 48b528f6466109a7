import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import { eventually } from '../api.ts'

const root = path.join(import.meta.dirname, '..', '..', '..')
const pictures = path.join(root, '.nova', 'screenshots')
const usual = '/usr/bin/chromium'

/** Quiet: no first-run page, no update, no telemetry, nothing but what the page itself asks for. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader', // WebGL in software, for the map.
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

/** Where Chromium is, or in words why there is none. */
export function chromiumHere(): { readonly path: string } | { readonly missing: string } {
  const named = process.env['NOVA_CHROMIUM'] ?? usual
  if (existsSync(named)) return { path: named }
  return { missing: process.env['NOVA_CHROMIUM_MISSING'] ?? `Chromium is not installed (looked at ${named})` }
}

export const openBrowser = async (executablePath: string): Promise<Browser> =>
  await chromium.launch({ executablePath, args: flags })

export type Person = {
  readonly page: Page
  readonly context: BrowserContext
  /** Whatever the page complained about, and every request that went to somebody else. */
  readonly complaints: string[]
}

export type Look = {
  readonly width: number
  readonly height: number
  readonly locale: 'en-GB' | 'zh-CN'
  readonly dark?: boolean
}

/** Only a failure waits so long; a busy machine may take half a minute for a page. */
export const patienceMs = 90_000

/** A person with a browser of their own: language, size and theme, nobody signed in. */
export async function somebody(browser: Browser, cloudUrl: string, look: Look): Promise<Person> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    locale: look.locale,
    timezoneId: 'Asia/Shanghai',
    colorScheme: look.dark === true ? 'dark' : 'light',
    geolocation: { latitude: 31.3, longitude: 120.7 },
    permissions: ['geolocation'],
    deviceScaleFactor: look.width < 500 ? 2 : 1
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text()))
      complaints.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.origin !== cloudUrl)
      complaints.push(`went outside: ${request.url()}`)
  })
  return { page, context, complaints }
}

/** The browser reports refused and cut requests by itself; the pages show them as states, which tests look at. */
const isExpected = (text: string): boolean => text.startsWith('Failed to load resource')

export async function signIn(
  { page }: Person,
  address: string,
  email: string,
  password = 'nova-demo'
): Promise<void> {
  await page.goto(address)
  await page.locator('input[type=email]').fill(email)
  await page.locator('input[type=password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('input[type=password]').waitFor({ state: 'detached' })
}

export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true })
}

/** Waits for a text; when it does not come, the error says what stands there instead, and there is a picture of it. */
export async function textSeen(page: Page, text: string | RegExp, timeout: number): Promise<void> {
  try {
    await page.getByText(text).waitFor({ timeout })
  } catch (cause) {
    await picture(page, 'missed')
    const there = (await page.locator('body').innerText()).replaceAll('\n', ' | ').slice(0, 600)
    throw new Error(`"${String(text)}" is not on ${page.url()}; there is: ${there}`, { cause })
  }
}

/**
 * Opens a field with choices, takes one by its name, and sees that the field says so. While the choices unfold they are
 * not where they were aimed at: on a busy machine a press on one was let go on its neighbour, and nothing was chosen.
 */
export async function choose(page: Page, field: Locator, name: string): Promise<void> {
  await field.click()
  const open = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option')
  const choice = open.and(page.getByTitle(name, { exact: true }))
  await choice.waitFor()
  await atRest(page)
  await choice.click()
  const whole = field.locator('xpath=ancestor::*[contains(concat(" ", @class, " "), " ant-select ")]')
  await whole.getByTitle(name, { exact: true }).waitFor()
}

type Violation = {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds serious or critical on the page as it stands (WCAG 2.2 A and AA), each in a line. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await atRest(page)
  await page.evaluate(await readFile(axeFile, 'utf8'))
  const found: unknown = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) => violations)`
  )
  return (found as readonly Violation[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${page.url()} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

/** What is still fading in has the contrast of a ghost. Motion without an end does not count. */
async function atRest(page: Page): Promise<void> {
  const still = `document.getAnimations().every(
    (each) => each.playState !== 'running' || each.effect?.getTiming().iterations === Infinity
  )`
  await eventually(
    async () => Boolean(await page.evaluate(still)),
    (isStill) => isStill,
    { what: 'the page at rest' }
  )
}

/** Pixels by which the page is wider than its window; more than 0 is a page that scrolls sideways. */
export const overhang = async (page: Page): Promise<number> =>
  Number(await page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)'))
