import { randomUUID } from 'node:crypto'
import { t as file, test, type Test } from 'tap'
import { openPayingWorld, type Event } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openPayingWorld()
file.teardown(world.close)

type Payer = {
  readonly provider: string
  readonly driverId: string
  readonly methodId: string
  readonly currency: string
}

async function payerAt(provider: string): Promise<Payer> {
  const driverId = randomUUID()
  const opened = world.opened.get(provider)
  if (opened) {
    const methodId = await world.addMethod(driverId, provider, opened.method)
    return { provider, driverId, methodId, currency: opened.currency }
  }
  return provider === 'wallet' ? walletPayer(driverId) : fleetPayer(driverId)
}

/** 100.00 in the wallet, by a card. */
async function walletPayer(driverId: string): Promise<Payer> {
  const card = await world.addMethod(driverId, 'stripe', 'cus_1:pm_card_visa')
  const amount = { currency: 'EUR', amountMinor: 10_000 }
  await world.call(`driver:${driverId}`, 'POST /wallet/top-ups', { amount, paymentMethodId: card })
  await until('money in the wallet', async () => (await purseOf(driverId))?.available.amountMinor === 10_000)
  return { provider: 'wallet', driverId, methodId: `wallet-${driverId}`, currency: 'EUR' }
}

type Purse = Record<'balance' | 'held' | 'available', { amountMinor: number }>
async function purseOf(driverId: string): Promise<Purse | undefined> {
  const { body } = await world.call(`driver:${driverId}`, 'GET /wallet')
  return (body['items'] as Purse[])[0]
}

async function fleetPayer(driverId: string): Promise<Payer> {
  const limit = { currency: 'CNY', amountMinor: 20_000 }
  await world.call('admin:a', 'PUT /fleet-accounts/trucks', { name: 'Trucks', limit, active: true })
  await world.call('admin:a', `PUT /fleet-accounts/trucks/drivers/${driverId}`)
  const { body } = await world.call(`driver:${driverId}`, 'GET /payment-methods')
  const method = (body['items'] as { id: string; provider: string }[]).find(
    (each) => each.provider === 'invoice-later'
  )
  return { provider: 'invoice-later', driverId, methodId: method?.id ?? '', currency: 'CNY' }
}

async function payWhenAsked({ provider }: Payer, id: string, status: string): Promise<void> {
  if (!['wechat', 'wechat-score', 'alipay'].includes(provider)) return
  const asked = await world.paymentIs(id, status, false).catch(() => undefined)
  if (asked) await world.opened.get(provider)?.pay(`demo.${id}`)
}

async function held(payer: Payer, amountMinor: number): Promise<string> {
  const id = await world.start(payer.driverId, payer.methodId, { currency: payer.currency, amountMinor })
  if (payer.provider === 'wechat' || payer.provider === 'alipay') {
    await world.paymentIs(id, 'pending')
    await payWhenAsked(payer, id, 'pending')
  }
  await world.paymentIs(id, 'authorised')
  return id
}

async function billed(payer: Payer, id: string, amountMinor: number): Promise<void> {
  await world.bill({
    sessionId: id,
    driverId: payer.driverId,
    total: { currency: payer.currency, amountMinor }
  })
  if (payer.provider === 'wechat-score') {
    const service = id.replaceAll('-', '')
    await until('the order is finished', async () => {
      const answer = await fetch(`${world.opened.get('wechat-score')?.url}/control/pay`, {
        method: 'POST',
        body: JSON.stringify({ no: service })
      })
      return answer.status === 200
    })
  }
  await world.paymentIs(id, 'captured')
}

const balancesOf = async ({ provider, driverId, currency }: Payer) => {
  await world.quiet()
  const driver = `driver:${driverId}`
  return {
    hold: await world.balance(driver, 'hold', currency),
    account: await world.balance(driver, 'account', currency),
    clearing: await world.balance(provider, 'clearing', currency)
  }
}

const everyProvider = ['bank', 'stripe', 'wechat-score', 'wechat', 'alipay', 'wallet', 'invoice-later']

for (const provider of everyProvider) {
  void test(`${provider}: hold 50.00, capture 34.56, release 15.44: the hold account is back to 0, without any event`, async (t) => {
    const payer = await payerAt(provider)
    const before = await balancesOf(payer)
    const id = await held(payer, 5000)
    await world.quiet()
    t.equal(await world.pending(`driver:${payer.driverId}`), provider === 'wallet' ? 2 : 1, 'set aside once')
    await billed(payer, id, 3456)
    const after = await balancesOf(payer)
    t.equal(await world.pending(`driver:${payer.driverId}`), 0)
    t.strictSame([after.hold, after.account], [0, 0])
    // The wallet's own clearing account gives on what it took: it ends where it began.
    t.equal(after.clearing - before.clearing, provider === 'wallet' ? 0 : -3456)
    if (provider === 'wallet')
      t.match(await purseOf(payer.driverId), { balance: { amountMinor: 6544 }, held: { amountMinor: 0 } })
    await refusals(t, payer, id)
    const events = await tellsAgain(t, payer)
    if (events > 0) t.match(await balancesOf(payer), { hold: 0, account: 0 })
  })
}

/** Second capture, above the capture: refused by name; a refund within it goes back once. */
async function refusals(t: Test, payer: Payer, id: string): Promise<void> {
  const transfers = await world.transfers()
  await world.bill({
    sessionId: id,
    driverId: payer.driverId,
    total: { currency: payer.currency, amountMinor: 3456 }
  })
  await world.quiet()
  t.equal(await world.transfers(), transfers, 'a second bill takes nothing')
  const refund = async (amountMinor: number, key: string) =>
    world.call('admin:a', `POST /payments/${id}/refunds`, { amountMinor, reason: 'goodwill' }, key)
  t.match(await refund(3457, randomUUID()), { status: 422, body: { code: 'refund-exceeds-capture' } })
  const key = randomUUID()
  t.match(await refund(1000, key), { status: 202 })
  t.match(await refund(1000, key), { status: 202 })
  t.match(await refund(1001, key), { status: 409, body: { code: 'refund-differs' } })
  await until('the refund', async () => (await refundedOf(id)) === 1000)
  t.match(await refund(2457, randomUUID()), { status: 422, body: { code: 'refund-exceeds-capture' } })
  await world.quiet()
  t.equal((await balancesOf(payer)).account, 0)
}

const refundedOf = async (id: string): Promise<number> =>
  world.database.tenant('demo', async (tx) => {
    const row = await tx.one<{ refunded_minor: number }>(
      'select refunded_minor from payments where id = $1',
      [id]
    )
    return row.refunded_minor
  })

const shuffled = <Item>(items: readonly Item[], seed: number): Item[] =>
  items
    .map((item, index) => ({ item, order: Math.imul(index + 1, 2_654_435_761 ^ seed) >>> 0 }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item)

/** Everything the house told, late: 15 times in any order; and altered. @returns how many events there were */
async function tellsAgain(t: Test, { provider }: Payer): Promise<number> {
  const told = world.recorder.heard.filter(({ path }) => path.startsWith(`/gateways/payments/${provider}/`))
  if (told.length === 0) return 0
  const transfers = await world.transfers()
  const answers = new Map<Event, number>()
  for (const event of shuffled(Array.from({ length: 15 }, () => told).flat(), 7)) {
    const { status, text } = await world.deliver(event)
    t.equal(answers.get(event) ?? status, status, 'the same each time')
    answers.set(event, status)
    if (provider === 'alipay' && status === 200) t.equal(text, 'success')
  }
  const [taken, refused] = [200, 401].map(
    (about) => [...answers.values()].filter((each) => Math.abs(each - about) < 5).length
  )
  t.ok((taken ?? 0) >= 2, 'genuine ones are taken')
  t.equal(taken, refused, 'and each forgery is refused')
  for (const [event, status] of answers) {
    if (status === 401) continue
    const body = Buffer.from(event.body)
    const at = Math.floor(body.length / 2)
    body[at] = (body[at] ?? 0) ^ 1
    t.equal((await world.deliver({ ...event, body })).status, 401, 'altered')
  }
  await world.quiet()
  await until('all questions are answered', async () => (await askedOpen()) === 0)
  t.equal(await world.transfers(), transfers, 'not one posting more')
  return told.length
}

const askedOpen = async (): Promise<number> =>
  world.database.tenant('demo', async (tx) => {
    const { open } = await tx.one<{ open: number }>('select count(*) as open from payments where ask')
    return open
  })

void test('a genuine event at another tenant’s address changes nothing there', async (t) => {
  const told = world.recorder.heard.filter(({ path }) => path.endsWith('/alipay/events/demo'))
  const answers: number[] = []
  for (const event of told)
    answers.push(
      (await world.deliver({ ...event, path: event.path.replace(/demo$/, 'somebody-else') })).status
    )
  t.ok(answers.includes(200), 'taken, so that it is not sent again for days')
  const kept = await world.database.tenant('somebody-else', async (tx) =>
    tx.query('select event_id from payment_events')
  )
  t.strictSame(kept, [])
})

void test('an old event is refused even when it is genuine', async (t) => {
  const told = world.recorder.heard.filter(({ path }) => /stripe|bank|wechat/.test(path))
  world.clock.aheadMs = 301_000
  for (const event of told) t.equal((await world.deliver(event)).status, 401)
  world.clock.aheadMs = 0
})

void test('what is held and never used goes back, at every provider', async (t) => {
  for (const provider of everyProvider) {
    const payer = await payerAt(provider)
    const before = await balancesOf(payer)
    const id = await held(payer, 5000)
    await world.abandon(id)
    await world.paymentIs(id, 'voided')
    t.strictSame(await balancesOf(payer), before, provider)
    t.equal(await world.pending(`driver:${payer.driverId}`), 0)
  }
})

void test('nothing went wrong that nobody was told of', async (t) => {
  t.strictSame(world.troubles, [])
  const dead = await world.database.tenant('demo', async (tx) =>
    tx.query('select kind, error from dead_letters')
  )
  t.strictSame(dead, [])
})
