import { randomUUID } from 'node:crypto'
import { openLedgerAlone, outsideFolder } from '@nova/cloud/ledger'
import type { Test } from 'tap'
import { ApiFault, eventually, signIn as apiOf, type Api } from '../api.ts'
import type { Stack } from '../stack.ts'
import { signIn, somebody } from './chromium.ts'
import type { MoneyWorld } from './money-pages.suite.ts'

const dayMs = 86_400_000
const patienceMs = 90_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const cny = (amountMinor: number) => ({ currency: 'CNY', amountMinor })

type Report = { readonly breaks: readonly { readonly id: string; readonly remedies: readonly string[] }[] }
type Made = { readonly id: string; readonly statements: readonly { id: string; party: string }[] }

/** What two parties earned yesterday, in the books of a tenant that has not sold anything yet. */
async function earnYesterday(stack: Stack, yesterday: string): Promise<void> {
  const outside = outsideFolder(`${stack.dataDir}/books-pages`)
  const ledger = await openLedgerAlone(stack.databaseUrl, { outside, connections: 2 })
  const parts = [
    ['driver:x', 'account', -10_000],
    ['site-host:demo', 'revenue', 3000],
    ['platform', 'fees', 500],
    ['operator', 'revenue', 6500]
  ] as const
  const entries = parts.map(([party, purpose, amountMinor]) => ({ party, purpose, amountMinor }))
  const transfer = {
    key: `books-pages:${yesterday}`,
    kind: 'charge',
    phase: 'posted',
    resolves: null,
    currency: 'CNY',
    sessionId: null,
    memo: 'charging session',
    entries
  } as const
  await ledger.post('demo', { transfers: [transfer], at: `${yesterday}T10:00:00.000Z` })
  await ledger.close()
}

/** Money at the bank that nobody ordered. */
async function takeAtBank({ bankUrl }: Stack, amountMinor: number): Promise<void> {
  const post = async (path: string, body: object): Promise<{ id: string }> => {
    const answer = await fetch(`${bankUrl}${path}`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer demo-bank-key',
        'content-type': 'application/json',
        'idempotency-key': randomUUID()
      },
      body: JSON.stringify(body)
    })
    return (await answer.json()) as { id: string }
  }
  const reference = `demo.${randomUUID()}`
  const { id } = await post('/v1/holds', { reference, method: 'card-1', currency: 'CNY', amountMinor })
  await post(`/v1/holds/${id}/capture`, { amountMinor })
}

/** A closed day's settlement of yesterday, with 5 % held back, and a dispute that the administrator has opened. */
export async function seedSettlement(admin: Api, stack: Stack, yesterday: string): Promise<Made> {
  const shares = [
    { party: 'site-host:demo', purpose: 'revenue', percent: '30' },
    { party: 'platform', purpose: 'fees', percent: '5' },
    { party: 'operator', purpose: 'revenue', rest: true }
  ]
  await admin.post('/ledger/contracts', { siteId: null, validFrom: `${yesterday}T00:00:00Z`, shares })
  await earnYesterday(stack, yesterday)
  for (const party of ['operator', 'platform', 'site-host:demo'])
    await admin.put(`/settlements/payees/${party}`, {
      name: `${party} Ltd`,
      account: 'DE89370400440532013000',
      bank: 'COBADEFFXXX'
    })
  const wish = { period: 'day', date: yesterday, timeZone: 'UTC', holdBackPercent: '5' }
  const made = await admin.post<Made>('/settlements', wish)
  const host = made.statements.find(({ party }) => party === 'site-host:demo')
  const reason = 'Two sessions were free by contract.'
  await admin.post(`/settlements/statements/${host?.id}/disputes`, { amountMinor: 700, reason })
  return made
}

/** Two breaks, one of them proposed by the operator; a fleet that has paid. */
async function seedBreaks(operator: Api, admin: Api, { stack, today }: Seeding): Promise<void> {
  await takeAtBank(stack, 500)
  await takeAtBank(stack, 1234)
  const driver = await apiOf(stack.cloudUrl, 'driver@nova.test')
  const { items } = await driver.get<{ items: { id: string; provider: string }[] }>('/payment-methods')
  const card = items.find(({ provider }) => provider === 'bank')
  await driver.post('/wallet/top-ups', { amount: cny(10_000), paymentMethodId: card?.id })
  await admin.put('/fleet-accounts/vans', { name: 'Harbour vans', limit: cny(2_000_000), active: true })
  const paid = { amount: cny(345_600), reference: `BANK-${today}`, bookedOn: today }
  await operator.post('/fleet-accounts/vans/payments', paid)
  // The top-up's way into the books is that of every event: a moment.
  const report = await eventually(
    async () => operator.post<Report>(`/reconciliation/${today}`, undefined).catch(notYet),
    ({ breaks }) => breaks.length > 1,
    { withinMs: patienceMs, everyMs: 1000, what: 'two breaks' }
  )
  const [first] = report.breaks
  const proposal = { remedy: first?.remedies[0], note: 'seen in the bank’s portal' }
  await operator.post(`/reconciliation/breaks/${first?.id}/decisions`, proposal)
}

function notYet(error: unknown): Report {
  if (error instanceof ApiFault && error.status === 404) return { breaks: [] }
  throw error
}

/** Closes a settlement once it has heard that its days are reconciled: that comes to it as every event does. */
export async function closeSoon(admin: Api, id: string): Promise<void> {
  await eventually(
    async () =>
      admin.post(`/settlements/${id}/close`, undefined).then(
        () => 'closed',
        (error: unknown) => {
          if (error instanceof ApiFault && error.message.includes('is not reconciled')) return error.message
          throw error
        }
      ),
    (answer) => answer === 'closed',
    { withinMs: patienceMs, everyMs: 500, what: 'a settlement of reconciled days' }
  )
}

type Seeding = { readonly stack: Stack; readonly today: string }

/** Breaks, a dispute, payouts and a fleet's payment with data in them: seen, decided, in both languages. */
export async function booksWithData(t: Test, world: MoneyWorld): Promise<void> {
  const { stack, browser } = world
  const [today, yesterday] = [dayOf(Date.now()), dayOf(Date.now() - dayMs)]
  const [admin, operator] = [
    await apiOf(stack.cloudUrl, 'admin@nova.test'),
    await apiOf(stack.cloudUrl, 'operator@nova.test')
  ]
  await seedBreaks(operator, admin, { stack, today })
  const made = await seedSettlement(admin, stack, yesterday)
  await admin.post(`/reconciliation/${yesterday}`, undefined)
  const desk = { width: 1440, height: 900, locale: 'en-GB' as const }
  const person = await somebody(browser, stack.cloudUrl, desk)
  const { page } = person
  await signIn(person, `${stack.cloudUrl}/operator/reconciliation/${today}`, 'admin@nova.test')
  await page.getByText('proposed', { exact: true }).first().waitFor({ timeout: patienceMs })
  await world.sound(t, person, 'operator-breaks')
  await page.getByLabel('Why').first().fill('agreed')
  await page.getByRole('button', { name: /^Agree/ }).click()
  await page.getByText('accepted', { exact: true }).first().waitFor({ timeout: patienceMs })
  await page.goto(`${stack.cloudUrl}/operator/settlements/${made.id}`)
  await page.getByText('Two sessions were free by contract.').waitFor({ timeout: patienceMs })
  await closeSoon(admin, made.id)
  await page.reload()
  await page.getByRole('button', { name: 'Pay out' }).click()
  await page.getByRole('button', { name: 'pain.001' }).waitFor({ timeout: patienceMs })
  await world.sound(t, person, 'operator-payouts')
  await page.goto(`${stack.cloudUrl}/operator/invoices`)
  await page.getByRole('button', { name: 'Agree' }).click()
  await page.getByText('posted', { exact: true }).waitFor({ timeout: patienceMs })
  await world.sound(t, person, 'operator-fleets')
  await person.context.close()
  await inChinese(t, world, [`/reconciliation/${today}`, `/settlements/${made.id}`])
}

async function inChinese(t: Test, world: MoneyWorld, pages: readonly string[]): Promise<void> {
  const look = { width: 1440, height: 900, locale: 'zh-CN' as const, dark: true }
  const person = await somebody(world.browser, world.stack.cloudUrl, look)
  await signIn(person, `${world.stack.cloudUrl}/operator/invoices`, 'admin@nova.test')
  for (const [index, path] of pages.entries()) {
    await person.page.goto(`${world.stack.cloudUrl}/operator${path}`)
    await person.page.locator('main h1').waitFor({ timeout: patienceMs })
    await person.page.locator('.bones').first().waitFor({ state: 'detached', timeout: patienceMs })
    await world.sound(t, person, `zh-operator-books-${index}`)
  }
  await person.context.close()
}
