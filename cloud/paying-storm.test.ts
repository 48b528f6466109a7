import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openPayingWorld()
file.teardown(world.close)

const each = 2 // Payments at each provider: one is billed, one is abandoned.
const storm = { answerLost: 0.1, requestLost: 0.06, unavailable: 0.06, hangMs: 50 }

/** A seed that shows another run when it is changed; the faults are drawn from it. */
const seed = 20_261_121

async function weather(faults: object): Promise<void> {
  for (const [index, { url }] of [...world.opened.values()].entries()) {
    const body = JSON.stringify({ seed: seed + index, webhookLost: 1, ...faults })
    await fetch(`${url}/control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body
    })
  }
}

type Order = {
  readonly provider: string
  readonly driverId: string
  readonly id: string
  readonly currency: string
}

async function order(provider: string): Promise<Order> {
  const opened = world.opened.get(provider)
  if (!opened) throw new Error(`no house for ${provider}`)
  const driverId = randomUUID()
  const methodId = await world.addMethod(driverId, provider, opened.method)
  const { currency } = opened
  const id = await world.start(driverId, methodId, { currency, amountMinor: 5000 })
  return { provider, driverId, id, currency }
}

const statusOf = async (id: string): Promise<string> => (await world.paymentIs(id, '', false))?.status ?? ''

/** The payer looks at the code, or at what the service order asks, whenever there is something to pay. */
async function reach({ provider, id }: Order, status: string): Promise<void> {
  await until(`${provider} ${status}`, async () => {
    const now = await statusOf(id)
    if (now !== status) await world.opened.get(provider)?.pay(`demo.${id}`)
    return now === status
  })
}

const ends = (index: number): string => (index % 2 === 0 ? 'captured' : 'voided')

const billed = async ({ id, driverId, currency }: Order): Promise<void> =>
  world.bill({ sessionId: id, driverId, total: { currency, amountMinor: 3456 } })

void test('answers lost, requests lost, no service, not one event: each payment ends where its provider is', async (t) => {
  await weather(storm)
  const orders: Order[] = []
  for (const provider of world.opened.keys())
    for (let count = 0; count < each; count++) orders.push(await order(provider))
  for (const one of orders) await reach(one, 'authorised')
  for (const [index, one] of orders.entries()) await (index % 2 === 0 ? billed(one) : world.abandon(one.id))
  for (const [index, one] of orders.entries()) await reach(one, ends(index))
  await weather({})
  await world.quiet()
  for (const [index, { provider, driverId, currency }] of orders.entries()) {
    const driver = `driver:${driverId}`
    const left = [
      await world.balance(driver, 'hold', currency),
      await world.balance(driver, 'account', currency)
    ]
    t.strictSame([...left, await world.pending(driver)], [0, 0, 0], `${provider} ${index}`)
  }
  for (const provider of world.opened.keys()) {
    const currency = provider === 'stripe' ? 'EUR' : 'CNY'
    t.equal(await world.balance(provider, 'clearing', currency), (-3456 * each) / 2, provider)
  }
  t.strictSame(world.troubles, [])
  const dead = await world.database.tenant('demo', async (tx) =>
    tx.query('select kind, error from dead_letters')
  )
  t.strictSame(dead, [])
})
