import { once } from 'node:events'
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { test, type Test } from 'tap'
import { until } from '../../test-support/until.ts'
import { houses, newReference, type Opened } from './houses.suite.ts'
import type { Acted, Found, Headers, Held, Known } from './port.ts'

type Event = { readonly rawBytes: Buffer; readonly headers: Headers; readonly url: string }

/** Hears what the houses tell. */
async function openEar() {
  const heard: Event[] = []
  const server = createServer((request, reply) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      heard.push({ rawBytes: Buffer.concat(parts), headers: request.headers, url: request.url ?? '' })
      reply.end('success')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { heard, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

const foundOf = (known: Known | null): Found => {
  if (known === null || known.state === 'absent') throw new Error('the provider knows nothing of it')
  return known
}
const knownOf = (acted: Acted): Found => {
  if (acted.kind !== 'done') throw new Error(`${acted.kind}: ${acted.detail}`)
  return foundOf(acted.known)
}

async function hold(opened: Opened, amountMinor = 5000): Promise<Held> {
  const { provider, method, currency } = opened
  const order = { reference: newReference(), method, currency, amountMinor }
  const asked: Held = {
    ...order,
    providerReference: null,
    createdAtMs: Date.now(),
    capturedMinor: 0,
    refundedMinor: 0,
    refundIds: []
  }
  const acted = await provider.authorise(`${order.reference}:authorise`, order)
  const known = knownOf(acted)
  if (known.state === 'pending') {
    if (known.action === null) throw new Error('the payer has nothing to do')
    await opened.pay(order.reference)
  }
  const stands = foundOf(await provider.query(asked))
  if (stands.state !== 'authorised' || stands.amountMinor !== amountMinor)
    throw new Error(`it is ${stands.state}`)
  return { ...asked, providerReference: stands.reference }
}

async function takeSome(opened: Opened, held: Held, amountMinor: number): Promise<Held> {
  const { provider } = opened
  const taken = await provider.capture(`${held.reference}:capture`, held, { amountMinor, final: true })
  if (knownOf(taken).state === 'capturing') await opened.pay(held.reference)
  return { ...held, capturedMinor: foundOf(await provider.query(held)).capturedMinor }
}

const refusedAs = (t: Test, acted: Acted, ...codes: readonly string[]): void => {
  t.equal(acted.kind, 'refused')
  if (acted.kind === 'refused' && codes.length > 0)
    t.ok(codes.includes(acted.code), `${acted.code}: ${acted.detail}`)
}

for (const [name, open] of Object.entries(houses)) {
  void test(`${name}: hold 50.00, capture 34.56, the rest is free, and everything above is refused by name`, async (t) => {
    const opened = await open({ hookUrl: 'http://127.0.0.1:9' })
    t.teardown(opened.close)
    const { provider } = opened
    const held = await hold(opened)
    const tooMuch = { amountMinor: 5001, final: true }
    refusedAs(t, await provider.capture('a', held, tooMuch), 'exceeds-hold')
    refusedAs(
      t,
      await provider.capture('b', { ...held, amountMinor: 9000 }, { ...tooMuch, amountMinor: 8000 })
    )
    t.equal(foundOf(await provider.query(held)).state, 'authorised', 'a refused capture takes nothing')
    const taken = await takeSome(opened, held, 3456)
    t.match(foundOf(await provider.query(taken)), {
      state: 'captured',
      capturedMinor: 3456,
      amountMinor: 5000
    })
    refusedAs(t, await provider.capture('c', taken, { amountMinor: 1000, final: true }), 'hold-not-open')
    refusedAs(
      t,
      await provider.capture('d', { ...taken, capturedMinor: 0 }, { amountMinor: 1000, final: true }),
      'hold-not-open'
    )
    refusedAs(
      t,
      await provider.refund('e', taken, { id: randomUUID(), amountMinor: 3457 }),
      'exceeds-capture'
    )
    refusedAs(
      t,
      await provider.refund('f', { ...taken, capturedMinor: 9000 }, { id: randomUUID(), amountMinor: 3457 })
    )
    const id = randomUUID()
    for (let time = 0; time < 3; time++)
      t.match(await provider.refund(`refund:${id}`, taken, { id, amountMinor: 2000 }), { kind: 'done' })
    refusedAs(
      t,
      await provider.refund('g', { ...taken, refundedMinor: 0 }, { id: randomUUID(), amountMinor: 1457 })
    )
    const known = foundOf(await provider.query({ ...taken, refundIds: [id, randomUUID()] }))
    t.strictSame(known.refundReferences, [id], 'asked three times, given back once')
  })

  void test(`${name}: a hold that nobody used is let go; what was never heard of is absent`, async (t) => {
    const opened = await open({ hookUrl: 'http://127.0.0.1:9' })
    t.teardown(opened.close)
    const { provider } = opened
    const held = await hold(opened)
    t.equal(knownOf(await provider.void(`${held.reference}:void`, held)).state, 'voided')
    t.equal(foundOf(await provider.query(held)).state, 'voided')
    t.strictSame(await provider.query({ ...held, reference: newReference(), providerReference: null }), {
      state: 'absent'
    })
  })

  void test(`${name}: repeating an authorisation holds once; answers that are lost leave a question`, async (t) => {
    const opened = await open({ hookUrl: 'http://127.0.0.1:9' })
    t.teardown(opened.close)
    const { provider, method, currency, url } = opened
    const order = { reference: newReference(), method, currency, amountMinor: 5000 }
    const asked = {
      ...order,
      providerReference: null,
      createdAtMs: Date.now(),
      capturedMinor: 0,
      refundedMinor: 0,
      refundIds: []
    }
    const control = async (faults: object) =>
      fetch(`${url}/control/faults`, { method: 'POST', body: JSON.stringify({ hangMs: 1_000, ...faults }) })
    await control({ answerLost: 1 })
    t.match(await provider.authorise('k1', order), { kind: 'unknown' })
    t.equal(await provider.query(asked), null)
    await control({ unavailable: 1 })
    t.match(await provider.authorise('k1', order), { kind: 'unknown' })
    t.equal(await provider.query(asked), null)
    await control({})
    t.match(await provider.authorise('k1', order), { kind: 'done' })
    await opened.pay(order.reference)
    t.match(await provider.query(asked), { state: 'authorised', amountMinor: 5000 })
  })

  void test(`${name}: its events are believed as they came, and not altered, forged, old or for another`, async (t) => {
    const ear = await openEar()
    const opened = await open({ hookUrl: ear.url, faults: { webhookForged: 1 } })
    t.teardown(async () => {
      await opened.close()
      ear.close()
    })
    const { provider } = opened
    const held = await hold(opened)
    await takeSome(opened, held, 3456)
    await until('genuine and forged events', () => ear.heard.length >= 4)
    const nowMs = Date.now()
    const verdicts = ear.heard.map((event) => provider.parseEvent(event.rawBytes, event.headers, nowMs))
    const believed = verdicts.filter((hint) => hint !== undefined)
    t.ok(believed.length >= 2, 'some are believed')
    t.equal(verdicts.length - believed.length, verdicts.length / 2, 'each forgery is not')
    for (const hint of believed) {
      t.ok(hint.paymentReference.endsWith(held.reference.slice(-36)))
      if (hint.claims) t.strictSame(hint.claims, { currency: opened.currency, amountMinor: 5000 })
    }
    const [good] = ear.heard.filter((_, index) => verdicts[index] !== undefined)
    if (!good) throw new Error('none was believed')
    const { rawBytes, headers } = good
    for (let at = 0; at < rawBytes.length; at += 7) {
      const altered = Buffer.from(rawBytes)
      altered[at] = (altered[at] ?? 0) ^ 1
      t.equal(provider.parseEvent(altered, headers, nowMs), undefined, `byte ${at} altered`)
    }
    const dayMs = 86_400_000
    t.equal(provider.parseEvent(rawBytes, headers, nowMs + 2 * dayMs), undefined, 'recorded two days ago')
    t.equal(provider.parseEvent(rawBytes, headers, nowMs - 600_000), undefined, 'from the future')
    t.equal(provider.parseEvent(Buffer.concat([rawBytes, Buffer.from(' ')]), headers, nowMs), undefined)
    if (name !== 'alipay') t.equal(provider.parseEvent(rawBytes, {}, nowMs), undefined, 'without its headers')
  })

  void test(`${name}: a payer who is refused holds nothing, and currencies it cannot take are named`, async (t) => {
    const opened = await open({ hookUrl: 'http://127.0.0.1:9' })
    t.teardown(opened.close)
    const { provider, badMethod, currency } = opened
    if (badMethod !== null) {
      const order = { reference: newReference(), method: badMethod, currency, amountMinor: 5000 }
      refusedAs(t, await provider.authorise('k', order))
    }
    if (provider.capabilities.currencies !== null) {
      const order = { reference: newReference(), method: 'm', currency: 'XAU', amountMinor: 5000 }
      refusedAs(t, await provider.authorise('k', order), 'currency-unsupported')
    }
    t.equal(provider.increase === undefined, !provider.capabilities.increase)
    if (provider.increase) {
      const held = await hold(opened)
      refusedAs(t, await provider.increase('i', held, 5000), 'not-an-increase')
      t.match(await provider.increase('j', held, 7000), {
        kind: 'done',
        known: { amountMinor: 7000, state: 'authorised' }
      })
    }
  })
}
