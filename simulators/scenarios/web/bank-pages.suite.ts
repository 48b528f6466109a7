import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Api } from '../api.ts'
import { choose, signIn, somebody, textSeen, type Look } from './chromium.ts'
import { apiFor, atDesk, chineseSmall, gone, small, sure } from './clerk-pages.suite.ts'
import type { MoneyWorld } from './money-pages.suite.ts'

const patienceMs = 90_000
const chinesePhone: Look = { width: 320, height: 640, locale: 'zh-CN', dark: true }
const cny = (amountMinor: number) => ({ currency: 'CNY', amountMinor })
const password = 'sixteen-letters-2'
const second = 'second@nova.test'

const line = (amount: string, reference: string, text: string): string =>
  `<Ntry><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt>
   <AcctSvcrRef>${reference}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
const statement = (...lines: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
   <Stmt><Acct><Id><IBAN>DE02</IBAN></Id></Acct>${lines.join('')}</Stmt></BkToCstmrStmt></Document>`

/** Two fleets; a second administrator, since one person alone posts nothing. */
async function seedFleets(admin: Api): Promise<void> {
  const limit = cny(2_000_000)
  await admin.put('/fleet-accounts/vans', { name: 'Harbour vans', limit, active: true })
  await admin.put('/fleet-accounts/cabs', { name: 'City cabs', limit, active: true })
  const yen = { currency: 'JPY', amountMinor: 500_000 }
  await admin.put('/fleet-accounts/tokyo', { name: 'Tokyo cabs', limit: yen, active: true })
  const euro = { currency: 'EUR', amountMinor: 250_050 }
  await admin.put('/fleet-accounts/rhine', { name: 'Rhine buses', limit: euro, active: true })
  await admin.post('/users', {
    email: second,
    name: 'Second',
    password,
    roles: ['admin']
  })
}

async function secondAdmin({ stack, browser }: MoneyWorld, path: string, look: Look = small) {
  const person = await somebody(browser, stack.cloudUrl, look)
  await signIn(person, `${stack.cloudUrl}/operator${path}`, second, password)
  return person
}

async function bring(page: Page, name: string, text: string): Promise<void> {
  const file = { name, mimeType: 'application/xml', buffer: Buffer.from(text) }
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(file)
  await page.getByText(name).waitFor({ timeout: patienceMs })
}

/** Yuan, yen and euros below each other: each sum says which it is, and a yen has no parts. */
async function eachCurrency(t: Test, page: Page): Promise<void> {
  const account = (name: string) => page.getByRole('article', { name })
  await account('Tokyo cabs').getByText('JP¥500,000').first().waitFor({ timeout: patienceMs })
  await account('Rhine buses').getByText('€2,500.50').first().waitFor({ timeout: patienceMs })
  await account('City cabs').getByText('¥20,000.00').first().waitFor({ timeout: patienceMs })
  await account('Tokyo cabs').getByRole('button', { name: 'Note a payment' }).click()
  await page.getByLabel('Reference of the bank').fill('JP-1')
  await page.getByLabel('Amount in JPY').fill('12.5')
  t.ok(await sure(page, 'Note a payment').isDisabled(), 'a yen has no parts')
  await page.getByLabel('Amount in JPY').fill('1250')
  t.ok(await sure(page, 'Note a payment').isEnabled(), 'whole yen are taken')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await gone(page)
}

/** A file of the bank: what it is not is said; what it names is seen, and a second administrator has the word. */
export async function bankStatement(t: Test, world: MoneyWorld): Promise<void> {
  await seedFleets(await apiFor(world, 'admin'))
  const admin = await atDesk(world, '/invoices', 'admin')
  const { page } = admin
  await eachCurrency(t, page)
  await page.getByRole('button', { name: 'Upload a statement' }).click()
  t.ok(await sure(page, 'Upload a statement').isDisabled(), 'there is no file yet')
  await bring(page, 'photo.xml', '<svg/>')
  await sure(page, 'Upload a statement').click()
  await textSeen(page, 'this is no camt.053 statement', patienceMs)
  await bring(page, 'april.xml', statement(line('40.00', 'L1', 'rent of April'), line('9.99', 'L2', 'M-0')))
  await world.sound(t, admin, 'operator-bank-upload')
  await sure(page, 'Upload a statement').click()
  await textSeen(page, 'rent of April', patienceMs)
  await page.getByText('Uploaded by you: another administrator agrees.').waitFor()
  t.equal(await page.getByRole('button', { name: 'Agree' }).count(), 0, 'not by who brought it')
  await world.sound(t, admin, 'operator-bank')
  await admin.context.close()
  const operator = await atDesk(world, '/invoices', 'operator', chineseSmall)
  await textSeen(operator.page, '对账单由一名管理员上传，另一名管理员同意。', patienceMs)
  t.equal(await operator.page.getByRole('button', { name: '上传对账单' }).count(), 0, 'not by an operator')
  await operator.context.close()
  const other = await secondAdmin(world, '/invoices', chinesePhone)
  await other.page.getByRole('listitem').filter({ hasText: '待第二人同意' }).getByRole('link').click()
  await textSeen(other.page, 'rent of April', patienceMs)
  await world.sound(t, other, 'zh-operator-bank')
  await other.page.getByRole('button', { name: /同\s*意/ }).click()
  await textSeen(other.page, '不会入账；金额不符的款项须逐笔决定。', patienceMs)
  await other.page
    .getByRole('dialog')
    .getByRole('button', { name: /同\s*意/ })
    .click()
  await textSeen(other.page, '已同意', patienceMs)
  await other.context.close()
}

/** A payment posted on the wrong fleet: asked for with what stands in its place, decided by another person. */
export async function takenBack(t: Test, world: MoneyWorld): Promise<void> {
  const operatorApi = await apiFor(world, 'operator')
  const note = { amount: cny(120_000), reference: 'BACK-1', bookedOn: '2026-04-02' }
  const { id } = await operatorApi.post<{ id: string }>('/fleet-accounts/vans/payments', note)
  const admin = await apiFor(world, 'admin')
  await admin.post(`/fleet-accounts/vans/payments/${id}/decide`, { approve: true })
  const operator = await atDesk(world, '/invoices', 'operator')
  const { page } = operator
  const mine = page.getByRole('listitem').filter({ hasText: 'BACK-1' })
  await mine.getByRole('button', { name: 'Take back' }).click()
  t.ok(await sure(page, 'Take back').isDisabled(), 'the reason has to be said')
  await page.getByLabel('Why it was wrong').fill('It was City cabs who paid.')
  await page.getByLabel('Another payment stands in its place').check()
  await sure(page, 'Take back').click()
  await textSeen(page, 'What would stand in its place is the same payment.', patienceMs)
  await choose(page, page.getByRole('dialog').getByLabel('Account'), 'City cabs (cabs)')
  await world.sound(t, operator, 'operator-take-back-form')
  await sure(page, 'Take back').click()
  await gone(page)
  await mine.getByText('asked by you: somebody else agrees').waitFor({ timeout: patienceMs })
  await operator.context.close()
  const other = await secondAdmin(world, '/invoices')
  const theirs = other.page.getByRole('listitem').filter({ hasText: 'BACK-1' })
  await theirs.getByText('in its place: ¥1,200.00, cabs').waitFor({ timeout: patienceMs })
  await theirs.getByRole('button', { name: 'Agree' }).click()
  await world.sound(t, other, 'operator-take-back')
  await sure(other.page, 'Agree').click()
  await theirs.getByText('taken back: It was City cabs who paid.').waitFor({ timeout: patienceMs })
  await theirs.filter({ hasText: 'posted' }).waitFor({ timeout: patienceMs })
  await other.context.close()
  const chinese = await secondAdmin(world, '/invoices', chinesePhone)
  await textSeen(chinese.page, '已冲销：It was City cabs who paid.', patienceMs)
  await world.sound(t, chinese, 'zh-operator-take-back')
  await chinese.context.close()
}

const entries = (amountMinor: number) => [
  { party: 'operator', purpose: 'revenue', amountMinor: 0 - amountMinor },
  { party: 'site-host:demo', purpose: 'revenue', amountMinor }
]

/** Adjustments by hand: nothing moves by the word of one; another person posts one and refuses the other. */
export async function adjustments(t: Test, world: MoneyWorld): Promise<void> {
  const api = await apiFor(world, 'operator')
  const wish = { currency: 'CNY', memo: 'A gift card was counted twice', entries: entries(1234) }
  await api.post('/ledger/transfers', { key: 'gift-1', ...wish })
  await api.post('/ledger/transfers', {
    key: 'gift-2',
    ...wish,
    memo: 'Nobody knows why',
    entries: entries(7)
  })
  const operator = await atDesk(world, '/ledger', 'operator')
  await textSeen(operator.page, 'Adjustments that wait for a second person', patienceMs)
  await operator.page.getByText('A gift card was counted twice').waitFor({ timeout: patienceMs })
  t.equal(await operator.page.getByRole('button', { name: 'Agree' }).count(), 0, 'not by who proposed them')
  await operator.context.close()
  const chinese = await secondAdmin(world, '/ledger', chinesePhone)
  await textSeen(chinese.page, '待第二人同意的调整', patienceMs)
  await world.sound(t, chinese, 'zh-operator-adjustments')
  await chinese.context.close()
  const other = await secondAdmin(world, '/ledger')
  const { page } = other
  const entry = (key: string) => page.getByRole('listitem').filter({ hasText: key })
  await entry('gift-1').getByRole('button', { name: 'Agree' }).click()
  await page.getByText('It is posted to the ledger for good').waitFor({ timeout: patienceMs })
  await world.sound(t, other, 'operator-adjustment')
  await sure(page, 'Agree').click()
  await entry('gift-1').waitFor({ state: 'detached', timeout: patienceMs })
  await page.getByRole('cell', { name: '-¥12.34' }).first().waitFor({ timeout: patienceMs })
  await entry('gift-2').getByRole('button', { name: 'Refuse' }).click()
  await sure(page, 'Refuse').click()
  await entry('gift-2').waitFor({ state: 'detached', timeout: patienceMs })
  await other.context.close()
  const { items } = await api.get<{ items: { key: string; state: string }[] }>('/ledger/adjustments')
  t.strictSame(Object.fromEntries(items.map(({ key, state }) => [key, state])), {
    'gift-1': 'posted',
    'gift-2': 'rejected'
  })
}
