import { createHmac } from 'node:crypto'
import { test } from 'tap'
import { bank } from './bank.ts'

const secret = 's3cret'
const provider = bank({ url: 'http://127.0.0.1:9', key: 'k', webhookSecret: secret, patienceMs: 200 })
const body = '{"id":"e1","hold":{"reference":"demo.x"}}'
const now = 1_800_000_000_000

const signed = (raw: string, timestamp: string, key = secret) => ({
  'bank-timestamp': timestamp,
  'bank-signature': `v1=${createHmac('sha256', key).update(`${timestamp}.${raw}`).digest('hex')}`
})
const seconds = (ms: number) => String(Math.floor(ms / 1000))

const table = [
  { title: 'a good one', raw: body, headers: signed(body, seconds(now)), ok: true },
  { title: 'one of 299 seconds ago', raw: body, headers: signed(body, seconds(now - 299_000)), ok: true },
  { title: 'one of 301 seconds ago', raw: body, headers: signed(body, seconds(now - 301_000)), ok: false },
  { title: 'one from the future', raw: body, headers: signed(body, seconds(now + 301_000)), ok: false },
  { title: 'one signed by another', raw: body, headers: signed(body, seconds(now), 'other'), ok: false },
  {
    title: 'one with a byte changed',
    raw: body.replace('e1', 'e2'),
    headers: signed(body, seconds(now)),
    ok: false
  },
  { title: 'one with a space more', raw: `${body} `, headers: signed(body, seconds(now)), ok: false },
  { title: 'one without a signature', raw: body, headers: {}, ok: false },
  { title: 'one whose time is no time', raw: body, headers: signed(body, 'soon'), ok: false },
  { title: 'one that is signed but no event', raw: '[]', headers: signed('[]', seconds(now)), ok: false },
  { title: 'one that is signed but no JSON', raw: '{', headers: signed('{', seconds(now)), ok: false }
]
for (const { title, raw, headers, ok } of table) {
  void test(`of webhooks, ${title} is ${ok ? 'taken' : 'refused'}`, async (t) => {
    const hint = provider.parseEvent(Buffer.from(raw), headers, now)
    if (ok) t.strictSame(hint, { eventId: 'e1', paymentReference: 'demo.x', claims: null })
    else t.equal(hint, undefined)
  })
}

void test('without a secret no webhook is believed, not even one signed with none', async (t) => {
  const open = bank({ url: 'http://127.0.0.1:9', key: 'k', webhookSecret: '' })
  t.equal(open.parseEvent(Buffer.from(body), signed(body, seconds(now), ''), now), undefined)
})

void test('a bank that does not answer leaves everything unknown', async (t) => {
  t.match(await provider.authorise('k', { reference: 'r', method: 'm', currency: 'CNY', amountMinor: 1 }), {
    kind: 'unknown'
  })
  const held = {
    reference: 'r',
    method: 'm',
    currency: 'CNY',
    amountMinor: 1,
    providerReference: 'h',
    createdAtMs: now,
    capturedMinor: 0,
    refundedMinor: 0,
    refundIds: []
  }
  t.match(await provider.capture('k', held, { amountMinor: 1, final: true }), { kind: 'unknown' })
  t.match(await provider.increase?.('k', held, 2), { kind: 'unknown' })
  t.match(await provider.void('k', held), { kind: 'unknown' })
  t.match(await provider.refund('k', held, { id: 'x', amountMinor: 1 }), { kind: 'unknown' })
  t.equal(await provider.query(held), null)
})
